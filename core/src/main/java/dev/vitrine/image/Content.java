package dev.vitrine.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Bytes as they arrive from a client. Read by one thread, once. */
@FunctionalInterface
public interface Content {
  /**
   * How many bytes a reader may take before it has reserved memory for an upload. Until it has read
   * so many, parts are fetched one at a time.
   */
  int BEGINNING = 16 * 1024;

  /**
   * Waits for the next part without a time limit and returns it: usually some tens of KiB,
   * depending on how the client sends. The returned buffer is not modified afterwards. Null at the
   * end.
   *
   * @throws IOException if the client went away before the end
   */
  @Nullable ByteBuffer next() throws IOException;

  /** How many bytes the client has announced, in all; empty if it has not. */
  default OptionalLong announced() {
    return OptionalLong.empty();
  }
}
