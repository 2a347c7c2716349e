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

  /** What a {@code disk_format} can name, and must then be. */
  private static final Set<DiskFormat> EXACT = EnumSet.of(QCOW2, VHD, VHDX, VMDK, VDI, ISO);

  /**
   * Raw bytes of a disk may be one that is bootable from a drive of another kind, or encrypted:
   * neither is opened by what is in it.
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
