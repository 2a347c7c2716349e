package dev.vitrine.blobs;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A new file, written through the page cache and synced as it grows. The next download finds it in
 * memory, and the last sync has little left to do.
 *
 * <p>A sync runs in parallel with further writes, one sync at a time. So at most two {@link
 * #WINDOW}s and a piece are not yet on disk, for a file of any size.
 */
final class SyncedFile implements Closeable {
  /** Bytes from one sync to the next. */
  static final int WINDOW = 32 << 20;

  /** {@link FileChannel#force}. */
  interface Sync {
    void force(boolean metaData) throws IOException;
  }

  private final GatheringByteChannel channel;
  private final Sync sync;

  /** Bytes written since the last sync began. */
  private long unsynced;

  /** The latest sync; initially one that does nothing. */
  private FutureTask<Void> syncing = new FutureTask<>(() -> null);

  SyncedFile(GatheringByteChannel channel, Sync sync) {
    this.channel = channel;
    this.sync = sync;
    syncing.run();
  }

  static SyncedFile create(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    return new SyncedFile(channel, channel::force);
  }

  /**
   * Writes a piece. Does not change the positions of its buffers.
   *
   * @throws IOException also if an earlier piece did not reach the disk
   */
  void write(List<ByteBuffer> piece) throws IOException {
    ByteBuffer[] parts = piece.stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);
    long left = piece.stream().mapToLong(ByteBuffer::remaining).sum();
    unsynced += left;
    while (left > 0) {
      left -= channel.write(parts);
    }
    if (unsynced >= WINDOW) {
      awaitSync();
      unsynced = 0;
      syncing =
          new FutureTask<>(
              () -> {
                sync.force(false);
                return null;
              });
      Thread.startVirtualThread(syncing);
    }
  }

  /**
   * Waits until everything written is on disk.
   *
   * @throws IOException if some of it is not
   */
  void sync() throws IOException {
    awaitSync();
    sync.force(true);
  }

  /**
   * Waits for the running sync: the system reports a failed write only to the first sync after it.
   */
  private void awaitSync() throws IOException {
    try {
      syncing.get();
    } catch (ExecutionException e) {
      throw new IOException("A blob did not reach the disk", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
