package dev.vitrine.login;

/**
 * The encrypted secret of an access key. The key to decrypt it is not in the database (ruling 6).
 */
public final class EncryptedSecret {
  private final byte[] bytes;

  public EncryptedSecret(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  public byte[] bytes() {
    return bytes.clone();
  }
}
