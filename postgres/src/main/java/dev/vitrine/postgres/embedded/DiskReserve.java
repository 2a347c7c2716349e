package dev.vitrine.postgres.embedded;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that keeps space for PostgreSQL on a disk that others fill. PostgreSQL ends when it cannot
 * write its log. So the file is deleted when the disk is nearly full, and written again when there
 * is space. Used by one thread.
 */
final class DiskReserve {
  private static final System.Logger LOG = System.getLogger(DiskReserve.class.getName());

  private static final int SIZE = 64 << 20;

  /** How many files PostgreSQL may have to make for a start. */
  private static final int FILES = 32;

  /** Free bytes below which the reserve is given up: two segments of PostgreSQL's log. */
  private static final long LOW = 32 << 20;

  /** Free bytes from which it is written again. Then it does not make the disk nearly full. */
  private static final long ENOUGH = 4L * SIZE;

  private final Path home;
  private final Path file;

  /** Whether it could be written last: a disk that refused it would have no room for others. */
  private boolean isKept = true;

  DiskReserve(Path home) {
    this.home = home;
    this.file = home.resolve("reserve");
  }

  /** Whether PostgreSQL cannot go on: asked after {@link #adjust}, the reserve is given up. */
  boolean isUsedUp() {
    return free() < LOW;
  }

  /**
   * Whether there is space to start PostgreSQL again: more than it may lack for {@link #isUsedUp},
   * so that it does not end at once. Tries it: free bytes do not tell of a quota of the disk, nor
   * of the number of its files.
   */
  boolean hasSpace() {
    if (free() < SIZE) {
      return false;
    }
    Path trial = home.resolve("trial");
    try {
      Files.createDirectories(trial);
      for (int i = 0; i < FILES; i++) {
        fill(trial.resolve(Integer.toString(i)), SIZE / FILES);
      }
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      remove(trial);
    }
  }

  /** {@code Files.getFileStore} would search the list of mounts, which a sandbox may hide. */
  private long free() {
    return home.toFile().getUsableSpace();
  }

  /** Deletes or writes the file as the free space asks for. */
  void adjust() {
    try {
      long free = free();
      if (free < LOW && Files.deleteIfExists(file)) {
        LOG.log(
            WARNING,
            "The disk of {0} is full. A reserve of {1} MiB lets the database go on for a while:"
                + " make space now",
            home,
            SIZE >> 20);
      } else if (isKept && free >= ENOUGH && !Files.exists(file)) {
        write();
      }
    } catch (IOException e) {
      isKept = false;
      remove(Disk.unfinished(file));
      LOG.log(WARNING, "The reserve for a full disk cannot be kept: {0}", e.toString());
    }
  }

  private void write() throws IOException {
    fill(Disk.unfinished(file), SIZE);
    Disk.finish(file);
    LOG.log(INFO, "Keeps {0} MiB for the database if the disk is full", SIZE >> 20);
  }

  private static void fill(Path file, int size) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] piece = new byte[1 << 20];
      for (int left = size; left > 0; left -= piece.length) {
        out.write(piece, 0, Math.min(left, piece.length));
      }
    }
  }

  private static void remove(Path tree) {
    try {
      Disk.delete(tree);
    } catch (IOException e) {
      LOG.log(WARNING, "{0} cannot be removed: {1}", tree, e.toString());
    }
  }
}
