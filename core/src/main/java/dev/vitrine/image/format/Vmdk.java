package dev.vitrine.image.format;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * VMware's format (VMware: Virtual Disk Format 5.0); all numbers are little-endian, sectors are of
 * 512 bytes. Only the kind that consists of one file is safe: a sparse extent that contains its
 * descriptor. A descriptor is text that names files.
 *
 * <p>Programs differ in how strictly they read it, so a descriptor that could be read in two ways
 * is refused.
 */
final class Vmdk {
  private static final String SPARSE = "KDMV";
  private static final String SPARSE_OF_ESX = "COWD";

  private static final int SECTOR = 512;
  private static final int VERSION_AT = 4;
  private static final int CAPACITY_AT = 12;
  private static final int DESCRIPTOR_AT = 28;
  private static final int DESCRIPTOR_SIZE_AT = 36;
  private static final int GRAIN_DIRECTORY_AT = 56;

  /** Value at {@link #GRAIN_DIRECTORY_AT} if only the footer has the directory's position. */
  private static final long AT_END = -1;

  private static final int FOOTER_MARKER = 3;

  /** Bytes at the end: the footer's marker, the footer, the marker of the end. */
  static final int FOOTER = 3 * SECTOR;

  private static final Set<String> ONE_FILE = Set.of("monolithicsparse", "streamoptimized");
  private static final Pattern CREATE_TYPE = Pattern.compile("createtype *= *\"([^\"]*)\"");
  private static final Pattern FIELD = Pattern.compile("[^ =]+ *=.*");
  private static final Pattern EXTENT =
      Pattern.compile("(?:rw|rdonly|noaccess) +\\d+ +(\\w+) +\"([^\"]*)\"( +\\d+)?");

  private Vmdk() {}

  static boolean matches(Bytes head) {
    return head.isAt(0, SPARSE) || head.isAt(0, SPARSE_OF_ESX) || isDescriptor(head);
  }

  /**
   * Whether the file is a bare descriptor, not an extent that contains one. Only comments and blank
   * lines may precede the line that shows it: {@code # Disk DescriptorFile}, or the version.
   * Programs that detect the format read no further.
   */
  private static boolean isDescriptor(Bytes head) {
    String text = head.text(0, head.length());
    for (int at = 0; at < text.length(); ) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline;
      String line = text.substring(at, end).strip().toLowerCase(Locale.ROOT);
      if (line.matches("version=[123]") || line.startsWith("# disk descriptorfile")) {
        return true;
      }
      if (!line.isEmpty() && !line.startsWith("#")) {
        return false;
      }
      at = end + 1;
    }
    return false;
  }

  static Description read(Bytes head, Bytes tail) {
    if (!head.isAt(0, SPARSE)) {
      return Description.unsafe("a vmdk of this kind has its data in other files");
    }
    if (!head.has(0, SECTOR)) {
      return Description.unsafe("the header of the vmdk is cut");
    }
    int version = head.littleInt(VERSION_AT);
    long capacity = head.littleLong(CAPACITY_AT);
    long sectors = head.littleLong(DESCRIPTOR_SIZE_AT);
    if (version < 1 || version > 3) {
      return Description.unsafe("no such version of vmdk is supported");
    }
    if (head.littleLong(DESCRIPTOR_AT) != 1 || sectors < 1) {
      return Description.unsafe("the vmdk has no descriptor where it belongs");
    }
    if (capacity < 1) {
      return Description.unsafe("the vmdk has a capacity of its descriptor's files");
    }
    if (head.littleLong(GRAIN_DIRECTORY_AT) == AT_END && !isFooterOf(head, tail)) {
      return Description.unsafe("the footer of the vmdk is not that of its header");
    }
    String danger = danger(head, sectors);
    if (danger != null) {
      return Description.unsafe(danger);
    }
    return Description.safe(capacity > Long.MAX_VALUE / SECTOR ? 0 : capacity * SECTOR);
  }

  /** Programs prefer the footer to the header, so it must agree with the header inspected here. */
  private static boolean isFooterOf(Bytes head, Bytes tail) {
    if (tail.length() < FOOTER) {
      return false;
    }
    Bytes last = tail.from(tail.length() - FOOTER, FOOTER);
    Bytes footer = last.from(SECTOR, SECTOR);
    return last.littleInt(8) == 0
        && last.littleInt(12) == FOOTER_MARKER
        && last.isZero(16, SECTOR - 16)
        && last.isZero(2 * SECTOR, SECTOR)
        && footer.littleLong(GRAIN_DIRECTORY_AT) != AT_END
        && footer
            .text(0, GRAIN_DIRECTORY_AT - Long.BYTES)
            .equals(head.text(0, GRAIN_DIRECTORY_AT - Long.BYTES));
  }

  private static @Nullable String danger(Bytes head, long sectors) {
    long declared = sectors > head.length() ? Long.MAX_VALUE : sectors * SECTOR;
    int length = (int) Math.min(declared, head.length() - SECTOR);
    String text = head.text(SECTOR, length);
    int end = text.indexOf('\0');
    if (end < 0 && length < declared) {
      return "the descriptor of the vmdk is too long";
    }
    text = (end < 0 ? text : text.substring(0, end)).toLowerCase(Locale.ROOT);
    if (text.chars().anyMatch(character -> character > '~')) {
      return "the descriptor of the vmdk is not text";
    }
    if (text.contains("parentfilenamehint") || text.contains("changetrackpath")) {
      return "the vmdk names another file";
    }
    List<String> kinds = CREATE_TYPE.matcher(text).results().map(match -> match.group(1)).toList();
    if (kinds.size() != 1 || text.split("createtype", -1).length != 2) {
      return "the vmdk does not say of which kind it is";
    }
    if (!ONE_FILE.contains(kinds.getFirst())) {
      return "a vmdk of this kind has its data in other files";
    }
    return extents(text);
  }

  /** There must be one extent, the file itself. Returns what is wrong, null if nothing is. */
  private static @Nullable String extents(String text) {
    int extents = 0;
    for (String each : text.split("\n", -1)) {
      String line = each.strip();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith("ddb.")) {
        continue;
      }
      var extent = EXTENT.matcher(line);
      if (extent.matches()) {
        if (!extent.group(1).equals("sparse") || !isPlainName(extent.group(2))) {
          return "the vmdk names another file";
        }
        extents++;
      } else if (!FIELD.matcher(line).matches()) {
        return "the descriptor of the vmdk has lines that are none";
      }
    }
    return extents == 1 ? null : "the vmdk does not have one extent";
  }

  private static boolean isPlainName(String name) {
    return name.chars().noneMatch(character -> "/\\:".indexOf(character) >= 0);
  }
}
