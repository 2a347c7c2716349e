package dev.vitrine.server.http;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The file descriptors of the process: connections and files need one each. */
public final class Descriptors {
  private static final System.Logger LOG = System.getLogger(Descriptors.class.getName());

  /** What the JDK and Netty say of EMFILE and ENFILE. */
  private static final String REASON = "Too many open files";

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);
  private static final AtomicLong LAST =
      new AtomicLong(System.nanoTime() - BETWEEN_LINES.toNanos());

  private Descriptors() {}

  /** Whether a failure is for want of one. If so, this is logged, at most once a second. */
  public static boolean areUsedUp(Throwable failure) {
    boolean areUsedUp = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      areUsedUp |= String.valueOf(cause.getMessage()).contains(REASON);
    }
    if (areUsedUp) {
      log();
    }
    return areUsedUp;
  }

  private static void log() {
    long now = System.nanoTime();
    long last = LAST.get();
    if (now - last >= BETWEEN_LINES.toNanos() && LAST.compareAndSet(last, now)) {
      LOG.log(
          Level.WARNING,
          "No file descriptors left: requests are refused, and new connections wait, until others"
              + " end. Raise the limit of the process (ulimit -n)");
    }
  }
}
