package dev.vitrine.server.glance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Times of images and members: UTC, whole seconds, {@code YYYY-MM-DDTHH:MM:SSZ}. A list writes two
 * a row, and the library's formatter takes an eighth of the whole request for them.
 */
public final class GlanceTime {
  private GlanceTime() {}

  public static String format(Instant time) {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    byte[] text = "0000-00-00T00:00:00Z".getBytes(ISO_8859_1);
    number(text, 3, utc.getYear());
    number(text, 6, utc.getMonthValue());
    number(text, 9, utc.getDayOfMonth());
    number(text, 12, utc.getHour());
    number(text, 15, utc.getMinute());
    number(text, 18, utc.getSecond());
    return new String(text, ISO_8859_1);
  }

  /** Puts a number's digits, the last one at this place, over zeros. */
  private static void number(byte[] text, int last, int number) {
    for (int i = last, rest = number; rest > 0; i--, rest /= 10) {
      text[i] = (byte) ('0' + rest % 10);
    }
  }
}
