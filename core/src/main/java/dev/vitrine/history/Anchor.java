package dev.vitrine.history;

import java.time.LocalDate;

/**
 * The anchor of a day: a hash of the history as it was at the end of that day. Kept outside of the
 * database, it proves that no event of that day or an earlier one was changed.
 *
 * @param seals how many events were sealed that day
 * @param hash by {@link Chain#anchor}, in lower-case hexadecimal
 * @param signature of the hash, by {@link AnchorKey}, in lower-case hexadecimal
 */
public record Anchor(LocalDate day, long seals, String hash, String signature) {

  /** All of it in one line. */
  public String line() {
    return "%s %d %s %s".formatted(day, seals, hash, signature);
  }

  /** Reads a {@link #line}; {@link RuntimeException} if it is none. */
  public static Anchor of(String line) {
    String[] words = line.strip().split(" ", -1);
    if (words.length != 4) {
      throw new IllegalArgumentException("not an anchor: " + line);
    }
    return new Anchor(LocalDate.parse(words[0]), Long.parseLong(words[1]), words[2], words[3]);
  }
}
