package dev.vitrine.history;

import dev.vitrine.login.Keys;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.time.LocalDate;
import java.util.HexFormat;

/**
 * Signs anchors with Ed25519. The key is derived from the keys in the file {@code keys}, which a
 * rotation does not replace (ADR 42). So all nodes of a database have the same key, and it is not
 * in the database.
 */
public final class AnchorKey {
  private static final String ALGORITHM = "Ed25519";

  private static final HexFormat HEX = HexFormat.of();

  private final KeyPair pair;

  private AnchorKey(KeyPair pair) {
    this.pair = pair;
  }

  /** The key that is derived from these keys. */
  public static AnchorKey of(Keys keys) {
    byte[] seed = keys.mac("history anchors").doFinal(new byte[0]);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
      return new AnchorKey(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
  }

  /**
   * The generator reads the private key from a source of randomness. This source returns the
   * derived key.
   */
  private static final class Seed extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    Seed(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] into) {
      if (into.length != bytes.length) {
        throw new IllegalStateException("a private key of Ed25519 has 32 bytes");
      }
      System.arraycopy(bytes, 0, into, 0, into.length);
    }
  }

  /** The anchor of a day, signed. */
  public Anchor anchor(LocalDate day, long seals, byte[] hash) {
    return new Anchor(day, seals, HEX.formatHex(hash), HEX.formatHex(sign(hash)));
  }

  private byte[] sign(byte[] hash) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(pair.getPrivate());
      signature.update(hash);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a hash could not be signed", e);
    }
  }

  /** Whether this key has signed the anchor. */
  public boolean hasSigned(Anchor anchor) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(pair.getPublic());
      signature.update(HEX.parseHex(anchor.hash()));
      return signature.verify(HEX.parseHex(anchor.signature()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * The public key in hexadecimal (X.509 SubjectPublicKeyInfo, RFC 8410), for those who check an
   * anchor.
   */
  public String publicKey() {
    return HEX.formatHex(pair.getPublic().getEncoded());
  }
}
