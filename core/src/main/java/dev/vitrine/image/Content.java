package dev.vitrine.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes as they arrive from a client. Read by one thread, once. */
@FunctionalInterface
public interface Content {
  /**
   * Fills the piece, however long that takes. Room is left in it only at the end.
   *
   * @throws IOException if the client went away before the end
   */
  void fill(ByteBuffer piece) throws IOException;
}
