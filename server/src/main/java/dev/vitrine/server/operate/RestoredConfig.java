package dev.vitrine.server.operate;

import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;
import java.util.Set;

/**
 * A file of settings without those that say where the data of the server are that was backed up.
 * All else stays as it is, comments and order as well.
 */
final class RestoredConfig {
  private static final Set<String> PLACES = Set.of("data", "blobs", "keys");

  private RestoredConfig() {}

  /** Makes these settings comments. */
  static String of(String text) throws IOException {
    StringBuilder result = new StringBuilder();
    StringBuilder setting = new StringBuilder();
    for (String line : text.lines().toList()) {
      setting.append(line).append('\n');
      if (!continues(setting)) {
        append(result, setting.toString());
        setting.setLength(0);
      }
    }
    append(result, setting.toString());
    return result.toString();
  }

  /**
   * A setting goes on after an odd number of backslashes; a comment does not ({@link Properties}).
   */
  private static boolean continues(CharSequence lines) {
    String begin = lines.toString().stripLeading();
    int end = lines.length() - 1;
    int backslashes = 0;
    while (backslashes < end && lines.charAt(end - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1 && !begin.startsWith("#") && !begin.startsWith("!");
  }

  private static void append(StringBuilder result, String setting) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(setting));
    boolean isPlace = properties.stringPropertyNames().stream().anyMatch(PLACES::contains);
    result.append(isPlace ? setting.replaceAll("(?m)^(?!\\z)", "# not restored: ") : setting);
  }
}
