package dev.vitrine.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many requests are allowed.
 *
 * @param requests in a period, also all at once
 * @param period from an unused rate to an unused rate
 */
public record Rate(int requests, Duration period) {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,8})/([smh])");
  private static final Map<String, Duration> PERIODS =
      Map.of("s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1));

  /**
   * Reads {@code 100/s}, {@code 600/m} or {@code 1000/h}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static Rate parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    return new Rate(
        Integer.parseInt(matcher.group(1)), Objects.requireNonNull(PERIODS.get(matcher.group(2))));
  }
}
