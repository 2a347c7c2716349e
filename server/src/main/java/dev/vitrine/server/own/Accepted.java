package dev.vitrine.server.own;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a client's {@code Accept} or {@code Accept-Encoding} names (RFC 9110, 12.4.2). */
final class Accepted {
  private Accepted() {}

  /**
   * The quality of a media range or coding that is named as such: {@code *} names nothing.
   *
   * @param header all lines of it; null: none
   * @return 0 if it is not named, or unwanted, or its quality is malformed
   */
  static double quality(@Nullable String header, String name) {
    double best = 0;
    for (String element : header == null ? new String[0] : header.split(",", -1)) {
      String[] parts = element.toLowerCase(Locale.ROOT).split(";", -1);
      if (parts[0].strip().equals(name)) {
        best = Math.max(best, quality(parts));
      }
    }
    return best;
  }

  private static double quality(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("q=")) {
        String value = parameter.substring(2);
        return value.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(value) : 0;
      }
    }
    return 1;
  }
}
