package dev.vitrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program: what holds for all of its commands. */
@picocli.CommandLine.Command(name = "vitrine")
final class Vitrine implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          LoginCommand.class,
          LogoutCommand.class,
          ImageCommands.class,
          SharingCommands.Share.class,
          SharingCommands.Unshare.class,
          SharingCommands.Inbox.class,
          SharingCommands.Accept.class,
          SharingCommands.Reject.class,
          AccessCommand.class,
          HistoryCommand.class,
          WebhookCommands.class,
          WhyCommand.class,
          PolicyCommands.class,
          GrantCommands.class,
          KeyCommands.class,
          JobCommands.class,
          ManualCommands.Completion.class,
          ManualCommands.Manual.class,
          TrainCommand.class);

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

  /** Carries out a command line, and returns the exit code. */
  static int execute(Shell shell, String... arguments) {
    // To describe all commands to picocli takes longer than most of them.
    List<Class<?>> named = COMMANDS.stream().filter(c -> isNamed(c, arguments)).toList();
    boolean asksForHelp = Stream.of(arguments).anyMatch(Set.of("-h", "--help")::contains);
    Refusals refusals = new Refusals(shell);
    if (named.isEmpty() || asksForHelp) {
      return commands(shell, COMMANDS, refusals::usage).execute(arguments);
    }
    // What it does not understand may be a command that was left out, or like one.
    return commands(
            shell, named, (e, all) -> commands(shell, COMMANDS, refusals::usage).execute(arguments))
        .execute(arguments);
  }

  private static boolean isNamed(Class<?> command, String... arguments) {
    String name = command.getAnnotation(picocli.CommandLine.Command.class).name();
    return List.of(arguments).contains(name);
  }

  /** All commands, with their texts in the user's language. */
  static CommandLine commands(Shell shell) {
    return commands(shell, COMMANDS, new Refusals(shell)::usage);
  }

  private static CommandLine commands(
      Shell shell, List<Class<?>> all, IParameterExceptionHandler misunderstood) {
    CommandLine commands = new CommandLine(new Vitrine(shell));
    all.forEach(commands::addSubcommand);
    commands.setResourceBundle(shell.texts().bundle());
    commands.setOut(new PrintWriter(new OutputStreamWriter(shell.out(), UTF_8), true));
    commands.setErr(new PrintWriter(new OutputStreamWriter(shell.err(), UTF_8), true));
    commands.setUsageHelpAutoWidth(false);
    commands.setUsageHelpWidth(100);
    commands.setAbbreviatedOptionsAllowed(false);
    commands.setCaseInsensitiveEnumValuesAllowed(false);
    // A name that begins with @ is a name, and no file of arguments.
    commands.setExpandAtFiles(false);
    commands.setParameterExceptionHandler(misunderstood);
    commands.setExecutionExceptionHandler(new Refusals(shell)::failed);
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
