package dev.vitrine.server.json;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times of tokens and keys: UTC, microseconds, {@code YYYY-MM-DDTHH:MM:SS.ffffffZ}. */
public final class PreciseTime {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private PreciseTime() {}

  public static String format(Instant time) {
    return FORMAT.format(time);
  }
}
