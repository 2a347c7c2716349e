package dev.vitrine.postgres.embedded;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Polls for states that PostgreSQL does not announce. */
final class Pause {

  /**
   * Poll interval: short beside the 100 ms that PostgreSQL needs to start. A poll costs about 20
   * microseconds.
   */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  private Pause() {}

  /**
   * Waits until {@code condition} holds, at most for {@code limit}; says whether it holds.
   *
   * @throws EmbeddedPostgresException if interrupted
   */
  static boolean until(BooleanSupplier condition, Duration limit) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        return false;
      }
      of(BETWEEN_LOOKS);
    }
    return true;
  }

  static void of(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedPostgresException("Interrupted while waiting for PostgreSQL", e);
    }
  }
}
