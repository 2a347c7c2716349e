package dev.vitrine.identity;

import java.security.SecureRandom;
import java.util.HexFormat;

/** New identifiers: 32 lower-case hexadecimal digits (ruling 19). */
public final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final HexFormat HEX = HexFormat.of();

  private Ids() {}

  /** 128 random bits. */
  public static String next() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HEX.formatHex(bytes);
  }

  static void require(String value) {
    if (value.isEmpty() || value.length() > 64) {
      throw new IllegalArgumentException("an id has 1 to 64 characters: " + value);
    }
  }
}
