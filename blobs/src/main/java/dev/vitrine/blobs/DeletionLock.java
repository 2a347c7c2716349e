package dev.vitrine.blobs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A lock file by which a backup, in another process, keeps the blobs of deleted images until it has
 * copied them. The first backup creates the file. The kernel releases the lock of a killed process.
 *
 * <p>It suffices that a deletion looks after its commit. If no backup holds the lock then, the copy
 * of the database, which ends after a backup has taken the lock, contains the deletion.
 */
final class DeletionLock {
  private static final String NAME = "deletions.lock";

  private final Path file;

  DeletionLock(Path directory) {
    this.file = directory.resolve(NAME);
  }

  /**
   * Whether a backup holds it. Looking takes the lock for a moment, so one thread looks at a time.
   */
  synchronized boolean isHeld() throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock free = attempt(channel, true)) {
      return free == null;
    }
  }

  /** Holds it until the channel is closed. */
  FileChannel hold() throws IOException, InterruptedException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    while (attempt(channel, false) == null) {
      // A deletion is looking, or another backup is under way.
      Thread.sleep(1);
    }
    return channel;
  }

  private static @Nullable FileLock attempt(FileChannel channel, boolean isShared)
      throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, isShared);
    } catch (OverlappingFileLockException heldInThisProcess) {
      return null;
    }
  }
}
