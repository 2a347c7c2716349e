package dev.vitrine.server.settings;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of data that fits in memory, in bytes. */
public record DataSize(int bytes) {
  /** Each is 1,024 times the one before. */
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,9})(" + String.join("|", UNITS) + ")");

  /** Reads {@code 64KiB}, {@code 1MiB}; {@link IllegalArgumentException} if malformed. */
  static DataSize parse(String text) {
    long bytes = bytes(text);
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("too large");
    }
    return new DataSize((int) bytes);
  }

  /** As {@link #parse}, for amounts of any size, in bytes: {@code 50GiB}, {@code 2TiB}. */
  static long bytes(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("malformed");
    }
    int shift = 10 * UNITS.indexOf(matcher.group(2));
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("too large");
    }
    return number << shift;
  }
}
