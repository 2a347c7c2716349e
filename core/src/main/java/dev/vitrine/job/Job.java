package dev.vitrine.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a batch. Times are microseconds, by the database's clock.
 *
 * @param begunAt when the first image that is done was begun; null if none is
 * @param endedAt when the last image was done; null while there is more to do
 * @param progress from 0 to 1
 * @param firstFailure in the order of the request; null if there is none, or the job is not ended
 */
public record Job(
    JobId id,
    Batch.Kind kind,
    @Nullable Instant begunAt,
    @Nullable Instant endedAt,
    double progress,
    @Nullable Pair firstFailure) {

  /** The four that clients know (contract/ims.md 1.12). */
  public enum Status {
    INIT,
    RUNNING,
    SUCCESS,
    FAIL
  }

  /** A job is successful only if every pair is. */
  public Status status() {
    if (endedAt == null) {
      return begunAt == null ? Status.INIT : Status.RUNNING;
    }
    return firstFailure == null ? Status.SUCCESS : Status.FAIL;
  }
}
