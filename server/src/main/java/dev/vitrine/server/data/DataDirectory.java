package dev.vitrine.server.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The data directory of a server, locked by one process. The kernel releases a killed process's
 * lock.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String OWNER_ONLY = "rwx------";
  // PostgreSQL does not run as root; its user must be able to enter its folder below this one.
  private static final String OWNER_ONLY_AND_PASSAGE = "rwx--x--x";

  /** There while a restore fills the directory. */
  public static final String RESTORING = "restoring";

  private static final String ROOT = "root";
  private static final String LOCK = "lock";

  /** Held beside the other one by a command on the machine, while no server runs. */
  private static final String COMMAND_LOCK = "lock.command";

  private final Path path;
  private final List<FileChannel> locks = new ArrayList<>();

  private DataDirectory(Path path, FileChannel lock) {
    this.path = path;
    locks.add(lock);
  }

  /**
   * Locks the directory; creates it if absent.
   *
   * @throws StartFailure if another process holds it, or it cannot be used
   */
  public static DataDirectory take(Path path) {
    DataDirectory taken = takeIfFree(path);
    if (taken == null) {
      throw new StartFailure(
          "Another Vitrine (process %s) is running on %s; stop it first, or choose another --data"
              .formatted(holder(path), path));
    }
    return taken;
  }

  /**
   * As {@link #take}, for a command on the machine; null if a server runs on it.
   *
   * @throws StartFailure if another command holds it: that one ends the database when it is done
   */
  public static @Nullable DataDirectory takeForCommand(Path path) {
    refuseRoot(path);
    DataDirectory taken = takeIfFree(path);
    try {
      FileChannel lock = open(path.resolve(COMMAND_LOCK));
      if (taken != null) {
        // At once: others hold it for an instant only, to look.
        var _ = lock.lock();
        taken.locks.add(lock);
        return taken;
      }
      try (lock) {
        if (lock.tryLock(0, Long.MAX_VALUE, true) == null) {
          throw new StartFailure(
              "Another command (process %s) is at work on %s; try again when it has ended"
                  .formatted(holder(path), path));
        }
      }
      return null;
    } catch (IOException e) {
      throw new StartFailure("The data directory %s cannot be used: %s".formatted(path, e), e);
    }
  }

  /** Files that root writes could not be used by the server any more. */
  private static void refuseRoot(Path path) {
    try {
      String owner = Files.exists(path) ? Files.getOwner(path).getName() : ROOT;
      if (System.getProperty("user.name").equals(ROOT) && !owner.equals(ROOT)) {
        throw new StartFailure(
            "%s belongs to %s: run the command as that user, with setpriv --reuid=%s --regid=%s --clear-groups"
                .formatted(
                    path,
                    owner,
                    owner,
                    Files.readAttributes(path, PosixFileAttributes.class).group()));
      }
    } catch (IOException e) {
      throw new StartFailure("The data directory %s cannot be used: %s".formatted(path, e), e);
    }
  }

  private static @Nullable DataDirectory takeIfFree(Path path) {
    try {
      create(path);
      if (Files.exists(path.resolve(RESTORING))) {
        throw new StartFailure(
            "The restore into %s did not finish: delete that directory, and restore again"
                .formatted(path));
      }
      FileChannel lock = open(path.resolve(LOCK));
      if (!isTaken(lock)) {
        lock.close();
        return null;
      }
      lock.truncate(0);
      lock.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)), 0);
      return new DataDirectory(path, lock);
    } catch (IOException e) {
      throw new StartFailure("The data directory %s cannot be used: %s".formatted(path, e), e);
    }
  }

  private static FileChannel open(Path lock) throws IOException {
    return FileChannel.open(
        lock, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void create(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return;
    }
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    boolean root = "root".equals(System.getProperty("user.name"));
    Files.createDirectory(path);
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(root ? OWNER_ONLY_AND_PASSAGE : OWNER_ONLY));
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  private static String holder(Path path) {
    try {
      return Files.readString(path.resolve(LOCK)).strip();
    } catch (IOException e) {
      throw new StartFailure("The data directory %s cannot be used: %s".formatted(path, e), e);
    }
  }

  /**
   * The node's name, unique among the servers that share database and blobs, stable across
   * restarts.
   */
  public String node() throws IOException {
    Path file = path.resolve("node");
    if (!Files.exists(file)) {
      SecretFile.write(file, UUID.randomUUID() + "\n");
    }
    return Files.readString(file).strip();
  }

  @Override
  public void close() {
    try {
      for (FileChannel lock : locks.reversed()) {
        lock.close();
      }
    } catch (IOException e) {
      throw new StartFailure("The lock of " + path + " cannot be given back: " + e, e);
    }
  }
}
