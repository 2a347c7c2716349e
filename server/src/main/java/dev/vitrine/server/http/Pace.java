package dev.vitrine.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How slowly a request may arrive: the lines before its body within a time, and the body within the
 * same time and what it takes at so many bytes a second.
 *
 * @param bytesPerSecond of the body, since its beginning; 0: as slowly as it likes
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
