package dev.vitrine.job;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.vitrine.identity.ProjectId;
import dev.vitrine.sharing.Sharing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Carries out jobs. Each worker goes round the projects that have work, one image at a time: a
 * project waits for at most one image of each other, however much they have submitted.
 *
 * <p>Any number of nodes may have workers on one database: who works on an image holds its row's
 * lock, and what a killed one held is free at once (ADR 10).
 */
public final class JobWorkers implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JobWorkers.class.getName());

  /** Poll interval for jobs of other nodes. */
  private static final Duration POLL = Duration.ofSeconds(1);

  private final JobStore store;
  private final JobStore.Judge judge;
  private final Sharing.Rules rules;
  private final List<Thread> workers;
  private final Lock lock = new ReentrantLock();
  private final Condition called = lock.newCondition();
  private long calls;
  private volatile boolean closed;

  /**
   * @param count 0: this node only submits
   */
  public JobWorkers(JobStore store, Sharing.Rules rules, int count) {
    this.store = store;
    this.judge = new BatchRules(rules);
    this.rules = rules;
    this.workers =
        IntStream.rangeClosed(1, workers(store, count))
            .mapToObj(i -> Thread.ofVirtual().name("job-worker-" + i).start(this::run))
            .toList();
  }

  private static int workers(JobStore store, int count) {
    if (store.carriesOut()) {
      return count;
    }
    LOG.log(
        WARNING,
        "Batches are refused: they are not carried out on a database with the extension Citus");
    return 0;
  }

  /** Signals new work: workers look now instead of at the next poll. */
  public void wake() {
    lock.lock();
    try {
      calls++;
      called.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private long calls() {
    lock.lock();
    try {
      return calls;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a call later than those that were heard, or for the time to look anyway. */
  private void await(long heard) throws InterruptedException {
    lock.lock();
    try {
      long left = POLL.toNanos();
      while (calls == heard && !closed && left > 0) {
        left = called.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    ProjectId last = null;
    while (!closed) {
      long heard = calls();
      try {
        last = next(last);
        if (last == null) {
          store.endDone();
          await(heard);
        }
      } catch (InterruptedException e) {
        return;
      } catch (JobStore.TaskFailure e) {
        // Others' turns come all the same.
        last = e.project();
        pause(e);
      } catch (RuntimeException e) {
        pause(e);
      }
    }
  }

  private static void pause(RuntimeException failure) {
    LOG.log(ERROR, "A job could not go on; it will be tried again", failure);
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Behind the project that was served last, and from the beginning if there is none. */
  private @Nullable ProjectId next(@Nullable ProjectId last) {
    ProjectId served = store.work(last, judge, rules);
    return served == null && last != null ? store.work(null, judge, rules) : served;
  }

  /** Waits for the images that are being worked on. */
  @Override
  public void close() {
    closed = true;
    wake();
    for (Thread worker : workers) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
