package dev.vitrine.image.format;

import java.util.Set;

/** ISO 9660 (ECMA-119) and UDF (ECMA-167): descriptors of 2 KiB each, from 32 KiB on. */
final class Iso {
  private static final int DESCRIPTORS_AT = 32 * 1024;
  private static final int DESCRIPTOR = 2 * 1024;
  private static final int IDENTIFIER = 5;
  private static final Set<String> VOLUMES = Set.of("CD001", "NSR02", "NSR03");
  private static final Set<String> OTHERS = Set.of("BEA01", "TEA01", "BOOT2", "CDW02");

  private static final int BLOCKS_AT = 80;
  private static final int BLOCK_SIZE_AT = 128;

  private Iso() {}

  static boolean matches(Bytes head) {
    for (int at = DESCRIPTORS_AT; head.has(at, DESCRIPTOR); at += DESCRIPTOR) {
      String identifier = head.text(at + 1, IDENTIFIER);
      if (VOLUMES.contains(identifier)) {
        return true;
      }
      if (!OTHERS.contains(identifier)) {
        return false;
      }
    }
    return false;
  }

  static Description read(Bytes head) {
    boolean primary = head.isAt(DESCRIPTORS_AT, "\u0001CD001");
    long blocks = head.littleInt(DESCRIPTORS_AT + BLOCKS_AT) & 0xffff_ffffL;
    long size = head.littleInt(DESCRIPTORS_AT + BLOCK_SIZE_AT) & 0xffffL;
    return Description.safe(primary ? blocks * size : 0);
  }
}
