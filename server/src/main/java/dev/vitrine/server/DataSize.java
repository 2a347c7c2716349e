package dev.vitrine.server;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of data, in bytes. */
public record DataSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
  private static final Map<String, Long> UNITS =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  /** Reads {@code 64KiB}, {@code 1MiB}; {@link IllegalArgumentException} if it is no such thing. */
  static DataSize parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    return new DataSize(
        Long.parseLong(matcher.group(1)) * UNITS.getOrDefault(matcher.group(2), 0L));
  }
}
