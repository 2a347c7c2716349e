package dev.vitrine.image.format;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the bytes of an image as they pass, in parts of any size. It reads forward only and
 * keeps at most 200 KiB: the first 64 KiB, the last 1.5 KiB, and for VHDX two tables of 64 KiB, one
 * after the other.
 */
public final class Inspection {
  /** The maximum size of one inspection on the heap, in bytes. */
  public static final int HELD = 200 * 1024;

  private static final int HEAD = 64 * 1024;

  private final @Nullable String declared;
  private final Capture head = new Capture(0, HEAD);
  private final Tail tail = new Tail(Vmdk.FOOTER);
  private final Vhdx vhdx = new Vhdx();
  private @Nullable Capture wanted = head;
  private long position;

  /**
   * @param declared the image's {@code disk_format}. Needed because only the last bytes identify a
   *     fixed VHD, and a raw disk can end in the same bytes
   */
  public Inspection(@Nullable String declared) {
    this.declared = declared;
  }

  /** The next part of the bytes. */
  public void see(ByteBuffer part) {
    tail.see(part);
    ByteBuffer rest = part.duplicate();
    while (wanted != null && rest.hasRemaining()) {
      int skipped = (int) Math.min(wanted.next() - position, rest.remaining());
      rest.position(rest.position() + skipped);
      position += skipped + wanted.take(rest);
      if (wanted.isFull()) {
        wanted = Vhdx.matches(head.bytes()) ? vhdx.next(wanted, position) : null;
      }
    }
    position += rest.remaining();
  }

  /**
   * Whether enough bytes have arrived for a result about the beginning. The end may still add an
   * objection.
   */
  public boolean hasBegun() {
    return head.isFull();
  }

  /** The result about the beginning; later bytes do not change it. */
  public InspectionResult beginning() {
    Bytes bytes = head.bytes();
    Set<DiskFormat> formats = formats(bytes);
    if ("vhd".equals(declared) && formats.isEmpty()) {
      formats.add(DiskFormat.VHD);
    }
    boolean whole = formats.stream().allMatch(Inspection::isToldByItsHead);
    Description description = describe(formats, bytes, tail.bytes());
    return new InspectionResult(formats, whole ? description.danger() : null, null, position);
  }

  private static boolean isToldByItsHead(DiskFormat format) {
    return switch (format) {
      case QCOW2, QED, VDI, ISO, LUKS, PLOOP -> true;
      case VHD, VHDX, VMDK -> false;
    };
  }

  /** The result about all bytes. */
  public InspectionResult end() {
    Bytes bytes = head.bytes();
    Bytes last = tail.bytes();
    Set<DiskFormat> formats = formats(bytes);
    if ("vhd".equals(declared) && formats.isEmpty() && Vhd.ends(last)) {
      formats.add(DiskFormat.VHD);
    }
    Description description = describe(formats, bytes, last);
    return new InspectionResult(formats, description.danger(), description.virtualSize(), position);
  }

  private static Set<DiskFormat> formats(Bytes head) {
    Set<DiskFormat> formats = EnumSet.noneOf(DiskFormat.class);
    for (DiskFormat format : DiskFormat.values()) {
      if (matches(format, head)) {
        formats.add(format);
      }
    }
    return formats;
  }

  private static boolean matches(DiskFormat format, Bytes head) {
    return switch (format) {
      case QCOW2 -> Qcow2.matches(head);
      case QED -> head.isAt(0, "QED\u0000");
      case VHD -> Vhd.matches(head);
      case VHDX -> Vhdx.matches(head);
      case VMDK -> Vmdk.matches(head);
      case VDI -> Vdi.matches(head);
      case ISO -> Iso.matches(head);
      case LUKS -> Luks.matches(head);
      case PLOOP -> head.isAt(0, "WithoutFreeSpace") || head.isAt(0, "WithouFreSpacExt");
    };
  }

  /** If there are several, the first that is unsafe. */
  private Description describe(Set<DiskFormat> formats, Bytes head, Bytes tail) {
    Description first = Description.safe(0);
    for (DiskFormat format : formats) {
      Description description = describe(format, head, tail);
      if (description.danger() != null) {
        return description;
      }
      first = description;
    }
    return first;
  }

  private Description describe(DiskFormat format, Bytes head, Bytes tail) {
    return switch (format) {
      case QCOW2 -> Qcow2.read(head);
      case QED -> Description.unsafe("QED is not supported");
      case VHD -> Vhd.read(head, tail);
      case VHDX -> vhdx.description();
      case VMDK -> Vmdk.read(head, tail);
      case VDI -> Vdi.read(head);
      case ISO -> Iso.read(head);
      case LUKS -> Luks.read(head);
      case PLOOP -> Description.safe(0);
    };
  }
}
