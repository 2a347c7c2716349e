package dev.vitrine.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The file descriptors of the process: connections and files need one each. */
public final class Descriptors {
  private static final System.Logger LOG = System.getLogger(Descriptors.class.getName());

  /** What the JDK and Netty say of EMFILE and ENFILE. */
  private static final String REASON = "Too many open files";

  /** proc(5). The JDK's bean that knows the same takes much longer to load. */
  private static final Path LIMITS = Path.of("/proc/self/limits");

  private static final Pattern LIMIT = Pattern.compile("Max open files +(\\d+) ");

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);
  private static final AtomicLong LAST =
      new AtomicLong(System.nanoTime() - BETWEEN_LINES.toNanos());

  private Descriptors() {}

  /**
   * How many the process may have. Its start raised its soft limit to the hard one, unless {@code
   * -XX:-MaxFDLimit} forbids it.
   *
   * @return {@link Long#MAX_VALUE} if nothing limits them, or the limit is not known
   */
  public static long limit() {
    try (Stream<String> lines = Files.lines(LIMITS)) {
      return lines.map(LIMIT::matcher).filter(Matcher::lookingAt).findFirst().stream()
          .mapToLong(line -> Long.parseLong(line.group(1)))
          .findFirst()
          .orElse(Long.MAX_VALUE);
    } catch (IOException | UncheckedIOException e) {
      return Long.MAX_VALUE;
    }
  }

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
