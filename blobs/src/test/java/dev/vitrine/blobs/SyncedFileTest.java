package dev.vitrine.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SyncedFileTest {
  private static final List<ByteBuffer> PIECE = List.of(ByteBuffer.allocate(1 << 20));
  private static final int PIECES = 5 * SyncedFile.WINDOW / (1 << 20) + 1;

  /** Counts what it takes, half of what it is offered at a time, and is slow to sync. */
  private static final class Disk implements GatheringByteChannel {
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong synced = new AtomicLong();
    private long mostUnsynced;

    @Override
    public long write(ByteBuffer[] parts) {
      int taken = Math.ceilDiv(parts[0].remaining(), 2);
      parts[0].position(parts[0].position() + taken);
      mostUnsynced = Math.max(mostUnsynced, written.addAndGet(taken) - synced.get());
      return taken;
    }

    void sync(boolean metaData) throws IOException {
      long before = written.get();
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      synced.set(before);
    }

    @Override
    public long write(ByteBuffer[] parts, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer part) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void twoWindowsAtMostWaitForTheDiskAndNothingAtTheEnd() throws Exception {
    Disk disk = new Disk();
    SyncedFile file = new SyncedFile(disk, disk::sync);

    for (int i = 0; i < PIECES; i++) {
      file.write(PIECE);
    }

    assertThat(disk.mostUnsynced).isLessThanOrEqualTo(2 * SyncedFile.WINDOW + (1 << 20));
    file.sync();
    assertThat(disk.written.get()).isEqualTo((long) PIECES << 20);
    assertThat(disk.synced.get()).isEqualTo(disk.written.get());
    assertThat(PIECE.getFirst().remaining()).as("others read it").isEqualTo(1 << 20);
  }

  /** The system reports a failure once: the syncs after it succeed. */
  @Test
  void whatOneSyncCouldNotWriteFailsTheFile() throws Exception {
    Disk disk = new Disk();
    SyncedFile file =
        new SyncedFile(
            disk,
            metaData -> {
              if (disk.synced.getAndSet(1) == 0) {
                throw new IOException("bad sector");
              }
            });
    for (int written = 0; written < SyncedFile.WINDOW; written += 1 << 20) {
      file.write(PIECE);
    }

    assertThatThrownBy(file::sync)
        .isInstanceOf(IOException.class)
        .hasRootCauseMessage("bad sector");
  }
}
