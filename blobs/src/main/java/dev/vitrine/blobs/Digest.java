package dev.vitrine.blobs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Computes a message digest, as a {@link Stage} of an upload. */
final class Digest implements AutoCloseable {
  private final MessageDigest digest;
  private final Stage stage;

  Digest(String algorithm) {
    this(algorithm(algorithm));
  }

  Digest(MessageDigest digest) {
    this.digest = digest;
    String algorithm = digest.getAlgorithm();
    this.stage =
        new Stage(
            "digest-" + algorithm,
            "The " + algorithm + " of a blob is not known",
            piece -> piece.forEach(part -> digest.update(part.duplicate())));
  }

  private static MessageDigest algorithm(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Waits while {@link Stage#LAG} pieces wait. Neither the list nor its buffers may change
   * afterwards.
   *
   * @throws IOException if an earlier piece failed
   */
  void update(List<ByteBuffer> piece) throws IOException {
    stage.put(piece);
  }

  /**
   * The digest of all pieces, in lower-case hexadecimal.
   *
   * @throws IOException if a piece failed
   */
  String finish() throws IOException {
    stage.finish();
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public void close() {
    stage.close();
  }
}
