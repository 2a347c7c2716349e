package dev.vitrine.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as users write them. */
final class Moment {
  /** How long ago: {@code 90m}, {@code 36h}, {@code 2d}, {@code 1w}. */
  private static final Pattern AGO = Pattern.compile("(\\d{1,6})([mhdw])");

  private Moment() {}

  /**
   * Reads a time by ISO 8601, also with a space as tables print it, or how long ago it was. Without
   * an offset, it is in the user's zone; a date is its first moment.
   *
   * @param option that it is given for, for the text of the problem
   */
  static Instant read(String option, String text, Instant now, ZoneId zone) {
    Matcher ago = AGO.matcher(text);
    String iso = text.replaceFirst("^(\\S+) (\\S+)$", "$1T$2");
    try {
      if (ago.matches()) {
        return now.minus(Duration.ofMinutes(Long.parseLong(ago.group(1)) * minutes(ago.group(2))));
      } else if (!iso.contains("T")) {
        return LocalDate.parse(iso).atStartOfDay(zone).toInstant();
      } else if (iso.matches(".*T.*([Zz]|[-+][0-9:]+)")) {
        return OffsetDateTime.parse(iso).toInstant();
      }
      return LocalDateTime.parse(iso).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      throw new Problem(ExitCode.USAGE, "time.malformed", option, text);
    }
  }

  private static long minutes(String unit) {
    return switch (unit) {
      case "m" -> 1;
      case "h" -> 60;
      case "d" -> 24 * 60;
      default -> 7 * 24 * 60;
    };
  }
}
