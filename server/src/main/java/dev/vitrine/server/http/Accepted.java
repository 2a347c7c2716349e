package dev.vitrine.server.http;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a client's {@code Accept} or {@code Accept-Encoding} names (RFC 9110, 12.4.2). */
public final class Accepted {
  private Accepted() {}

  /**
   * The quality of a media range or coding that is named as such: {@code *} names nothing.
   *
   * @param header all lines of it; null: none
   * @return 0 if it is not named, or unwanted, or its quality is malformed
   */
  public static double quality(@Nullable String header, String name) {
    double best = 0;
    for (String element : header == null ? new String[0] : header.split(",", -1)) {
      String[] parts = element.toLowerCase(Locale.ROOT).split(";", -1);
      if (parts[0].strip().equals(name)) {
        best = Math.max(best, quality(parts));
      }
    }
    return best;
  }

  /**
   * The offer that the client prefers, by the most specific of its media ranges that includes it
   * (RFC 9110, 12.5.1); of those that it likes equally, the first one.
   *
   * @param header all lines of {@code Accept}; null: it likes all
   * @param offers media types; the first one also if it likes none
   */
  public static String best(@Nullable String header, List<String> offers) {
    String best = offers.getFirst();
    double most = 0;
    for (String offer : offers) {
      double quality = header == null || header.isBlank() ? 1 : ofRange(header, offer);
      if (quality > most) {
        best = offer;
        most = quality;
      }
    }
    return best;
  }

  private static double ofRange(String header, String offer) {
    for (String range : List.of(offer, offer.replaceFirst("/.*", "/*"), "*/*")) {
      if (names(header, range)) {
        return quality(header, range);
      }
    }
    return 0;
  }

  private static boolean names(String header, String range) {
    return Stream.of(header.split(",", -1))
        .anyMatch(element -> element.split(";", -1)[0].strip().equalsIgnoreCase(range));
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
