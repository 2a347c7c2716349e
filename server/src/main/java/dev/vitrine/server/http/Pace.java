package dev.vitrine.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How slowly a body may arrive: a time for its beginning, and then so many bytes a second.
 *
 * @param bytesPerSecond on the average since the beginning; 0: as slowly as it likes
 */
public record Pace(Duration grace, int bytesPerSecond) {
  /** What the server allows, given the rate. */
  public static Pace of(int bytesPerSecond) {
    return new Pace(Duration.ofSeconds(30), bytesPerSecond);
  }

  /** Nanoseconds that may go by until more has to come. */
  long patience(long bytes) {
    return bytesPerSecond == 0
        ? Long.MAX_VALUE
        : grace.toNanos() + (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
  }
}
