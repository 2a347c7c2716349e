package dev.vitrine.postgres.embedded;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;

/**
 * An exclusive lock on a directory, held by one Java process at a time.
 *
 * <p>The kernel releases the lock of a killed process. So under the lock, a running server is an
 * orphan that we may adopt, not one in use.
 */
record DirectoryLock(FileChannel channel) implements AutoCloseable {

  /** Takes the lock on {@code home}, or throws {@link EmbeddedPostgresException} if it is taken. */
  static DirectoryLock acquire(Path home) throws IOException {
    FileChannel channel = FileChannel.open(home.resolve("lock"), CREATE, WRITE);
    if (isLocked(channel)) {
      return new DirectoryLock(channel);
    }
    channel.close();
    throw new EmbeddedPostgresException(
        "Another Vitrine is running on " + home + ". Stop it first, or choose another --data.");
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
