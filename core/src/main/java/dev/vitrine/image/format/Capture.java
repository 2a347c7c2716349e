package dev.vitrine.image.format;

import java.nio.ByteBuffer;

/** A region of a stream that is to be looked at. */
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

  /** Where the next byte is that it waits for. */
  long next() {
    return offset + filled;
  }

  boolean isFull() {
    return filled == bytes.length;
  }

  /** Takes what there is room for, and says how much that was. */
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
