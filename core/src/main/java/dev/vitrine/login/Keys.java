package dev.vitrine.login;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets all nodes of one database share (ruling 6).
 *
 * @param tokenSigning signs tokens
 * @param secretEncryption encrypts what must be readable again, such as access keys' secrets
 */
public record Keys(SecretKey tokenSigning, SecretKey secretEncryption) {
  /** Length of each key, in bytes. */
  public static final int LENGTH = 32;

  private static final String ALGORITHM = "HmacSHA256";

  /** Fresh random keys. */
  public static Keys random() {
    SecureRandom random = new SecureRandom();
    byte[] signing = new byte[LENGTH];
    byte[] encryption = new byte[LENGTH];
    random.nextBytes(signing);
    random.nextBytes(encryption);
    return of(signing, encryption);
  }

  /** Keys of {@link #LENGTH} bytes each; {@link IllegalArgumentException} if they are not. */
  public static Keys of(byte[] tokenSigning, byte[] secretEncryption) {
    if (tokenSigning.length != LENGTH || secretEncryption.length != LENGTH) {
      throw new IllegalArgumentException("a key has " + LENGTH + " bytes");
    }
    return new Keys(
        new SecretKeySpec(tokenSigning, ALGORITHM), new SecretKeySpec(secretEncryption, "AES"));
  }

  /** Identifies these keys without revealing them: 64 hexadecimal digits. */
  public String fingerprint() {
    Mac mac = mac();
    mac.update("vitrine keys".getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(mac.doFinal(secretEncryption.getEncoded()));
  }

  /** A MAC with the token-signing key. */
  Mac mac() {
    return mac(tokenSigning);
  }

  /** A MAC with a separate key for each purpose, derived from the token-signing key. */
  public Mac mac(String purpose) {
    return mac(
        new SecretKeySpec(mac().doFinal(purpose.getBytes(StandardCharsets.UTF_8)), ALGORITHM));
  }

  private static Mac mac(SecretKey key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return "Keys[" + fingerprint() + "]";
  }
}
