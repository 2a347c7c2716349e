package dev.vitrine.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What the first start of a server writes, for all test processes: a start on a copy of it takes
 * half of the CPU.
 */
final class FirstStart {
  private FirstStart() {}

  /**
   * Copies what it wrote.
   *
   * @param command {@code serve} or {@code up}
   * @param data a directory that is made
   */
  static void copy(String command, Path data) {
    copy(of(command), data);
  }

  private static Path of(String command) {
    Path kept = Path.of("target", "first-start-" + command);
    try (FileChannel lock =
            FileChannel.open(
                Path.of(kept + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      if (!Files.exists(kept) || RunningServer.isOlderThanProgram(kept)) {
        start(command, kept);
      }
      return kept;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void start(String command, Path kept) throws IOException {
    Path data = RunningServer.freshData();
    try {
      RunningServer.startOnce(command, data);
      // Moved, so that a copy that was cut short is not taken for a whole one.
      Path copy = Path.of(kept + ".new");
      for (Path old : List.of(kept, copy)) {
        if (Files.exists(old)) {
          RunningServer.delete(old);
        }
      }
      copy(data, copy);
      Files.move(copy, kept);
    } finally {
      RunningServer.delete(data.resolveSibling(""));
    }
  }

  /** With the owners of the files: the database's is not always ours. */
  private static void copy(Path from, Path to) {
    try {
      Process copy =
          new ProcessBuilder("cp", "-aT", "--reflink=auto", from.toString(), to.toString())
              .inheritIO()
              .start();
      if (copy.waitFor() != 0) {
        throw new IllegalStateException(from + " cannot be copied to " + to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
