package dev.vitrine.server.operate;

import dev.vitrine.postgres.image.BlobCatalogue;
import java.io.PrintStream;
import java.time.Duration;

/** Says how far a command is, at most once in a few seconds. */
final class Progress {
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(5);

  private final PrintStream out;
  private long last = System.nanoTime();

  Progress(PrintStream out) {
    this.out = out;
  }

  /** Prints, unless it has just done so. */
  void report(String text) {
    if (System.nanoTime() - last > BETWEEN_REPORTS.toNanos()) {
      end(text);
    }
  }

  /** Prints. */
  void end(String text) {
    last = System.nanoTime();
    out.println(text);
  }

  /** Whether all that was printed has reached its reader. */
  boolean isHeard() {
    return !out.checkError();
  }

  void problem(BlobCatalogue.Entry entry, String problem) {
    end("Image %s: %s".formatted(entry.image(), problem));
  }
}
