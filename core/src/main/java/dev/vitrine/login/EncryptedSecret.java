package dev.vitrine.login;

/** The secret of an access key, of no use with the database alone (ruling 6). */
public final class EncryptedSecret {
  private final byte[] bytes;

  public EncryptedSecret(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  public byte[] bytes() {
    return bytes.clone();
  }
}
