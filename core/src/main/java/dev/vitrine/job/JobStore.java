package dev.vitrine.job;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.Standing;
import dev.vitrine.identity.UserId;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore.SharedImage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where jobs are kept, and where they are carried out. */
public interface JobStore {
  /**
   * The images of a batch and the caller's standing, from one statement.
   *
   * @param standing null if the caller's user or scope is not there
   */
  record Found(@Nullable Standing standing, Map<ImageId, SharedImage> images) {}

  /** The images. One round trip. */
  Found find(Caller caller, List<ImageId> images);

  /** The first of these members that is not a project; null if all are projects. */
  @Nullable MemberId firstUnknown(List<MemberId> members);

  /**
   * A batch that has passed all checks.
   *
   * @param cause the request that submitted it
   */
  record Accepted(
      JobId id,
      ProjectId project,
      String user,
      Batch batch,
      List<ImageId> images,
      @Nullable String key,
      String requestHash,
      Cause cause) {}

  /**
   * A job that was submitted with a key.
   *
   * @param requestHash the hash of the request that submitted it
   */
  record Keyed(JobId id, String requestHash) {}

  /** The job that the project submitted with the key within the last 24 hours. */
  @Nullable Keyed findByKey(ProjectId project, Batch.Kind kind, String key);

  /** Whether this database supports jobs. If not, do not submit any; searches find none. */
  boolean carriesOut();

  /**
   * Stores the batch as a job. {@code check} sees a snapshot of the database, and the batch counts
   * as accepted at that snapshot: every change that the snapshot lacks is later than the batch.
   * Submissions that share an image run one after the other.
   *
   * @param check checks the images of the batch; throws {@link dev.vitrine.refusal.Refused} to stop
   * @return false if its key is in use
   */
  boolean submit(Caller caller, Accepted accepted, Consumer<Found> check);

  /**
   * One image of a job, locked by the worker that asks.
   *
   * @param image null if it is gone
   * @param madePrivate the image is private, and a request set it to private after the batch was
   *     accepted
   */
  record Task(
      Batch.Kind kind,
      ProjectId project,
      @Nullable MemberStatus status,
      @Nullable String vault,
      ImageId id,
      @Nullable SharedImage image,
      boolean madePrivate) {}

  /**
   * Returns the outcome that the rules impose on all pairs of a task, or null if the task is to be
   * carried out.
   */
  @FunctionalInterface
  interface Judge extends Function<Task, @Nullable Outcome> {}

  /**
   * Carries out one task. Of the projects whose ids are greater than {@code after}, it takes the
   * first that has a task. The changes, their history and their outcomes are one transaction. An
   * atomic batch is one task.
   *
   * @param after null for the first project of all
   * @return null if no such project has one
   * @throws TaskFailure if it fails for an internal reason; the task is pending again
   */
  @Nullable Done work(@Nullable ProjectId after, Judge judge, Rules rules);

  /**
   * A task that was carried out.
   *
   * @param project whose task it was
   * @param pairs how many pairs of an image and a member have their outcome now
   * @param failed those of them that failed; null: none did
   */
  record Done(ProjectId project, int pairs, @Nullable Failed failed) {}

  /**
   * Pairs of a task that failed.
   *
   * @param user who submitted the job
   * @param image the first one of the task
   * @param request the one that submitted the job
   * @param pairs how many failed for each reason
   */
  record Failed(
      UserId user,
      ProjectId project,
      Batch.Kind kind,
      ImageId image,
      String request,
      Map<Outcome, Long> pairs) {}

  /** A task could not be carried out, and will be tried again. */
  final class TaskFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ProjectId project;
    private final RuntimeException cause;

    public TaskFailure(ProjectId project, RuntimeException cause) {
      super(cause);
      this.project = project;
      this.cause = cause;
    }

    RuntimeException cause() {
      return cause;
    }

    ProjectId project() {
      return project;
    }
  }

  /** Marks as ended every job whose images are all done but that is not yet marked. */
  void endDone();

  /**
   * The outcome that each pair would have. The batch is carried out and rolled back, so nothing
   * changes.
   */
  List<Pair> rehearse(Accepted accepted, Judge judge, Rules rules);

  /** The job, null if the project has none of that id. */
  @Nullable Job find(ProjectId project, JobId job);

  /**
   * Jobs of the project, the newest first.
   *
   * @param ended true: those that have ended; false: those that have not; null: both
   * @param after only jobs that come after this one; null: from the newest on
   */
  List<Job> list(ProjectId project, @Nullable Boolean ended, @Nullable Job after, int limit);

  /** The outcomes of a job's pairs, in the order of the request. */
  List<Pair> pairs(JobId job);

  /** Removes jobs that ended longer than {@code kept} ago, a few at a time. */
  void sweep(Duration kept);
}
