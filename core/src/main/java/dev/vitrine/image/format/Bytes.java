package dev.vitrine.image.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Captured bytes. Call {@link #has} before reading a number. */
final class Bytes {
  private final ByteBuffer bytes;

  Bytes(byte[] array, int length) {
    this.bytes = ByteBuffer.wrap(array, 0, length).slice().asReadOnlyBuffer();
  }

  int length() {
    return bytes.limit();
  }

  boolean has(int offset, int length) {
    return offset + (long) length <= bytes.limit();
  }

  /** Whether the bytes at this place are this text, one byte a character. */
  boolean isAt(int offset, String text) {
    return has(offset, text.length()) && text(offset, text.length()).equals(text);
  }

  /** The bytes as text, one character a byte. */
  String text(int offset, int length) {
    byte[] text = new byte[length];
    bytes.get(offset, text);
    return new String(text, ISO_8859_1);
  }

  boolean isZero(int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  Bytes from(int offset, int length) {
    byte[] part = new byte[length];
    bytes.get(offset, part);
    return new Bytes(part, length);
  }

  int bigInt(int offset) {
    return order(ByteOrder.BIG_ENDIAN).getInt(offset);
  }

  long bigLong(int offset) {
    return order(ByteOrder.BIG_ENDIAN).getLong(offset);
  }

  int littleInt(int offset) {
    return order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
  }

  long littleLong(int offset) {
    return order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
  }

  private ByteBuffer order(ByteOrder order) {
    return bytes.duplicate().order(order);
  }
}
