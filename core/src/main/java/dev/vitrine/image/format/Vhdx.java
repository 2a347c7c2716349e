package dev.vitrine.image.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Hyper-V's format (Microsoft: MS-VHDX); all numbers are little-endian. A region table at 192 KiB
 * points to the metadata table, and that to the metadata items: three regions, each at a higher
 * position than the one before.
 */
final class Vhdx {
  private static final String MAGIC = "vhdxfile";

  private static final int TABLE = 64 * 1024;
  private static final long REGIONS_AT = 192 * 1024;
  private static final int ENTRY = 32;
  private static final int MAX_ENTRIES = TABLE / ENTRY - 1;
  private static final int ITEM = 8;

  private static final String METADATA = "06a27c8b90479a4bb8fe575f050f886e";
  private static final String FILE_PARAMETERS = "3767a1ca36fa434db3b633f0aa44e76b";
  private static final String DISK_SIZE = "2442a52f1bcd7648b2115dbed83bf4b8";
  private static final String PARENT_LOCATOR = "2d5fd3a80bb34d45abf7d3d84834ab0c";
  private static final int HAS_PARENT = 1 << 1;

  private enum Step {
    BEGINNING,
    REGIONS,
    METADATA,
    ITEMS,
    END
  }

  private record Item(String guid, long offset) {}

  private final Queue<Item> items = new ArrayDeque<>();
  private Step step = Step.BEGINNING;
  private @Nullable String danger;
  private long size;

  static boolean matches(Bytes head) {
    return head.isAt(0, MAGIC);
  }

  Description description() {
    if (danger != null) {
      return Description.unsafe(danger);
    }
    return step == Step.END ? Description.safe(size) : Description.unsafe("the vhdx is cut");
  }

  /**
   * The region to capture next; null if there is none.
   *
   * @param captured the region that was asked for before
   * @param position how many bytes of the stream have been read
   */
  @Nullable Capture next(Capture captured, long position) {
    Bytes bytes = captured.bytes();
    return switch (step) {
      case BEGINNING -> {
        step = Step.REGIONS;
        yield new Capture(REGIONS_AT, TABLE);
      }
      case REGIONS -> {
        step = Step.METADATA;
        long metadata = metadata(bytes);
        yield metadata < position
            ? unreadable("the vhdx has no metadata where they belong")
            : new Capture(metadata, TABLE);
      }
      case METADATA -> {
        step = Step.ITEMS;
        yield readTable(bytes, captured.offset()) ? nextItem(position) : null;
      }
      case ITEMS -> {
        readItem(items.remove().guid(), bytes);
        yield nextItem(position);
      }
      case END -> null;
    };
  }

  private @Nullable Capture unreadable(String reason) {
    danger = reason;
    step = Step.END;
    return null;
  }

  /** The position of the region; negative if the table has no entry for it. */
  private static long metadata(Bytes table) {
    CRC32C checksum = new CRC32C();
    byte[] bytes = table.text(0, TABLE).getBytes(ISO_8859_1);
    for (int i = 4; i < 8; i++) {
      bytes[i] = 0;
    }
    checksum.update(bytes);
    int count = table.littleInt(8);
    if (!table.isAt(0, "regi")
        || (int) checksum.getValue() != table.littleInt(4)
        || count < 0
        || count > MAX_ENTRIES) {
      return -1;
    }
    List<Long> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int entry = 16 + i * ENTRY;
      if (guid(table, entry).equals(METADATA)) {
        found.add(table.littleLong(entry + 16));
      }
    }
    return found.size() == 1 ? found.getFirst() : -1;
  }

  private boolean readTable(Bytes table, long start) {
    int count = table.littleInt(8) >>> 16;
    if (!table.isAt(0, "metadata") || count > MAX_ENTRIES) {
      unreadable("the vhdx has no metadata where they belong");
      return false;
    }
    List<Item> found = new ArrayList<>();
    Set<String> guids = new HashSet<>();
    for (int i = 1; i <= count; i++) {
      int entry = i * ENTRY;
      String guid = guid(table, entry);
      if (guid.equals(PARENT_LOCATOR)) {
        unreadable("the vhdx names a parent");
        return false;
      }
      if (guid.equals(FILE_PARAMETERS) || guid.equals(DISK_SIZE)) {
        if (!guids.add(guid)) {
          unreadable("the vhdx has metadata twice");
          return false;
        }
        found.add(new Item(guid, start + (table.littleInt(entry + 16) & 0xffff_ffffL)));
      }
    }
    if (found.size() != 2) {
      unreadable("the vhdx lacks metadata");
      return false;
    }
    found.sort(Comparator.comparingLong(Item::offset));
    items.addAll(found);
    return true;
  }

  private @Nullable Capture nextItem(long position) {
    Item item = items.peek();
    if (item == null) {
      step = Step.END;
      return null;
    }
    return item.offset() < position
        ? unreadable("the vhdx has metadata where none belong")
        : new Capture(item.offset(), ITEM);
  }

  private void readItem(String guid, Bytes item) {
    if (guid.equals(DISK_SIZE)) {
      size = item.littleLong(0);
    } else if ((item.littleInt(4) & HAS_PARENT) != 0) {
      danger = "the vhdx names a parent";
    }
  }

  private static String guid(Bytes table, int offset) {
    return HexFormat.of().formatHex(table.text(offset, 16).getBytes(ISO_8859_1));
  }
}
