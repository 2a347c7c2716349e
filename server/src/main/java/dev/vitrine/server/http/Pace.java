package dev.vitrine.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How slowly a request may arrive: the head within {@code grace}, the body within {@code grace}
 * plus its time at {@code bytesPerSecond}.
 *
 * @param bytesPerSecond average rate since the beginning of the body; 0: no limit
 */
public record Pace(Duration grace, int bytesPerSecond) {
  /** The server's pace for a rate. */
  public static Pace of(int bytesPerSecond) {
    return new Pace(Duration.ofSeconds(30), bytesPerSecond);
  }

  /** Nanoseconds within which more than this many bytes must arrive. */
  long patience(long bytes) {
    return bytesPerSecond == 0
        ? Long.MAX_VALUE
        : grace.toNanos() + (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
  }
}
