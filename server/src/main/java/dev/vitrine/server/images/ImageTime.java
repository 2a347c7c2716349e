package dev.vitrine.server.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Times of images and members: UTC, whole seconds, {@code YYYY-MM-DDTHH:MM:SSZ}. Formats by hand: a
 * list writes two times a row, and the library's formatter would take an eighth of the request.
 */
public final class ImageTime {
  private static final byte[] ZERO = "0000-00-00T00:00:00Z".getBytes(ISO_8859_1);

  private ImageTime() {}

  public static String format(Instant time) {
    return new String(bytes(time), ISO_8859_1);
  }

  /** Writes a JSON string, which needs no escapes. */
  public static void write(Instant time, JsonGenerator json) throws IOException {
    byte[] text = bytes(time);
    json.writeRawUTF8String(text, 0, text.length);
  }

  private static byte[] bytes(Instant time) {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    byte[] text = ZERO.clone();
    number(text, 3, utc.getYear());
    number(text, 6, utc.getMonthValue());
    number(text, 9, utc.getDayOfMonth());
    number(text, 12, utc.getHour());
    number(text, 15, utc.getMinute());
    number(text, 18, utc.getSecond());
    return text;
  }

  /** Writes the digits of a number over zeros, ending at index {@code last}. */
  private static void number(byte[] text, int last, int number) {
    for (int i = last, rest = number; rest > 0; i--, rest /= 10) {
      text[i] = (byte) ('0' + rest % 10);
    }
  }
}
