package dev.vitrine.image.format;

import java.nio.ByteBuffer;

/** The last bytes of a stream. */
final class Tail {
  private final byte[] ring;
  private long seen;

  Tail(int length) {
    this.ring = new byte[length];
  }

  void see(ByteBuffer part) {
    ByteBuffer last = part.duplicate();
    int skipped = Math.max(0, last.remaining() - ring.length);
    last.position(last.position() + skipped);
    seen += skipped;
    while (last.hasRemaining()) {
      int at = (int) (seen % ring.length);
      int length = Math.min(last.remaining(), ring.length - at);
      last.get(ring, at, length);
      seen += length;
    }
  }

  Bytes bytes() {
    int length = (int) Math.min(seen, ring.length);
    byte[] inOrder = new byte[length];
    for (int i = 0; i < length; i++) {
      inOrder[i] = ring[(int) ((seen - length + i) % ring.length)];
    }
    return new Bytes(inOrder, length);
  }
}
