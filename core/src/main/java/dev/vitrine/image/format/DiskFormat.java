package dev.vitrine.image.format;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Formats of disks that their bytes identify. */
public enum DiskFormat {
  QCOW2,
  QED,
  VHD,
  VHDX,
  VMDK,
  VDI,
  ISO,
  LUKS,
  PLOOP;

  /** The formats that a {@code disk_format} can declare; the bytes must then have that format. */
  private static final Set<DiskFormat> EXACT = EnumSet.of(QCOW2, VHD, VHDX, VMDK, VDI, ISO);

  /**
   * A raw disk may contain an ISO file system or an encrypted volume. Programs open it as raw bytes
   * and do not interpret these.
   */
  private static final Set<DiskFormat> IN_RAW = EnumSet.of(ISO, LUKS);

  /** As {@code disk_format} has it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether bytes of these formats may be stored as a {@code disk_format} of that word. */
  static boolean fits(Set<DiskFormat> found, String declared) {
    if (declared.equals("raw")) {
      return IN_RAW.containsAll(found);
    }
    Set<DiskFormat> named = EnumSet.noneOf(DiskFormat.class);
    for (DiskFormat format : values()) {
      if (format.word().equals(declared)) {
        named.add(format);
      }
    }
    boolean exact = EXACT.containsAll(named) && !named.isEmpty();
    return exact ? found.equals(named) : named.containsAll(found);
  }
}
