package dev.vitrine.server.management;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A question whose answer may take long, such as one to the database. It is asked at most once a
 * second and once at a time, however many want to know, and nobody waits longer than a second.
 */
public final class Probe<T> {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Callable<T> question;
  private @Nullable FutureTask<T> asked;
  private long since;

  public Probe(Callable<T> question) {
    this.question = question;
  }

  /**
   * The answer, at most a second old.
   *
   * @throws TimeoutException if there is none within a second
   * @throws ExecutionException if the question failed
   */
  public T answer() throws TimeoutException, ExecutionException, InterruptedException {
    return asked().get(SECOND, TimeUnit.NANOSECONDS);
  }

  /** Asks, and does not wait for the answer. */
  void begin() {
    var _ = asked();
  }

  /** The last question, unless its answer no longer holds; then the next. */
  private synchronized FutureTask<T> asked() {
    FutureTask<T> last = asked;
    if (last != null && (!last.isDone() || System.nanoTime() - since < SECOND)) {
      return last;
    }
    FutureTask<T> next = new FutureTask<>(question);
    asked = next;
    since = System.nanoTime();
    Thread.ofVirtual().name("probe").start(next);
    return next;
  }
}
