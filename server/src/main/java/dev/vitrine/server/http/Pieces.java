package dev.vitrine.server.http;

import dev.vitrine.image.Blob;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A body that is produced while it is sent. Used by one thread, which may block. */
interface Pieces extends Closeable {
  /** Bytes read from a stream at a time. */
  int SIZE = 64 * 1024;

  /**
   * The next piece; null after the last. It may reuse the array of the piece before, which must
   * have been sent.
   *
   * @throws IOException if it cannot be read
   */
  @Nullable Buffer next() throws IOException;

  /** Never fails. */
  @Override
  void close();

  /** The pieces of an iterator. */
  static Pieces of(Iterator<Buffer> parts) {
    return new Pieces() {
      @Override
      public @Nullable Buffer next() {
        return parts.hasNext() ? parts.next() : null;
      }

      @Override
      public void close() {}
    };
  }

  /** The pieces of a part of a stream; offset and length in bytes. All pieces use one array. */
  static Pieces of(Blob.Source source, long offset, long length) throws IOException {
    InputStream stream = source.open(offset, length);
    byte[] bytes = new byte[(int) Math.min(SIZE, length)];
    return new Pieces() {
      private long left = length;

      @Override
      public @Nullable Buffer next() throws IOException {
        if (left == 0) {
          return null;
        }
        int size = (int) Math.min(bytes.length, left);
        if (stream.readNBytes(bytes, 0, size) < size) {
          throw new EOFException("%d bytes of %d are missing".formatted(left, length));
        }
        left -= size;
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes, 0, size));
      }

      @Override
      public void close() {
        try {
          stream.close();
        } catch (IOException e) {
          // Everything needed was read, or the failure is already known.
        }
      }
    };
  }
}
