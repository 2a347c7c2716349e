package dev.vitrine.server.images;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times in queries, in the forms of ISO 8601 that Glance accepts (Python package iso8601): calendar
 * dates, basic or extended form, any precision; UTC without an offset.
 */
public final class IsoTime {
  private static final Pattern FORM =
      Pattern.compile(
          """
          (?<year>\\d{4})
          (?: (?: -(?<monthAfterDash>\\d{1,2}) | (?<month>\\d{2})(?!$) )
            (?: (?: -(?<dayAfterDash>\\d{1,2}) | (?<day>\\d{2}) )
              (?: [\\ T] (?<hour>\\d{2})
                (?: :?(?<minute>\\d{2}) )?
                (?: :?(?<second>\\d{1,2}) (?: [.,](?<fraction>\\d+) )? )?
                (?<offset> Z | (?<sign>[-+]) (?<offsetHours>\\d{2}) :? (?<offsetMinutes>\\d{2})? )?
              )?
            )?
          )?
          """,
          Pattern.COMMENTS);

  private static final int MICROS = 6;
  private static final Duration DAY = Duration.ofDays(1);

  private IsoTime() {}

  /** Reads a time, to the microsecond; null if it is malformed or outside the years 1 to 9999. */
  public static @Nullable Instant read(String text) {
    Matcher time = FORM.matcher(text);
    if (!time.matches()) {
      return null;
    }
    Duration offset = offset(time);
    if (offset.abs().compareTo(DAY) >= 0) {
      return null;
    }
    try {
      LocalDateTime local =
          LocalDateTime.of(
              number(time.group("year"), 0),
              number(either(time, "month", "monthAfterDash"), 1),
              number(either(time, "day", "dayAfterDash"), 1),
              number(time.group("hour"), 0),
              number(time.group("minute"), 0),
              number(time.group("second"), 0),
              nanos(time.group("fraction")));
      LocalDateTime utc = local.minus(offset);
      boolean fourDigits = local.getYear() > 0 && utc.getYear() > 0 && utc.getYear() < 10_000;
      return fourDigits ? utc.toInstant(ZoneOffset.UTC) : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Duration offset(Matcher time) {
    Duration offset =
        Duration.ofHours(number(time.group("offsetHours"), 0))
            .plusMinutes(number(time.group("offsetMinutes"), 0));
    return "-".equals(time.group("sign")) ? offset.negated() : offset;
  }

  /** Truncates to microseconds. */
  private static int nanos(@Nullable String fraction) {
    String digits = fraction == null ? "" : fraction;
    String micros = digits.substring(0, Math.min(MICROS, digits.length()));
    return number((micros + "0".repeat(MICROS)).substring(0, MICROS), 0) * 1000;
  }

  private static @Nullable String either(Matcher time, String one, String other) {
    return time.group(one) == null ? time.group(other) : time.group(one);
  }

  private static int number(@Nullable String digits, int otherwise) {
    return digits == null ? otherwise : Integer.parseInt(digits);
  }
}
