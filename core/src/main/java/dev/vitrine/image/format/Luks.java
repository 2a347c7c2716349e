package dev.vitrine.image.format;

/** An encrypted disk. Only version 1 of the format can be opened everywhere. */
final class Luks {
  private static final String MAGIC = "LUKS\u00ba\u00be";
  private static final String VERSION_1 = "\u0000\u0001";

  private Luks() {}

  static boolean matches(Bytes head) {
    return head.isAt(0, MAGIC);
  }

  static Description read(Bytes head) {
    return head.isAt(MAGIC.length(), VERSION_1)
        ? Description.safe(0)
        : Description.unsafe("no such version of LUKS is supported");
  }
}
