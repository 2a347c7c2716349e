package dev.vitrine.job;

import static java.lang.System.Logger.Level.WARNING;

import dev.vitrine.identity.ProjectId;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.work.Worker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Carries out jobs. Each worker takes turns among the projects that have work (round-robin), one
 * image at a time. Between two images of one project it carries out at most one image of each other
 * project, however much the others have submitted.
 *
 * <p>Any number of nodes may have workers on one database. A worker holds the lock of its image's
 * row, and the lock of a killed worker is released at once (ADR 10).
 */
public final class JobWorkers implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JobWorkers.class.getName());

  /** Poll interval for jobs of other nodes. */
  private static final Duration POLL = Duration.ofSeconds(1);

  private final JobStore store;
  private final JobStore.Judge judge;
  private final Sharing.Rules rules;
  private final List<Worker> workers;
  private final LongAdder pairs = new LongAdder();
  private final Consumer<JobStore.Failed> failures;

  /** Workers of whose failures nobody is told but the job. */
  public JobWorkers(JobStore store, Sharing.Rules rules, int count) {
    this(store, rules, count, failed -> {});
  }

  /**
   * @param count 0: this node only submits
   * @param failures told of pairs that failed, after the commit
   */
  public JobWorkers(
      JobStore store, Sharing.Rules rules, int count, Consumer<JobStore.Failed> failures) {
    this.failures = failures;
    this.store = store;
    this.judge = new BatchRules(rules);
    this.rules = rules;
    this.workers =
        IntStream.rangeClosed(1, workers(store, count))
            .mapToObj(
                i ->
                    new Worker(
                        "job-worker-" + i,
                        POLL,
                        "A job could not go on; it will be tried again",
                        new Rounds()))
            .toList();
  }

  private static int workers(JobStore store, int count) {
    if (store.carriesOut()) {
      return count;
    }
    LOG.log(
        WARNING, "Batches are disabled: a database with the extension Citus does not support them");
    return 0;
  }

  /** Signals new work: workers look now instead of at the next poll. */
  public void wake() {
    workers.forEach(Worker::wake);
  }

  /** How many pairs of an image and a member have received their outcome on this node. */
  public long pairs() {
    return pairs.sum();
  }

  /** Round-robin over the projects. */
  private final class Rounds implements Worker.Task {
    private @Nullable ProjectId last;

    @Override
    public boolean next() {
      try {
        last = served();
      } catch (JobStore.TaskFailure e) {
        // The other projects are served nevertheless.
        last = e.project();
        throw e.cause();
      }
      if (last == null) {
        store.endDone();
      }
      return last != null;
    }

    /**
     * Takes the next project after the one served last; at the end, starts again from the
     * beginning.
     */
    private @Nullable ProjectId served() {
      JobStore.Done done = store.work(last, judge, rules);
      if (done == null && last != null) {
        done = store.work(null, judge, rules);
      }
      if (done == null) {
        return null;
      }
      pairs.add(done.pairs());
      if (done.failed() != null) {
        failures.accept(done.failed());
      }
      return done.project();
    }
  }

  /** Waits for the images that are being worked on. */
  @Override
  public void close() {
    workers.forEach(Worker::close);
  }
}
