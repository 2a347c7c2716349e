package dev.vitrine.server.http;

import org.jspecify.annotations.Nullable;

/**
 * Whole numbers in queries and headers: ASCII digits and nothing else. The JDK's parsers also take
 * a sign and the digits of every script.
 */
public final class WholeNumber {
  private WholeNumber() {}

  /** The number, or {@link Long#MAX_VALUE} if it is larger; null if the text is no whole number. */
  public static @Nullable Long of(String text) {
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : number * 10 + digit;
    }
    return text.isEmpty() ? null : number;
  }

  /** The number if it is one from {@code min} to {@code max}, else null. */
  public static @Nullable Integer within(@Nullable String text, int min, int max) {
    Long number = text == null ? null : of(text);
    return number != null && number >= min && number <= max ? number.intValue() : null;
  }
}
