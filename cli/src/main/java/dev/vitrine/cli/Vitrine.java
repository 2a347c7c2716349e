package dev.vitrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program: what holds for all of its commands. */
@picocli.CommandLine.Command(
    name = "vitrine",
    subcommands = {
      LoginCommand.class,
      ImageCommands.class,
      SharingCommands.Share.class,
      SharingCommands.Unshare.class,
      SharingCommands.Inbox.class,
      SharingCommands.Accept.class,
      SharingCommands.Reject.class,
      AccessCommand.class,
      WhyCommand.class,
      PolicyCommands.class,
      GrantCommands.class,
      KeyCommands.class,
      JobCommands.class,
      ManualCommands.Completion.class,
      ManualCommands.Manual.class,
      TrainCommand.class
    })
final class Vitrine implements Runnable {
  private final Shell shell;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--os-cloud",
      descriptionKey = "os-cloud",
      paramLabel = "CLOUD",
      scope = ScopeType.INHERIT)
  private @Nullable String cloud;

  @Option(
      names = {"-h", "--help"},
      descriptionKey = "help",
      usageHelp = true,
      scope = ScopeType.INHERIT)
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  private Vitrine(Shell shell) {
    this.shell = shell;
  }

  /** The commands, with their texts in the user's language. */
  static CommandLine commands(Shell shell) {
    CommandLine commands = new CommandLine(new Vitrine(shell));
    commands.setResourceBundle(shell.texts().bundle());
    commands.setOut(new PrintWriter(new OutputStreamWriter(shell.out(), UTF_8), true));
    commands.setErr(new PrintWriter(new OutputStreamWriter(shell.err(), UTF_8), true));
    commands.setUsageHelpAutoWidth(false);
    commands.setUsageHelpWidth(100);
    commands.setAbbreviatedOptionsAllowed(false);
    commands.setCaseInsensitiveEnumValuesAllowed(false);
    Refusals refusals = new Refusals(shell);
    commands.setParameterExceptionHandler(refusals::usage);
    commands.setExecutionExceptionHandler(refusals::failed);
    return commands;
  }

  Shell shell() {
    return shell;
  }

  /** The cloud that the user names, null without one. */
  @Nullable String cloud() {
    return cloud;
  }

  /** Without a command. */
  @Override
  public void run() {
    if (spec != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), shell.texts().say("usage.noCommand"));
    }
  }
}
