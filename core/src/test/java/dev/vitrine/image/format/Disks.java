package dev.vitrine.image.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.NullMarked;

/** Small images of disks, byte by byte as their specifications have them. */
@NullMarked
final class Disks {
  static final long SIZE = 8 << 20;

  private Disks() {}

  static byte[] raw(int size) {
    return new byte[size];
  }

  private static ByteBuffer big(int size) {
    return ByteBuffer.allocate(size);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(ByteBuffer disk) {
    byte[] bytes = new byte[disk.capacity()];
    disk.get(0, bytes);
    return bytes;
  }

  private static void put(ByteBuffer disk, int at, String text) {
    disk.put(at, text.getBytes(ISO_8859_1));
  }

  static byte[] qcow2(int version, long backingFile, long features) {
    ByteBuffer disk = big(3 * 65_536);
    put(disk, 0, "QFI\u00fb");
    disk.putInt(4, version).putLong(8, backingFile).putInt(20, 16).putLong(24, SIZE);
    disk.putLong(72, features).putInt(100, 104);
    return bytes(disk);
  }

  /** A footer at the end; {@code headed}: and at the beginning. */
  static byte[] vhd(int type, boolean headed) {
    return vhd(type, headed, type);
  }

  static byte[] vhd(int type, boolean headed, int typeAtEnd) {
    ByteBuffer disk = big(70_000 + 512);
    if (headed) {
      footer(disk, 0, type);
    }
    footer(disk, disk.capacity() - 512, typeAtEnd);
    return bytes(disk);
  }

  private static void footer(ByteBuffer disk, int at, int type) {
    put(disk, at, "conectix");
    disk.putLong(at + 40, SIZE).putLong(at + 48, SIZE).putInt(at + 60, type);
  }

  static byte[] vdi(int type, long parent) {
    ByteBuffer disk = little(1024);
    put(disk, 0, "<<< A Virtual Disk Image >>>\n");
    disk.putInt(0x40, 0xbeda107f).putInt(0x44, 0x10001).putInt(0x4c, type).putLong(0x170, SIZE);
    disk.putLong(0x1b8, parent);
    return bytes(disk);
  }

  static byte[] iso() {
    ByteBuffer disk = little(80_000);
    put(disk, 32_768, "\u0001CD001\u0001");
    disk.putInt(32_768 + 80, 39).putShort(32_768 + 128, (short) 2048);
    return bytes(disk);
  }

  /** UDF alone: what begins its area, then the volume. */
  static byte[] udf() {
    ByteBuffer disk = little(80_000);
    put(disk, 32_768, "\u0000BEA01\u0001");
    put(disk, 34_816, "\u0000NSR03\u0001");
    return bytes(disk);
  }

  static byte[] luks(int version) {
    ByteBuffer disk = big(4096);
    put(disk, 0, "LUKS\u00ba\u00be");
    disk.putShort(6, (short) version);
    return bytes(disk);
  }

  static byte[] beginning(String text) {
    ByteBuffer disk = big(70_000);
    put(disk, 0, text);
    return bytes(disk);
  }

  static final String EXTENT = "RW 16384 SPARSE \"disk.vmdk\"\n";

  static String descriptor(String kind, String extents) {
    return """
    # Disk DescriptorFile
    version=1
    CID=4f51fcaf
    parentCID=ffffffff
    createType="%s"

    # Extent description
    %s
    # The Disk Data Base
    #DDB
    ddb.virtualHWVersion = "4"
    ddb.adapterType = "ide"
    """
        .formatted(kind, extents);
  }

  static byte[] vmdk(String descriptor) {
    return vmdk(descriptor, 20, SIZE / 512);
  }

  static byte[] vmdk(String descriptor, long sectors, long capacity) {
    ByteBuffer disk = little(70_000);
    vmdkHeader(disk, 0, sectors, capacity, 21);
    put(disk, 512, descriptor);
    return bytes(disk);
  }

  private static void vmdkHeader(
      ByteBuffer disk, int at, long sectors, long capacity, long directory) {
    put(disk, at, "KDMV");
    disk.putInt(at + 4, 3).putLong(at + 12, capacity).putLong(at + 20, 128).putLong(at + 28, 1);
    disk.putLong(at + 36, sectors).putInt(at + 44, 512).putLong(at + 56, directory);
  }

  /** Written in one go, so that its header is at its end. */
  static byte[] streamedVmdk(long sectorsAtEnd, int marker) {
    ByteBuffer disk = little(70_000 + 3 * 512);
    vmdkHeader(disk, 0, 20, SIZE / 512, -1);
    put(disk, 512, descriptor("streamOptimized", EXTENT));
    disk.putInt(70_000 + 12, marker);
    vmdkHeader(disk, 70_000 + 512, sectorsAtEnd, SIZE / 512, 100);
    return bytes(disk);
  }

  static final String FILE_PARAMETERS = "3767a1ca36fa434db3b633f0aa44e76b";
  static final String DISK_SIZE = "2442a52f1bcd7648b2115dbed83bf4b8";
  static final String PARENT_LOCATOR = "2d5fd3a80bb34d45abf7d3d84834ab0c";

  /** With its metadata at 2 MiB. */
  static byte[] vhdx(int flags, String... items) {
    return vhdx(2 << 20, flags, items);
  }

  static byte[] vhdx(long metadata, int flags, String... items) {
    ByteBuffer disk = little((2 << 20) + 65_536 + 4096);
    put(disk, 0, "vhdxfile");
    ByteBuffer regions = disk.slice(192 * 1024, 65_536).order(ByteOrder.LITTLE_ENDIAN);
    put(regions, 0, "regi");
    regions.putInt(8, 1);
    regions.put(16, HexFormat.of().parseHex("06a27c8b90479a4bb8fe575f050f886e"));
    regions.putLong(32, metadata).putInt(40, 1 << 20);
    CRC32C checksum = new CRC32C();
    checksum.update(regions.duplicate());
    regions.putInt(4, (int) checksum.getValue());
    int at = 2 << 20;
    put(disk, at, "metadata");
    disk.putShort(at + 10, (short) items.length);
    for (int i = 0; i < items.length; i++) {
      int entry = at + 32 * (i + 1);
      int item = 65_536 + 16 * i;
      disk.put(entry, HexFormat.of().parseHex(items[i]));
      disk.putInt(entry + 16, item);
      if (items[i].equals(FILE_PARAMETERS)) {
        disk.putInt(at + item, 1 << 20).putInt(at + item + 4, flags);
      } else {
        disk.putLong(at + item, SIZE);
      }
    }
    return bytes(disk);
  }

  static byte[] with(byte[] disk, int at, int value) {
    disk[at] = (byte) value;
    return disk;
  }

  static byte[] over(byte[] below, byte[] above) {
    System.arraycopy(above, 0, below, 0, above.length);
    return below;
  }
}
