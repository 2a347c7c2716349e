package dev.vitrine.cli;

import java.time.Duration;

/** A line that shows how far something is. Shown to people only, never in a pipe. */
final class Progress implements AutoCloseable {
  private static final int BAR = 24;
  private static final long EVERY_NANOS = 100_000_000;

  private final Shell shell;
  private final long from;
  private final long total;
  private final long begin = System.nanoTime();
  private long shownAt;
  private boolean isShown;

  /**
   * Begins.
   *
   * @param from how many of the bytes were there before
   * @param total bytes
   */
  Progress(Shell shell, long from, long total) {
    this.shell = shell;
    this.from = from;
    this.total = total;
  }

  void at(long done) {
    long now = System.nanoTime();
    if (!shell.isTerminal() || (isShown && now - shownAt < EVERY_NANOS && done < total)) {
      return;
    }
    shownAt = now;
    isShown = true;
    double seconds = Math.max(1e-3, (now - begin) / 1e9);
    double speed = (done - from) / seconds;
    String left =
        speed > 0 && done < total
            ? shell.texts().say("progress.left", clock((long) ((total - done) / speed)))
            : "";
    int filled = total == 0 ? BAR : (int) (BAR * done / total);
    shell
        .err()
        .printf(
            "\r[%s%s] %3d %%  %s  %s/s  %s\u001b[K",
            "=".repeat(filled),
            " ".repeat(BAR - filled),
            total == 0 ? 100 : 100 * done / total,
            Table.size(done),
            Table.size((long) speed),
            left);
    shell.err().flush();
  }

  private static String clock(long seconds) {
    Duration left = Duration.ofSeconds(seconds);
    return left.toHours() > 0
        ? "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart())
        : "%d:%02d".formatted(left.toMinutes(), left.toSecondsPart());
  }

  /** Leaves the line. */
  @Override
  public void close() {
    if (isShown) {
      shell.err().print("\r\u001b[K");
      shell.err().flush();
    }
  }
}
