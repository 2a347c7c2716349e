package dev.vitrine.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How slowly a client may be: the head of a request must arrive within {@code grace}, its body
 * within {@code grace} plus its time at {@code bytesPerSecond}, and its answer must be read as fast
 * as a body must arrive.
 *
 * @param bytesPerSecond average rate since the beginning of the body; 0: no limit
 */
public record Pace(Duration grace, int bytesPerSecond) {
  /** The server's pace for a rate. */
  public static Pace of(int bytesPerSecond) {
    return new Pace(Duration.ofSeconds(30), bytesPerSecond);
  }

  /** Nanoseconds within which more than this many bytes must arrive or be read. */
  long patience(long bytes) {
    return bytesPerSecond == 0
        ? Long.MAX_VALUE
        : grace.toNanos() + (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
  }
}
