package dev.vitrine.login;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A generation of the secrets that all nodes of one database share (ruling 6, ADR 42). */
public final class Keys {
  /** Length of each key, in bytes. */
  public static final int LENGTH = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final String CIPHER = "AES";

  private final SecretKey tokenSigning;
  private final SecretKey secretEncryption;

  /**
   * One initialized MAC per purpose. It is only cloned, never used itself: a clone is cheaper than
   * initializing a new one.
   */
  private final Map<String, Mac> macs = new ConcurrentHashMap<>();

  private Keys(SecretKey tokenSigning, SecretKey secretEncryption) {
    this.tokenSigning = tokenSigning;
    this.secretEncryption = secretEncryption;
  }

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
        new SecretKeySpec(tokenSigning, ALGORITHM), new SecretKeySpec(secretEncryption, CIPHER));
  }

  /** Signs tokens. */
  public SecretKey tokenSigning() {
    return tokenSigning;
  }

  /** Encrypts what must be readable again, such as access keys' secrets. */
  public SecretKey secretEncryption() {
    return secretEncryption;
  }

  /** Encrypts other generations of keys. */
  SecretKey wrapping() {
    Mac mac = initialized(new SecretKeySpec(secretEncryption.getEncoded(), ALGORITHM));
    return new SecretKeySpec(mac.doFinal("key wrapping".getBytes(StandardCharsets.UTF_8)), CIPHER);
  }

  /** Identifies these keys without revealing them: 64 hexadecimal digits. */
  public String fingerprint() {
    Mac mac = mac();
    mac.update("vitrine keys".getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(mac.doFinal(secretEncryption.getEncoded()));
  }

  /** A MAC with the token-signing key itself. */
  Mac mac() {
    return initialized(tokenSigning);
  }

  /** A MAC with a separate key for each purpose, derived from the token-signing key. */
  public Mac mac(String purpose) {
    try {
      return (Mac) macs.computeIfAbsent(purpose, this::derived).clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Mac derived(String purpose) {
    return purpose.equals(Tokens.LOGIN)
        ? mac()
        : initialized(
            new SecretKeySpec(mac().doFinal(purpose.getBytes(StandardCharsets.UTF_8)), ALGORITHM));
  }

  private static Mac initialized(SecretKey key) {
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
