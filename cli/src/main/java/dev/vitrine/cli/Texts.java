package dev.vitrine.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.stream.Stream;

/** The words of the program, in the user's language: English or Chinese. */
final class Texts {
  private static final String NAME = "dev.vitrine.cli.texts";

  private final Locale locale;
  private final ResourceBundle bundle;

  Texts(Locale locale) {
    this.locale = locale;
    this.bundle =
        ResourceBundle.getBundle(
            NAME, locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  /**
   * Of the language that the variables name, as POSIX orders them. The JVM's own locale would be
   * English wherever the system lacks the locale's data.
   */
  static Texts of(Map<String, String> environment) {
    String language =
        Stream.of("LC_ALL", "LC_MESSAGES", "LANG")
            .map(name -> environment.getOrDefault(name, ""))
            .filter(value -> !value.isEmpty())
            .findFirst()
            .orElse("");
    return new Texts(language.startsWith("zh") ? Locale.CHINESE : Locale.ENGLISH);
  }

  ResourceBundle bundle() {
    return bundle;
  }

  Locale locale() {
    return locale;
  }

  /** A text, with {@code {0}}, {@code {1}}, … replaced by the arguments. */
  String say(String key, Object... arguments) {
    String text = bundle.getString(key);
    for (int i = 0; i < arguments.length; i++) {
      text = text.replace("{" + i + "}", String.valueOf(arguments[i]));
    }
    return text;
  }

  /** The word for a value of a closed set; the value itself if it is a newer one. */
  String word(String set, String value) {
    String key = set + "." + value;
    return bundle.containsKey(key) ? bundle.getString(key) : value;
  }

  /** The values of a closed set that have words, in order. */
  List<String> set(String set) {
    return bundle.keySet().stream()
        .filter(key -> key.startsWith(set + "."))
        .map(key -> key.substring(set.length() + 1))
        .sorted()
        .toList();
  }
}
