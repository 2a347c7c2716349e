package dev.vitrine.cli;

import picocli.CommandLine.ParameterException;

/** A word that does nothing without the next one. */
abstract class CommandGroup extends Command {
  @Override
  ExitCode run() {
    throw new ParameterException(spec().commandLine(), shell().texts().say("usage.noCommand"));
  }
}
