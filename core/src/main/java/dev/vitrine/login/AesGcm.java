package dev.vitrine.login;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Authenticated encryption: a random nonce (12 bytes), then AES-256-GCM. The associated data is not
 * part of the result, and must be the same to decrypt it: so nothing can be moved elsewhere.
 */
final class AesGcm {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private AesGcm() {}

  static byte[] encrypt(SecretKey key, byte[] associated, byte[] plain) {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    byte[] encrypted = run(Cipher.ENCRYPT_MODE, key, nonce, associated, plain);
    return ByteBuffer.allocate(NONCE + encrypted.length).put(nonce).put(encrypted).array();
  }

  /** {@link IllegalStateException} if it was encrypted otherwise. */
  static byte[] decrypt(SecretKey key, byte[] associated, byte[] encrypted) {
    ByteBuffer in = ByteBuffer.wrap(encrypted);
    byte[] nonce = new byte[NONCE];
    in.get(nonce);
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return run(Cipher.DECRYPT_MODE, key, nonce, associated, rest);
  }

  private static byte[] run(
      int mode, SecretKey key, byte[] nonce, byte[] associated, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(associated);
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
