package dev.vitrine.cli;

/** The program. */
public final class Main {
  private Main() {}

  /** Carries out a command and ends the process. */
  public static void main(String[] arguments) {
    Shell shell = Shell.ofProcess();
    int code = run(shell, arguments);
    shell.out().flush();
    Cloud.end();
    System.exit(code);
  }

  /** Carries out a command, and returns the exit code. */
  static int run(Shell shell, String... arguments) {
    return Vitrine.execute(shell, arguments);
  }
}
