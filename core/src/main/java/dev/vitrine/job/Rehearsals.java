package dev.vitrine.job;

import dev.vitrine.identity.ProjectId;
import dev.vitrine.refusal.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Allows one dry run of a project at a time on this node, because each holds a connection and the
 * locks of its images (ruling 34).
 */
final class Rehearsals {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The turns of projects with a dry run in progress or waiting. */
  private final Map<ProjectId, Turn> turns = new ConcurrentHashMap<>();

  /**
   * @param users those that hold the turn or wait for it
   */
  private record Turn(Semaphore free, int users) {
    private Turn with(int more) {
      return new Turn(free, users + more);
    }
  }

  /** {@link Refusal.Busy} if the turn does not come within {@link #TIMEOUT}. */
  <T> T inTurn(ProjectId project, Supplier<T> rehearsal) {
    Turn turn =
        turns.merge(
            project, new Turn(new Semaphore(1, true), 1), (present, first) -> present.with(1));
    try {
      if (!isFree(turn)) {
        throw new Refusal.Busy().asException();
      }
      try {
        return rehearsal.get();
      } finally {
        turn.free().release();
      }
    } finally {
      turns.computeIfPresent(
          project, (id, present) -> present.users() == 1 ? null : present.with(-1));
    }
  }

  private static boolean isFree(Turn turn) {
    try {
      return turn.free().tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
