package dev.vitrine.image.format;

/**
 * QEMU's copy-on-write format, version 2 and 3 (QEMU: {@code docs/interop/qcow2.txt}); all numbers
 * are big-endian.
 */
final class Qcow2 {
  private static final String MAGIC = "QFI\u00fb";
  private static final int VERSION_AT = 4;
  private static final int BACKING_FILE_AT = 8;
  private static final int SIZE_AT = 24;
  private static final int HEADER_2 = 72;
  private static final int INCOMPATIBLE_FEATURES_AT = 72;
  private static final int HEADER_3 = 104;

  /** Bit 2: the data are in an external file. */
  private static final long DATA_FILE = 1L << 2;

  /** Dirty, corrupt, a compression type, extended level-2 entries. */
  private static final long HARMLESS = 1L | 1L << 1 | 1L << 3 | 1L << 4;

  private Qcow2() {}

  static boolean matches(Bytes head) {
    return head.isAt(0, MAGIC);
  }

  static Description read(Bytes head) {
    if (!head.has(0, HEADER_2)) {
      return Description.unsafe("the header of the qcow2 is cut");
    }
    int version = head.bigInt(VERSION_AT);
    if (version != 2 && version != 3) {
      return Description.unsafe("no such version of qcow2 is supported");
    }
    if (head.bigLong(BACKING_FILE_AT) != 0) {
      return Description.unsafe("the qcow2 names a backing file");
    }
    if (version == 3) {
      if (!head.has(0, HEADER_3)) {
        return Description.unsafe("the header of the qcow2 is cut");
      }
      long features = head.bigLong(INCOMPATIBLE_FEATURES_AT);
      if ((features & DATA_FILE) != 0) {
        return Description.unsafe("the qcow2 names a data file");
      }
      if ((features & ~HARMLESS) != 0) {
        return Description.unsafe("the qcow2 has unknown features");
      }
    }
    return Description.safe(head.bigLong(SIZE_AT));
  }
}
