package dev.vitrine.job;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.job.JobStore.Accepted;
import dev.vitrine.job.JobStore.Keyed;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.work.OneAtATime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sharing many images with many projects: checked as a whole before anything changes, then carried
 * out pair by pair by the {@link JobWorkers} (mission: "A batch"; rulings 12, 15 and 16).
 *
 * <p>The caller's rights are checked when the batch is submitted. The state of each image is
 * checked then, and by the same rules again when the image is carried out.
 *
 * <p>All methods throw {@link dev.vitrine.refusal.Refused}.
 */
public final class Jobs {
  private final JobStore store;
  private final Access access;
  private final Sharing.Rules rules;
  private final BatchRules batchRules;
  private final Limits limits;
  private final Runnable submitted;

  /**
   * One dry run of a project at a time, because each holds a connection and the locks of its images
   * (ruling 34).
   */
  private final OneAtATime<ProjectId> rehearsals = new OneAtATime<>();

  /** Settings: the maximum size of one batch. */
  public record Limits(int images, int members) {}

  /**
   * @param submitted runs after a batch was stored
   */
  public Jobs(
      JobStore store, Access access, Sharing.Rules rules, Limits limits, Runnable submitted) {
    this.store = store;
    this.access = access;
    this.rules = rules;
    this.batchRules = new BatchRules(rules);
    this.limits = limits;
    this.submitted = submitted;
  }

  /**
   * The request that submits a batch.
   *
   * @param key a repeated key with the same hash returns the first job; null: a new job each time
   */
  public record Submission(Cause cause, @Nullable String key, String hash) {}

  /** Checks the batch and makes it a job. */
  public JobId submit(Caller caller, Batch batch, Submission submission) {
    requireBatches();
    requireSize(batch);
    ProjectId project = project(caller);
    List<ImageId> images = images(batch);
    JobStore.Found found = find(caller, batch, images);
    JobId earlier = earlier(project, batch, submission);
    if (earlier != null) {
      return earlier;
    }
    check(project, batch, found);
    Accepted accepted = accepted(caller, project, batch, images, submission);
    if (store.submit(caller, accepted, now -> checkAgain(caller, batch, found, now))) {
      submitted.run();
      return accepted.id();
    }
    JobId simultaneous = earlier(project, batch, submission);
    if (simultaneous == null) {
      throw new IllegalStateException("a key was in use and is not: " + submission.key());
    }
    return simultaneous;
  }

  /**
   * The outcome that each pair would have, by the same checks and statements as a real batch.
   * {@link Refusal.Busy} if too many dry runs are waiting.
   */
  public List<Pair> rehearse(Caller caller, Batch batch, Cause cause) {
    requireBatches();
    requireSize(batch);
    ProjectId project = project(caller);
    List<ImageId> images = images(batch);
    JobStore.Found found = find(caller, batch, images);
    check(project, batch, found);
    Submission unkept = new Submission(cause, null, "");
    Accepted accepted = accepted(caller, project, batch, images, unkept);
    return rehearsals.inTurn(project, () -> store.rehearse(accepted, batchRules, rules));
  }

  /** A job of the caller's project. */
  public Job show(Caller caller, String id, Operation operation) {
    ProjectId project = project(caller);
    access.require(caller, operation);
    Job job = find(project, id);
    if (job == null) {
      throw (operation.isOfIms() ? new Refusal.JobNotFound(id) : new Refusal.Absent("job", id))
          .asException();
    }
    return job;
  }

  /**
   * Jobs of the caller's project, the newest first.
   *
   * @param ended true: those that have ended; false: those that have not; null: both
   * @param after the id of a job: only those that come after it; null: from the newest on
   * @param limit how many at most
   */
  public List<Job> list(Caller caller, @Nullable Boolean ended, @Nullable String after, int limit) {
    ProjectId project = project(caller);
    access.require(caller, Operation.LIST_JOBS);
    if (!store.carriesOut()) {
      return List.of();
    }
    Job last = after == null ? null : find(project, after);
    if (after != null && last == null) {
      throw new Refusal.Invalid("No job of the project has the id of the marker.").asException();
    }
    return store.list(project, ended, last, limit);
  }

  private @Nullable Job find(ProjectId project, String id) {
    JobId named = JobId.of(id);
    return named == null || !store.carriesOut() ? null : store.find(project, named);
  }

  /** The outcomes of an ended job's pairs, in the order of the request. */
  public List<Pair> pairs(Job job) {
    return store.pairs(job.id());
  }

  private void requireBatches() {
    if (!store.carriesOut()) {
      throw new Refusal.NoBatches().asException();
    }
  }

  private void requireSize(Batch batch) {
    requireSize("images", batch.images().size(), limits.images());
    requireSize("projects", batch.members().size(), limits.members());
  }

  private static void requireSize(String what, int size, int maximum) {
    if (size == 0 || size > maximum) {
      throw new Refusal.Invalid("%s must have 1 to %d elements.".formatted(what, maximum))
          .asException();
    }
  }

  /** Batches and jobs belong to a project, so the caller needs one. */
  private static ProjectId project(Caller caller) {
    if (caller.project() == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    return caller.project();
  }

  private static List<ImageId> images(Batch batch) {
    return batch.images().stream().map(ImageId::named).distinct().toList();
  }

  private JobStore.Found find(Caller caller, Batch batch, List<ImageId> images) {
    JobStore.Found found = store.find(caller, images);
    access.require(caller, found.standing(), batch.kind().operation());
    return found;
  }

  private @Nullable JobId earlier(ProjectId project, Batch batch, Submission submission) {
    Keyed keyed =
        submission.key() == null ? null : store.findByKey(project, batch.kind(), submission.key());
    if (keyed != null && !keyed.requestHash().equals(submission.hash())) {
      throw new Refusal.Conflict(
              "Idempotency-Key %s was used with another request.".formatted(submission.key()))
          .asException();
    }
    return keyed == null ? null : keyed.id();
  }

  private static Accepted accepted(
      Caller caller, ProjectId project, Batch batch, List<ImageId> images, Submission submission) {
    return new Accepted(
        JobId.next(),
        project,
        caller.user().value(),
        batch,
        images,
        submission.key(),
        submission.hash(),
        submission.cause());
  }

  /**
   * Checks again: the images may have changed between the first read and the transaction that
   * accepts the batch.
   */
  private void checkAgain(Caller caller, Batch batch, JobStore.Found before, JobStore.Found now) {
    if (!Objects.equals(now.standing(), before.standing())) {
      access.require(caller, now.standing(), batch.kind().operation());
    }
    if (!now.images().equals(before.images())) {
      batchRules.check(project(caller), batch, now.images());
    }
  }

  private void check(ProjectId project, Batch batch, JobStore.Found found) {
    batchRules.check(project, batch, found.images());
    if (batch.kind() == Batch.Kind.ADD && rules.knownMembersOnly()) {
      MemberId unknown = store.firstUnknown(batch.members());
      if (unknown != null) {
        throw new Refusal.UnknownProject(unknown.value()).asException();
      }
    }
  }
}
