package dev.vitrine.server.start;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The started parts in order, with their start times. Closing stops all in reverse order, and
 * continues after a failure.
 */
final class Parts implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Parts.class.getName());

  private final Deque<Part> started = new ArrayDeque<>();
  private final Map<String, Long> millis = new LinkedHashMap<>();

  private record Part(String name, AutoCloseable stop) {}

  /** How a part is stopped. */
  @FunctionalInterface
  interface Stop<T> {
    void stop(T part) throws Exception;
  }

  /** Starts a part that is stopped by closing it. */
  <T extends AutoCloseable> T start(String name, Callable<T> start) throws Exception {
    return start(name, start, AutoCloseable::close);
  }

  /** Starts a part. */
  <T> T start(String name, Callable<T> start, Stop<T> stop) throws Exception {
    T part = time(name, start);
    started.push(new Part(name, () -> stop.stop(part)));
    return part;
  }

  /** Runs, in parallel with the next parts, work that needs no stop. */
  <T> Aside<T> prepareAside(String name, Callable<T> prepare) {
    return startAside(name, prepare, prepared -> {});
  }

  /**
   * Starts a part in parallel with the next ones; for the order of stops it counts as started now.
   */
  <T> Aside<T> startAside(String name, Callable<T> start, Stop<T> stop) {
    FutureTask<T> task = new FutureTask<>(start);
    Thread.ofVirtual().name("start-" + name).start(task);
    Aside<T> aside = new Aside<>(task);
    started.push(new Part(name, () -> stopIfStarted(aside, stop)));
    return aside;
  }

  private static <T> void stopIfStarted(Aside<T> aside, Stop<T> stop) throws Exception {
    T part;
    try {
      part = aside.get();
    } catch (Exception neverStarted) {
      return;
    }
    stop.stop(part);
  }

  /** A part that is starting. */
  record Aside<T>(FutureTask<T> task) {
    /** Waits for the start; the part. */
    T get() throws Exception {
      try {
        return task.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw e;
      }
    }
  }

  /** Measures work that needs no stop. */
  <T> T time(String name, Callable<T> work) throws Exception {
    long start = System.nanoTime();
    T result = work.call();
    millis.put(name, (System.nanoTime() - start) / 1_000_000);
    return result;
  }

  /** The times in seconds, for example {@code database 0.41, migrate 0.20}. */
  String times() {
    StringJoiner joiner = new StringJoiner(", ");
    millis.forEach(
        (name, took) -> joiner.add(String.format(Locale.ROOT, "%s %.2f", name, took / 1000.0)));
    return joiner.toString();
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      Part part = started.pop();
      try {
        LOG.log(DEBUG, "Stopping {0}", part.name());
        part.stop().close();
      } catch (Exception e) {
        LOG.log(ERROR, "Failed to stop the " + part.name(), e);
      }
    }
  }
}
