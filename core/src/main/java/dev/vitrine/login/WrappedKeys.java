package dev.vitrine.login;

import java.nio.ByteBuffer;

/**
 * A generation of keys, encrypted with a key that is derived from the keys of the file {@code keys}
 * (ADR 42). The number of the generation is authenticated with it.
 */
public final class WrappedKeys {
  private final byte[] bytes;

  public WrappedKeys(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  static WrappedKeys wrap(Keys ofFile, int generation, Keys keys) {
    byte[] both =
        ByteBuffer.allocate(2 * Keys.LENGTH)
            .put(keys.tokenSigning().getEncoded())
            .put(keys.secretEncryption().getEncoded())
            .array();
    return new WrappedKeys(AesGcm.encrypt(ofFile.wrapping(), number(generation), both));
  }

  /** {@link IllegalStateException} if other keys, or another generation's number, wrapped them. */
  Keys unwrap(Keys ofFile, int generation) {
    byte[] both = AesGcm.decrypt(ofFile.wrapping(), number(generation), bytes);
    byte[] signing = new byte[Keys.LENGTH];
    byte[] encryption = new byte[Keys.LENGTH];
    ByteBuffer.wrap(both).get(signing).get(encryption);
    return Keys.of(signing, encryption);
  }

  private static byte[] number(int generation) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(generation).array();
  }

  public byte[] bytes() {
    return bytes.clone();
  }
}
