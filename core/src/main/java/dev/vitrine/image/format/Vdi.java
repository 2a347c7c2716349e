package dev.vitrine.image.format;

/** VirtualBox's format (QEMU: {@code block/vdi.c}); all numbers are little-endian. */
final class Vdi {
  private static final int MAGIC = 0xbeda107f;
  private static final int MAGIC_AT = 0x40;
  private static final int TYPE_AT = 0x4c;
  private static final int DYNAMIC = 1;
  private static final int STATIC = 2;
  private static final int SIZE_AT = 0x170;

  /** The two 16-byte UUIDs of the parent disk; zero if there is no parent. */
  private static final int PARENTS_AT = 0x1a8;

  private static final int HEADER = 512;

  private Vdi() {}

  static boolean matches(Bytes head) {
    return head.has(MAGIC_AT, Integer.BYTES) && head.littleInt(MAGIC_AT) == MAGIC;
  }

  static Description read(Bytes head) {
    if (!head.has(0, HEADER)) {
      return Description.unsafe("the header of the vdi is cut");
    }
    int type = head.littleInt(TYPE_AT);
    if ((type != DYNAMIC && type != STATIC) || !head.isZero(PARENTS_AT, 32)) {
      return Description.unsafe("the vdi names a parent");
    }
    return Description.safe(head.littleLong(SIZE_AT));
  }
}
