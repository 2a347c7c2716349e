package dev.vitrine.server.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of data that fits in memory, in bytes. */
public record DataSize(int bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");

  /** Reads {@code 64KiB}, {@code 1MiB}; {@link IllegalArgumentException} if malformed. */
  static DataSize parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("malformed");
    }
    long unit =
        switch (matcher.group(2)) {
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          default -> 1L;
        };
    long bytes = Long.parseLong(matcher.group(1)) * unit;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("too large");
    }
    return new DataSize((int) bytes);
  }
}
