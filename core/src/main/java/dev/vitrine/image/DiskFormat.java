package dev.vitrine.image;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What the first bytes of an image tell. */
final class DiskFormat {
  private static final int QCOW2_MAGIC = 0x514649fb; // "QFI\xfb"
  private static final int QCOW2_SIZE_AT = 24;

  private DiskFormat() {}

  /**
   * The size of the disk that an image describes, in bytes; null if it is not known. Bytes that do
   * not look like the declared format are stored all the same (as Glance does), and describe
   * nothing.
   */
  static @Nullable Long virtualSize(@Nullable String format, long size, ByteBuffer head) {
    if ("raw".equals(format)) {
      return size == 0 ? null : size;
    }
    if ("qcow2".equals(format) && head.remaining() >= QCOW2_SIZE_AT + Long.BYTES) {
      long declared = head.getLong(head.position() + QCOW2_SIZE_AT);
      return head.getInt(head.position()) == QCOW2_MAGIC && declared > 0 ? declared : null;
    }
    return null;
  }
}
