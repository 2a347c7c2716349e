package dev.vitrine.postgres.embedded;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** File operations that survive a power failure, and a deletion that does not need to. */
final class Disk {

  private Disk() {}

  /** The temporary name under which {@code finished} is built. */
  static Path unfinished(Path finished) {
    return finished.resolveSibling(finished.getFileName() + ".new");
  }

  /** Gives a complete file or folder, already on disk, its final name. */
  static void finish(Path finished) throws IOException {
    Files.move(unfinished(finished), finished, ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(finished.resolveSibling("."), READ)) {
      folder.force(true);
    }
  }

  /**
   * Returns when {@code tree} is on disk. One {@code syncfs} takes a tenth of a second where a
   * thousand {@code fsync} take one.
   */
  static void sync(Path tree) throws IOException {
    Command.run(List.of("sync", "--file-system", tree.toString()), "");
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
