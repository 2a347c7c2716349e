package dev.vitrine.postgres.engine;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A fair semaphore: others wait in the order of their arrival, and fail after {@link #TIMEOUT}. */
final class Turns {
  /** How long a thread waits for a connection, or for its turn to ask for one. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Semaphore free;

  Turns(int atATime) {
    free = new Semaphore(atATime, true);
  }

  /** An action that needs a permit. */
  @FunctionalInterface
  interface Action<T extends @Nullable Object> {
    T run() throws SQLException;
  }

  <T extends @Nullable Object> T take(Action<T> action) throws SQLException {
    try {
      if (!free.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw timedOut();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException("interrupted while waiting for a connection", e);
    }
    try {
      return action.run();
    } finally {
      free.release();
    }
  }

  /** How many threads wait for their turn. */
  int waiting() {
    return free.getQueueLength();
  }

  static SQLException timedOut() {
    return new SQLTransientConnectionException("no turn within " + TIMEOUT.toSeconds() + " s");
  }
}
