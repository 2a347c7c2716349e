package dev.vitrine.login;

/**
 * An encrypted secret, as of an access key. The key to decrypt it is not in the database in plain
 * (ruling 6).
 */
public final class EncryptedSecret {
  private final int generation;
  private final byte[] bytes;

  /**
   * @param generation of the keys that encrypted it
   */
  public EncryptedSecret(int generation, byte[] bytes) {
    this.generation = generation;
    this.bytes = bytes.clone();
  }

  public int generation() {
    return generation;
  }

  public byte[] bytes() {
    return bytes.clone();
  }
}
