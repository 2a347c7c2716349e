package dev.vitrine.cli;

/** Forgets the token of earlier commands, and revokes it. */
@picocli.CommandLine.Command(name = "logout")
final class LogoutCommand extends Command {

  @Override
  ExitCode run() {
    boolean wasSignedIn = Cloud.signOut(account(), shell());
    shell().note(wasSignedIn ? "logout.done" : "logout.nothing");
    return ExitCode.OK;
  }
}
