package dev.vitrine.login;

import dev.vitrine.identity.AccessKeyId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts the secrets of access keys, which must be readable again to verify a signature: a random
 * nonce (12 bytes), then AES-256-GCM of the secret. The key's id is authenticated with it, so that
 * no secret can be moved to another id in the database.
 */
final class SecretCipher {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKey key;

  SecretCipher(Keys keys) {
    this.key = keys.secretEncryption();
  }

  EncryptedSecret encrypt(AccessKeyId id, String secret) {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    byte[] encrypted =
        run(Cipher.ENCRYPT_MODE, nonce, id, secret.getBytes(StandardCharsets.US_ASCII));
    return new EncryptedSecret(
        ByteBuffer.allocate(NONCE + encrypted.length).put(nonce).put(encrypted).array());
  }

  /** {@link IllegalStateException} if it is not what {@link #encrypt} made for this very id. */
  String decrypt(AccessKeyId id, EncryptedSecret secret) {
    ByteBuffer in = ByteBuffer.wrap(secret.bytes());
    byte[] nonce = new byte[NONCE];
    in.get(nonce);
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return new String(run(Cipher.DECRYPT_MODE, nonce, id, rest), StandardCharsets.US_ASCII);
  }

  private byte[] run(int mode, byte[] nonce, AccessKeyId id, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(id.value().getBytes(StandardCharsets.US_ASCII));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the secret of access key " + id, e);
    }
  }
}
