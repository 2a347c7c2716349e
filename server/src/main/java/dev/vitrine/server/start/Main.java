package dev.vitrine.server.start;

import dev.vitrine.directory.Passwords;
import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.operate.Operator;
import dev.vitrine.server.settings.Help;
import dev.vitrine.server.settings.Setting;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.server.settings.SettingsRefused;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The program's commands, its output, and its exit codes. */
public final class Main {
  /** The tenants of the first share that {@code up} explains. */
  private static final List<String> DEMO_TENANTS = List.of("alice", "bob");

  static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";
  private static final String DEFAULT_LISTEN = "127.0.0.1:9292";
  private static final Map<Setting<?>, String> SERVE_DEFAULTS =
      Map.of(Setting.MANAGEMENT_LISTEN, "127.0.0.1:9293");

  private Main() {}

  /** Runs a command and ends the process. */
  public static void main(String[] args) throws Exception {
    limitCarriers(System.getProperties(), Runtime.getRuntime().availableProcessors());
    System.setProperty("java.util.logging.manager", Logging.KeptToTheEnd.class.getName());
    Logging.toStandardError();
    System.exit(run(List.of(args)));
  }

  /**
   * Lets half of the cores carry virtual threads, unless an operator sets the property. Handlers
   * are a third of the server's CPU; the event loops and the database need the rest of the cores,
   * and a carrier that finds nothing to do costs as much as the handler did (ADR 28). Read once, by
   * the first virtual thread.
   */
  static void limitCarriers(Properties properties, int cores) {
    properties.putIfAbsent(CARRIERS, Integer.toString(Math.max(1, cores / 2)));
  }

  private static int run(List<String> args) throws Exception {
    if (args.contains("--help") || args.contains("-h") || args.isEmpty()) {
      return print(System.out, Help.text());
    }
    List<String> options = args.subList(1, args.size());
    return switch (args.getFirst()) {
      case "help" -> print(System.out, Help.text());
      case "version", "--version" -> print(System.out, "vitrine " + version());
      case "up" -> up(options);
      case "serve" -> serve(options, SERVE_DEFAULTS, List.of(), null, List.of());
      case "backup", "restore", "verify", "admin", "keys", "audit" ->
          Operator.run(args, System.getenv(), upDefaults(), version());
      case "train" -> Training.run();
      default -> {
        System.err.println("vitrine: there is no command " + args.getFirst() + "; try help");
        yield ExitCode.REFUSED;
      }
    };
  }

  private static int print(PrintStream out, String text) {
    out.println(text);
    return ExitCode.STOPPED;
  }

  static String version() {
    return Objects.requireNonNullElse(
        Main.class.getPackage().getImplementationVersion(), "of an unpackaged build");
  }

  /** The launcher passes its directory as {@code vitrine.home}. */
  private static Map<Setting<?>, String> upDefaults() {
    Path home = Path.of(System.getProperty("vitrine.home", ""));
    return Map.of(Setting.LISTEN, DEFAULT_LISTEN, Setting.DATA, home.resolve("data").toString());
  }

  /** Passwords protect nothing there, seeds choose short ones, and logins should take no time. */
  private static Map<Setting<?>, String> ephemeralDefaults() {
    Map<Setting<?>, String> defaults = new HashMap<>(upDefaults());
    defaults.put(Setting.PASSWORD_MIN_LENGTH, "1");
    defaults.put(Setting.PASSWORD_COMMON, "allow");
    defaults.put(Setting.PASSWORD_ITERATIONS, Integer.toString(Passwords.MIN_ITERATIONS));
    return defaults;
  }

  private static int up(List<String> options) {
    Ephemeral.Options found = Ephemeral.among(options);
    Ephemeral ephemeral = found.ephemeral();
    boolean isSeeded = ephemeral != null && ephemeral.seed() != null;
    return serve(
        found.settings(),
        ephemeral == null ? upDefaults() : ephemeralDefaults(),
        isSeeded ? List.of() : DEMO_TENANTS,
        ephemeral,
        found.problems());
  }

  /**
   * @param problems of options that are no settings
   */
  private static int serve(
      List<String> options,
      Map<Setting<?>, String> defaults,
      List<String> tenants,
      @Nullable Ephemeral ephemeral,
      List<String> problems) {
    Settings settings;
    try {
      settings = Settings.read(options, System.getenv(), defaults);
    } catch (SettingsRefused refused) {
      return refuse(Stream.of(problems, refused.problems()).flatMap(List::stream).toList());
    }
    if (!problems.isEmpty()) {
      return refuse(problems);
    }
    if (ephemeral != null && settings.database() != null) {
      return refuse(List.of("db: means nothing with --ephemeral, which keeps nothing"));
    }
    if (ephemeral != null && settings.administratorMustChange()) {
      return refuse(
          List.of("admin.must-change: means nothing with --ephemeral, which logs in as admin"));
    }
    Logging.level(settings.logLevel());
    return Foreground.run(
        settings, tenants, ephemeral, vitrine -> announce(vitrine, tenants, settings, ephemeral));
  }

  private static int refuse(List<String> problems) {
    System.err.println("vitrine: these settings cannot be used (see: vitrine help)");
    problems.forEach(problem -> System.err.println("  " + problem));
    return ExitCode.REFUSED;
  }

  private static void announce(
      Vitrine vitrine, List<String> tenants, Settings settings, @Nullable Ephemeral ephemeral) {
    boolean console = settings.console();
    if (ephemeral != null) {
      System.out.println(Help.ephemeral(vitrine.url(), vitrine.clouds()));
    } else if (tenants.equals(DEMO_TENANTS)) {
      System.out.println(Help.firstShare(vitrine.url(), vitrine.clouds(), console));
    }
  }
}
