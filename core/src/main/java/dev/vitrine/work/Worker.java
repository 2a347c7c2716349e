package dev.vitrine.work;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import dev.vitrine.refusal.StoreException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A thread that runs a task repeatedly until it is closed: without a pause while there is work,
 * then when it is woken or the poll interval has passed. After a failure it waits for the interval.
 */
public final class Worker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Worker.class.getName());

  /** Finds and does one piece of work. */
  @FunctionalInterface
  public interface Task {
    /**
     * Called on the worker's thread, never twice at the same time.
     *
     * @return whether there may be more to do now
     */
    boolean next();
  }

  private final Duration poll;
  private final String failed;
  private final Task task;
  private final Thread thread;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean woken;
  private boolean closed;

  /**
   * Starts at once.
   *
   * @param poll how long it waits if there was nothing to do, and after a failure
   * @param failed the log message about a failure of {@code task}
   */
  public Worker(String name, Duration poll, String failed, Task task) {
    this.poll = poll;
    this.failed = failed;
    this.task = task;
    this.thread = Thread.ofVirtual().name(name).start(this::run);
  }

  /** Signals new work: the worker looks now instead of at the next poll. */
  public void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (mayLook()) {
      try {
        if (!task.next()) {
          await(true);
        }
      } catch (Throwable e) { // also an error: nothing else would start the thread again
        if (e instanceof StoreException store && store.isUnavailable()) {
          LOG.log(DEBUG, failed + ": " + e.getMessage());
        } else {
          LOG.log(ERROR, failed, e);
        }
        await(false);
      }
    }
  }

  /** Whether it is open. A signal after this call makes the task run again. */
  private boolean mayLook() {
    lock.lock();
    try {
      woken = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void await(boolean untilWoken) {
    lock.lock();
    try {
      long left = poll.toNanos();
      while (!closed && !(woken && untilWoken) && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends after the piece of work in progress, and waits for that. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
