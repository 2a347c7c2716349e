package dev.vitrine.blobs;

import dev.vitrine.image.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A content of which the first {@link Content#BEGINNING} bytes, or all, have arrived. An upload
 * needs no turn until then, so clients that hardly send anything leave the turns to others.
 */
final class Beginning implements Content {
  /** The overhead of many one-byte parts would fill the heap. */
  private static final int PARTS = 64;

  private final Content content;
  private final Queue<ByteBuffer> arrived = new ArrayDeque<>();
  private boolean isWhole;

  private Beginning(Content content) {
    this.content = content;
  }

  /** Waits for the beginning of a content. */
  static Beginning of(Content content) throws IOException {
    Beginning beginning = new Beginning(content);
    int size = 0;
    while (!beginning.isWhole && size < BEGINNING && beginning.arrived.size() < PARTS) {
      ByteBuffer part = content.next();
      if (part == null) {
        beginning.isWhole = true;
      } else {
        beginning.arrived.add(part);
        size += part.remaining();
      }
    }
    return beginning;
  }

  @Override
  public @Nullable ByteBuffer next() throws IOException {
    ByteBuffer part = arrived.poll();
    return part != null || isWhole ? part : content.next();
  }

  @Override
  public OptionalLong announced() {
    return content.announced();
  }
}
