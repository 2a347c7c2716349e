package dev.vitrine.work;

import dev.vitrine.refusal.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Allows each key one action at a time on this node, in the order of arrival: for actions that hold
 * a connection to the database while they wait for a lock that others of the same key hold.
 *
 * @param <K> compared by {@code equals}
 */
public final class OneAtATime<K> {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The turns of keys with an action in progress or waiting. */
  private final Map<K, Turn> turns = new ConcurrentHashMap<>();

  /**
   * @param users those that hold the turn or wait for it
   */
  private record Turn(Semaphore free, int users) {
    private Turn with(int more) {
      return new Turn(free, users + more);
    }
  }

  /** {@link Refusal.Busy} if the turn does not come within {@link #TIMEOUT}. */
  public <T extends @Nullable Object> T inTurn(K key, Supplier<T> action) {
    Turn turn =
        turns.merge(key, new Turn(new Semaphore(1, true), 1), (present, first) -> present.with(1));
    try {
      if (!acquire(turn)) {
        throw new Refusal.Busy().asException();
      }
      try {
        return action.get();
      } finally {
        turn.free().release();
      }
    } finally {
      turns.computeIfPresent(key, (id, present) -> present.users() == 1 ? null : present.with(-1));
    }
  }

  private static boolean acquire(Turn turn) {
    try {
      return turn.free().tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
