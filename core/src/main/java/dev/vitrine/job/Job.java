package dev.vitrine.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An accepted batch and its state. Times are microseconds, by the database's clock.
 *
 * @param user who submitted it
 * @param batch what is to be done; an image that the request named twice is there once
 * @param begunAt when work began on the first of the images that are done; null while none is done
 * @param endedAt when the last image was done; null while there is more to do
 * @param progress from 0 to 1
 * @param firstFailure in the order of the request; null if there is none, or the job is not ended
 */
public record Job(
    JobId id,
    String user,
    Batch batch,
    Instant submittedAt,
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

  public Batch.Kind kind() {
    return batch.kind();
  }

  /** A job is successful only if every pair is. */
  public Status status() {
    if (endedAt == null) {
      return begunAt == null ? Status.INIT : Status.RUNNING;
    }
    return firstFailure == null ? Status.SUCCESS : Status.FAIL;
  }
}
