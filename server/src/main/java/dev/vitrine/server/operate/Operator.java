package dev.vitrine.server.operate;

import static java.lang.System.Logger.Level.DEBUG;

import dev.vitrine.postgres.embedded.EmbeddedPostgresException;
import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.settings.Setting;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.server.settings.SettingsRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads an operator's command, carries it out, and says why it failed. */
public final class Operator {
  private static final System.Logger LOG = System.getLogger(Operator.class.getName());

  private final Map<String, String> environment;
  private final Map<Setting<?>, String> fallbacks;
  private final String version;
  private final List<String> arguments;
  private final Progress progress = new Progress(System.out);

  private Operator(
      List<String> arguments,
      Map<String, String> environment,
      Map<Setting<?>, String> fallbacks,
      String version) {
    this.arguments = new ArrayList<>(arguments);
    this.environment = environment;
    this.fallbacks = fallbacks;
    this.version = version;
  }

  /**
   * Carries out {@code backup}, {@code restore}, {@code verify}, {@code admin}, {@code keys} or
   * {@code audit}; the exit code.
   *
   * @param arguments the command and its arguments
   * @param fallbacks values of settings that are not given
   * @param version of this program
   */
  public static int run(
      List<String> arguments,
      Map<String, String> environment,
      Map<Setting<?>, String> fallbacks,
      String version) {
    try {
      Operator operator = new Operator(arguments, environment, fallbacks, version);
      int code = operator.run();
      if (code == ExitCode.STOPPED && !operator.progress.isHeard()) {
        throw new IOException("The output cannot be written");
      }
      return code;
    } catch (SettingsRefused refused) {
      System.err.println("vitrine: this command cannot be used so (see: vitrine help)");
      refused.problems().forEach(problem -> System.err.println("  " + problem));
      return ExitCode.REFUSED;
    } catch (StartFailure | EmbeddedPostgresException e) {
      System.err.println("vitrine: " + e.getMessage());
      LOG.log(DEBUG, "The command failed", e);
      return ExitCode.NOT_STARTED;
    } catch (IOException e) {
      // Their messages are often a path only.
      System.err.println("vitrine: " + e);
      LOG.log(DEBUG, "The command failed", e);
      return ExitCode.NOT_STARTED;
    } catch (Exception e) {
      System.err.println("vitrine: " + arguments.getFirst() + " failed: " + e.getMessage());
      LOG.log(DEBUG, "The command failed", e);
      return ExitCode.NOT_STARTED;
    }
  }

  private int run() throws Exception {
    String command = arguments.removeFirst();
    return switch (command) {
      case "backup" -> {
        Path directory = directory("the folder for backups");
        boolean reads = !flag("--quick");
        yield Backup.run(settings(), directory, reads, version, progress);
      }
      case "restore" -> {
        Path directory = directory("the folder with a backup");
        yield Restore.run(settings(), directory, progress);
      }
      case "verify" -> {
        Verify.Options options = new Verify.Options(!flag("--quick"), flag("--repair"));
        yield Verify.run(settings(), options, progress);
      }
      case "admin" -> {
        if (arguments.isEmpty() || !arguments.removeFirst().equals("reset-password")) {
          throw refused("admin: what it can do is reset-password");
        }
        String user = option("--user", "admin");
        String domain = option("--domain", "Default");
        yield ResetPassword.run(settings(), domain, user, progress);
      }
      case "keys" -> {
        String what = arguments.isEmpty() ? "" : arguments.removeFirst();
        yield switch (what) {
          case "rotate" -> KeyCommands.rotate(settings(), progress);
          case "list" -> KeyCommands.list(settings(), progress);
          default -> throw refused("keys: what it can do is rotate and list");
        };
      }
      case "audit" -> {
        String what = arguments.isEmpty() ? "" : arguments.removeFirst();
        yield switch (what) {
          case "verify" -> {
            String anchors = option("--anchors", "");
            yield AuditCommands.verify(settings(), anchors, progress);
          }
          case "anchors" -> AuditCommands.anchors(settings(), progress);
          default -> throw refused("audit: what it can do is verify and anchors");
        };
      }
      default -> throw refused("there is no command " + command);
    };
  }

  private Path directory(String what) throws SettingsRefused {
    if (arguments.isEmpty() || arguments.getFirst().startsWith("--")) {
      throw refused("the first argument is missing: " + what);
    }
    return Path.of(arguments.removeFirst()).toAbsolutePath().normalize();
  }

  private boolean flag(String name) {
    return arguments.remove(name);
  }

  /** {@code --name value} or {@code --name=value}, as settings are given. */
  private String option(String name, String otherwise) throws SettingsRefused {
    for (String argument : arguments) {
      if (argument.startsWith(name + "=")) {
        arguments.remove(argument);
        return argument.substring(name.length() + 1);
      }
    }
    int index = arguments.indexOf(name);
    if (index < 0) {
      return otherwise;
    }
    arguments.remove(index);
    if (index == arguments.size()) {
      throw refused(name + ": needs a value");
    }
    return arguments.remove(index);
  }

  /** What is left of the arguments. */
  private Settings settings() throws SettingsRefused {
    return Settings.read(arguments, environment, fallbacks);
  }

  private static SettingsRefused refused(String problem) {
    return new SettingsRefused(List.of(problem));
  }
}
