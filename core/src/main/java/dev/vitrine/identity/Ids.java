package dev.vitrine.identity;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Identifiers of identities (ruling 19). */
public final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final HexFormat HEX = HexFormat.of();
  private static final Pattern GENERATED = Pattern.compile("[0-9a-f]{32}");

  private Ids() {}

  /** 128 random bits as 32 lower-case hexadecimal digits. */
  public static String next() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HEX.formatHex(bytes);
  }

  /** Whether it has the form of {@link #next}. */
  public static boolean isGenerated(String value) {
    return GENERATED.matcher(value).matches();
  }

  /** Requires what could be an id: 1 to 64 visible ASCII characters. */
  static void require(String value) {
    if (value.isEmpty()
        || value.length() > 64
        || !value.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new IllegalArgumentException("not an id: " + value);
    }
  }
}
