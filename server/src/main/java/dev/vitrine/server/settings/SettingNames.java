package dev.vitrine.server.settings;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Finds settings by name, and explains why a name is refused.
 *
 * @param renamed former names, each with the setting that had it
 */
record SettingNames(List<Setting<?>> settings, Map<String, Setting<?>> renamed) {
  /** The settings of the program. */
  static final SettingNames ALL = new SettingNames(Setting.ALL, Setting.RENAMED);

  SettingNames {
    for (Setting<?> setting : settings) {
      if (renamed.containsKey(setting.name())) {
        throw new IllegalArgumentException("both a name and a former name: " + setting.name());
      }
    }
  }

  /** The setting of that name. */
  Optional<Setting<?>> named(String name) {
    return first(setting -> setting.name().equals(name));
  }

  /** The setting that this environment variable sets. */
  Optional<Setting<?>> ofVariable(String variable) {
    return first(setting -> setting.variable().equals(variable));
  }

  private Optional<Setting<?>> first(Predicate<Setting<?>> condition) {
    return settings.stream().filter(condition).findFirst();
  }

  /** The refusal of an unknown or former name. */
  String refusal(String name) {
    return refusal(name, former -> former, Setting::name, "");
  }

  /** The refusal of an unknown or former environment variable. */
  String refusalOfVariable(String variable) {
    return refusal(variable, Setting::variable, Setting::variable, Setting.VARIABLE_PREFIX);
  }

  private String refusal(
      String given,
      Function<String, String> formerSpelling,
      Function<Setting<?>, String> spelling,
      String prefix) {
    Optional<String> renamed =
        this.renamed.entrySet().stream()
            .filter(entry -> formerSpelling.apply(entry.getKey()).equals(given))
            .map(entry -> "this setting is now called " + spelling.apply(entry.getValue()))
            .findFirst();
    return renamed.orElseGet(
        () ->
            "no such setting"
                + nearest(given, spelling, prefix)
                    .map(setting -> "; did you mean " + spelling.apply(setting) + "?")
                    .orElse(""));
  }

  /** What other servers call a setting of ours. */
  private static final Map<String, String> ELSEWHERE =
      Map.of("port", "listen", "host", "listen", "bind", "listen", "address", "listen");

  /** The setting with the most similar name, or with this name elsewhere. */
  private Optional<Setting<?>> nearest(
      String mistyped, Function<Setting<?>, String> spelling, String prefix) {
    String significant = mistyped.substring(prefix.length());
    ToIntFunction<Setting<?>> distance =
        setting -> distance(spelling.apply(setting).substring(prefix.length()), significant);
    String known = ELSEWHERE.get(significant.toLowerCase(Locale.ROOT));
    if (known != null) {
      return named(known);
    }
    int tolerated = Math.max(1, significant.length() / 3);
    return settings.stream()
        .filter(setting -> distance.applyAsInt(setting) <= tolerated)
        .min(Comparator.comparingInt(distance));
  }

  /** The Damerau-Levenshtein distance: letters inserted, deleted, changed or transposed. */
  private static int distance(String a, String b) {
    int[][] steps = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          steps[i][j] = i + j;
          continue;
        }
        int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        steps[i][j] =
            Math.min(steps[i - 1][j - 1] + changed, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
        }
      }
    }
    return steps[a.length()][b.length()];
  }
}
