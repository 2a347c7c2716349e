package dev.vitrine.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Bytes as they arrive from a client. Read by one thread, once. */
@FunctionalInterface
public interface Content {
  /**
   * The next part, however long that takes: of some tens of KiB as a rule, whatever the client sent
   * at a time. The returned buffer is not modified afterwards. Null at the end.
   *
   * @throws IOException if the client went away before the end
   */
  @Nullable ByteBuffer next() throws IOException;
}
