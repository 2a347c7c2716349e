package dev.vitrine.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Parameters;

/** What shells and readers get out of the command model, so that it cannot differ from it. */
final class ManualCommands {
  private ManualCommands() {}

  /** Shells that we know. */
  enum ShellName {
    bash,
    zsh
  }

  @picocli.CommandLine.Command(name = "completion")
  static final class Completion extends Command {
    @Parameters(paramLabel = "SHELL", descriptionKey = "completion.shell")
    private ShellName name = ShellName.bash;

    @Override
    ExitCode run() {
      checkLocal();
      String script = AutoComplete.bash("vitrine", Vitrine.commands(shell()));
      if (name == ShellName.zsh) {
        // The script is for bash; zsh runs it with these two.
        shell().out().println("autoload -U +X compinit && compinit");
        shell().out().println("autoload -U +X bashcompinit && bashcompinit");
      }
      shell().out().print(script);
      return ExitCode.OK;
    }
  }

  @picocli.CommandLine.Command(name = "manual")
  static final class Manual extends Command {
    @Override
    ExitCode run() {
      checkLocal();
      shell().out().print(new ManPage(shell().texts()).of(Vitrine.commands(shell())));
      return ExitCode.OK;
    }
  }
}
