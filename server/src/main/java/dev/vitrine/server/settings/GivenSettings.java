package dev.vitrine.server.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The given settings as text, with their sources. Command-line options take precedence over
 * environment variables, and these over a file. Collects problems, so that all are reported at
 * once.
 */
final class GivenSettings {
  /** Variables that are no settings: for the launcher, the client and the tests. */
  private static final List<String> OTHER_VARIABLES =
      List.of("VITRINE_JAVA_OPTS", "VITRINE_TOKEN_CACHE", "VITRINE_TEST_DB");

  private static final String DEFAULT_FILE = "vitrine.properties";

  private final Map<Setting<?>, Given> values = new HashMap<>();
  private final Set<Setting<?>> ofCommand = new HashSet<>();
  private final Set<Setting<?>> malformed = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * A value and its source.
   *
   * @param where {@code --db}, {@code VITRINE_DB}, {@code db in FILE}
   */
  private record Given(String text, String where) {}

  private final SettingNames names;

  private GivenSettings(SettingNames names) {
    this.names = names;
  }

  /**
   * Reads all three sources.
   *
   * @param fallbacks values of the command for settings that are not given
   */
  static GivenSettings read(
      List<String> options,
      Map<String, String> environment,
      Map<Setting<?>, String> fallbacks,
      SettingNames names) {
    GivenSettings given = new GivenSettings(names);
    given.readOptions(options);
    given.readEnvironment(environment);
    given.readFile(Optional.ofNullable(fallbacks.get(Setting.DATA)));
    fallbacks.forEach(
        (setting, text) -> {
          if (given.values.putIfAbsent(setting, new Given(text, setting.name())) == null) {
            given.ofCommand.add(setting);
          }
        });
    return given;
  }

  private void readOptions(List<String> options) {
    Map<Setting<?>, Given> found = new HashMap<>();
    for (int i = 0; i < options.size(); i++) {
      String option = options.get(i);
      if (!option.startsWith("--")) {
        problems.add(option + ": not an option; options start with --");
        continue;
      }
      int equals = option.indexOf('=');
      String name = option.substring(2, equals < 0 ? option.length() : equals);
      String text = null;
      if (equals >= 0) {
        text = option.substring(equals + 1);
      } else if (i + 1 < options.size() && !options.get(i + 1).startsWith("--")) {
        text = options.get(++i);
      }
      Optional<Setting<?>> setting = names.named(name);
      if (setting.isEmpty()) {
        problems.add("--" + name + ": " + names.refusal(name));
      } else if (text == null) {
        problems.add("--" + name + ": needs a value, " + setting.get().type().description());
      } else if (found.put(setting.get(), new Given(text, "--" + name)) != null) {
        problems.add("--" + name + ": given twice");
      }
    }
    values.putAll(found);
  }

  private void readEnvironment(Map<String, String> environment) {
    new TreeMap<>(environment)
        .forEach(
            (variable, text) -> {
              if (variable.startsWith(Setting.VARIABLE_PREFIX)
                  && !OTHER_VARIABLES.contains(variable)) {
                readVariable(variable, text);
              }
            });
  }

  private void readVariable(String variable, String text) {
    names
        .ofVariable(variable)
        .ifPresentOrElse(
            setting -> values.putIfAbsent(setting, new Given(text, variable)),
            () -> problems.add(variable + ": " + names.refusalOfVariable(variable)));
  }

  private void readFile(Optional<String> fallbackData) {
    Path file = optional(Setting.CONFIG);
    if (file == null) {
      file = defaultFile(fallbackData);
    }
    if (file == null) {
      return;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      problems.add(where(Setting.CONFIG) + ": there is no file " + file);
    } catch (IOException | IllegalArgumentException e) {
      problems.add(file + ": cannot be read: " + e.getMessage());
    }
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      String where = name + " in " + file;
      Optional<Setting<?>> setting = names.named(name);
      if (setting.isEmpty()) {
        problems.add(where + ": " + names.refusal(name));
      } else if (setting.get().equals(Setting.CONFIG)) {
        problems.add(where + ": a file cannot name another one");
      } else {
        values.putIfAbsent(setting.get(), new Given(properties.getProperty(name).strip(), where));
      }
    }
  }

  private @Nullable Path defaultFile(Optional<String> fallbackData) {
    Path data = values.containsKey(Setting.DATA) ? optional(Setting.DATA) : null;
    if (data == null && fallbackData.isPresent()) {
      data = Setting.DATA.type().parse(fallbackData.get());
    }
    Path file = data == null ? null : data.resolve(DEFAULT_FILE);
    return file != null && Files.exists(file) ? file : null;
  }

  boolean has(Setting<?> setting) {
    return values.containsKey(setting);
  }

  /** Whether the value is the command's, because none was given. */
  boolean isOfCommand(Setting<?> setting) {
    return ofCommand.contains(setting);
  }

  /** The source of the setting, or its name if it was not given. */
  String where(Setting<?> setting) {
    Given given = values.get(setting);
    return given == null ? setting.name() : given.where();
  }

  void refuse(String problem) {
    problems.add(problem);
  }

  /** The value of a setting that always has one. */
  <T> T value(Setting<T> setting) {
    T value = optional(setting);
    return value == null ? setting.defaultValue() : value;
  }

  /** The value if one was given and is well-formed; a malformed one is reported once. */
  <T> @Nullable T optional(Setting<T> setting) {
    Given given = values.get(setting);
    if (given == null) {
      return null;
    }
    try {
      return setting.type().parse(given.text());
    } catch (IllegalArgumentException e) {
      if (malformed.add(setting)) {
        problems.add(given.where() + ": " + refusal(setting.type(), given.text()));
      }
      return null;
    }
  }

  private static String refusal(ValueType<?> type, String text) {
    return type.secret()
        ? "must be " + type.description()
        : "must be " + type.description() + ", not '" + text + "'";
  }

  void requireNoProblems() throws SettingsRefused {
    if (!problems.isEmpty()) {
      throw new SettingsRefused(problems);
    }
  }
}
