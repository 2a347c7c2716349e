package dev.vitrine.image.format;

/**
 * Virtual PC's format (Microsoft: Virtual Hard Disk Image Format Specification 1.0); all numbers
 * are big-endian. A fixed disk has a footer of 512 bytes at its end only; a dynamic disk also has a
 * copy of the footer at its beginning.
 */
final class Vhd {
  private static final String COOKIE = "conectix";
  private static final int FOOTER = 512;
  private static final int SIZE_AT = 40;
  private static final int TYPE_AT = 60;
  private static final int FIXED = 2;
  private static final int DYNAMIC = 3;
  private static final int DIFFERENCING = 4;

  private Vhd() {}

  static boolean matches(Bytes head) {
    return head.isAt(0, COOKIE);
  }

  /** Whether the last bytes are a footer. */
  static boolean ends(Bytes tail) {
    return tail.has(0, FOOTER) && tail.isAt(tail.length() - FOOTER, COOKIE);
  }

  /** Programs differ in which of the two they read first, so both must be safe. */
  static Description read(Bytes head, Bytes tail) {
    Bytes footer = ends(tail) ? tail.from(tail.length() - FOOTER, FOOTER) : null;
    if (!matches(head)) {
      return footer == null
          ? Description.unsafe("the footer of the vhd is missing")
          : readFooter(footer);
    }
    Description first = readFooter(head);
    if (first.danger() == null
        && footer != null
        && head.bigInt(TYPE_AT) != footer.bigInt(TYPE_AT)) {
      return Description.unsafe("the two footers of the vhd are not the same");
    }
    return first;
  }

  private static Description readFooter(Bytes footer) {
    if (!footer.has(0, FOOTER)) {
      return Description.unsafe("the header of the vhd is cut");
    }
    return switch (footer.bigInt(TYPE_AT)) {
      case FIXED, DYNAMIC -> Description.safe(footer.bigLong(SIZE_AT));
      case DIFFERENCING -> Description.unsafe("the vhd names a parent");
      default -> Description.unsafe("the type of the vhd is unknown");
    };
  }
}
