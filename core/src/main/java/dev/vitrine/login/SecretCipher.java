package dev.vitrine.login;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.vitrine.identity.AccessKeyId;

/**
 * Encrypts secrets that must be readable again, such as those of access keys. The id of the secret
 * is authenticated with it, so that no secret can be moved to another id in the database.
 */
public final class SecretCipher {
  private final KeyRing ring;

  public SecretCipher(KeyRing ring) {
    this.ring = ring;
  }

  /** Encrypts the secret of an access key, whose id is that of the key. */
  EncryptedSecret encrypt(AccessKeyId id, String secret) {
    return encrypt(id.value(), secret);
  }

  /** As {@link #decrypt(String, EncryptedSecret)}, for the secret of an access key. */
  String decrypt(AccessKeyId id, EncryptedSecret secret) {
    return decrypt(id.value(), secret);
  }

  /**
   * Encrypts a secret, with the keys that sign now.
   *
   * @param id of the secret, ASCII; no other secret may have it
   * @param secret ASCII
   */
  public EncryptedSecret encrypt(String id, String secret) {
    KeyRing.Generation current = ring.current();
    return new EncryptedSecret(
        current.number(),
        AesGcm.encrypt(
            current.keys().secretEncryption(), id.getBytes(US_ASCII), secret.getBytes(US_ASCII)));
  }

  /**
   * {@link IllegalStateException} if it is not what {@link #encrypt} made for this very id.
   *
   * @throws dev.vitrine.refusal.Refused as {@link KeyRing#find}
   */
  public String decrypt(String id, EncryptedSecret secret) {
    Keys keys = ring.find(secret.generation());
    if (keys == null) {
      throw new IllegalStateException(
          "the secret %s: no keys of generation %d".formatted(id, secret.generation()));
    }
    return new String(
        AesGcm.decrypt(keys.secretEncryption(), id.getBytes(US_ASCII), secret.bytes()), US_ASCII);
  }
}
