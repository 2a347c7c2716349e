package dev.vitrine.login;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.vitrine.identity.AccessKeyId;

/**
 * Encrypts the secrets of access keys, which must be readable again to verify a signature. The
 * key's id is authenticated with it, so that no secret can be moved to another id in the database.
 */
final class SecretCipher {
  private final KeyRing ring;

  SecretCipher(KeyRing ring) {
    this.ring = ring;
  }

  EncryptedSecret encrypt(AccessKeyId id, String secret) {
    KeyRing.Generation current = ring.current();
    return new EncryptedSecret(
        current.number(),
        AesGcm.encrypt(
            current.keys().secretEncryption(),
            id.value().getBytes(US_ASCII),
            secret.getBytes(US_ASCII)));
  }

  /**
   * {@link IllegalStateException} if it is not what {@link #encrypt} made for this very id.
   *
   * @throws dev.vitrine.refusal.Refused as {@link KeyRing#find}
   */
  String decrypt(AccessKeyId id, EncryptedSecret secret) {
    Keys keys = ring.find(secret.generation());
    if (keys == null) {
      throw new IllegalStateException(
          "the secret of access key %s: no keys of generation %d"
              .formatted(id, secret.generation()));
    }
    return new String(
        AesGcm.decrypt(keys.secretEncryption(), id.value().getBytes(US_ASCII), secret.bytes()),
        US_ASCII);
  }
}
