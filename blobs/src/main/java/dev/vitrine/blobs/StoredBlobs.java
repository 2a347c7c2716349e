package dev.vitrine.blobs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a {@link FileBlobs}, for an operator's commands in another process. */
public final class StoredBlobs {
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{32}");

  private final Path directory;
  private final Path store;

  /**
   * @param directory as for {@link FileBlobs}
   */
  public StoredBlobs(Path directory) {
    this.directory = directory;
    this.store = directory.resolve(FileBlobs.STORE);
  }

  /** Keeps the blobs of all images that are deleted from now on, until the result is closed. */
  public Closeable hold() throws IOException, InterruptedException {
    return new DeletionLock(Files.createDirectories(directory)).hold();
  }

  /** Where that blob is, or would be. */
  public Path file(String key) {
    return StoreFolders.of(store, key).resolve(key);
  }

  /** The path of a blob below the directory of any store. */
  public static String path(String key) {
    return StoreFolders.of(Path.of(FileBlobs.STORE), key).resolve(key).toString();
  }

  /** Receives what is in the store. */
  public interface Reader {
    void read(String key) throws IOException;

    /** Receives a file that is no blob, because its name or its place is not that of one. */
    void readOther(Path file) throws IOException;
  }

  /** Names each file, in no order. */
  public void forEach(Reader reader) throws IOException {
    if (!Files.exists(store)) {
      return;
    }
    try (Stream<Path> files = Files.walk(store)) {
      for (Iterator<Path> each = files.iterator(); each.hasNext(); ) {
        Path file = each.next();
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          continue;
        }
        String name = file.getFileName().toString();
        if (KEY.matcher(name).matches() && file.equals(file(name))) {
          reader.read(name);
        } else {
          reader.readOther(file);
        }
      }
    }
  }

  /** Whether some node has received that blob, and has not decided yet whether to keep it. */
  public boolean isUndecided(String key) throws IOException {
    Path incoming = directory.resolve(FileBlobs.INCOMING);
    if (!Files.exists(incoming)) {
      return false;
    }
    try (DirectoryStream<Path> nodes = Files.newDirectoryStream(incoming)) {
      for (Path node : nodes) {
        if (Files.exists(node.resolve(key))) {
          return true;
        }
      }
    }
    return false;
  }
}
