package dev.vitrine.image.format;

import java.nio.ByteBuffer;

/** A region of a stream to keep for inspection. */
final class Capture {
  private final long offset;
  private final byte[] bytes;
  private int filled;

  Capture(long offset, int length) {
    this.offset = offset;
    this.bytes = new byte[length];
  }

  long offset() {
    return offset;
  }

  /** The position of the next byte that it needs. */
  long next() {
    return offset + filled;
  }

  boolean isFull() {
    return filled == bytes.length;
  }

  /** Copies as many bytes as fit, and returns their number. */
  int take(ByteBuffer from) {
    int length = Math.min(from.remaining(), bytes.length - filled);
    from.get(bytes, filled, length);
    filled += length;
    return length;
  }

  Bytes bytes() {
    return new Bytes(bytes, filled);
  }
}
