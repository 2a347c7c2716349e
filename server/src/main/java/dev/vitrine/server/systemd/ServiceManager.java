package dev.vitrine.server.systemd;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells the service manager when this process is ready, that it is alive, and that it stops, by the
 * protocol of systemd (sd_notify(3), sd_watchdog_enabled(3)). A process that no service manager
 * started tells nobody.
 */
public final class ServiceManager implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServiceManager.class.getName());

  private static final Duration AT_ONCE = Duration.ofMillis(100);

  /** For what stops after the requests: job workers, and the database. */
  private static final Duration REST = Duration.ofMinutes(3);

  private final @Nullable NotifySocket socket;

  /** Within which the manager expects a sign of life; null: it expects none. */
  private final @Nullable Duration watchdog;

  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean isStopping;

  private ServiceManager(@Nullable NotifySocket socket, @Nullable Duration watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /** The one that the environment of this process names. */
  public static ServiceManager of(Map<String, String> environment) {
    String name = environment.get("NOTIFY_SOCKET");
    if (name == null) {
      return new ServiceManager(null, null);
    }
    try {
      return new ServiceManager(new NotifySocket(name), watchdog(environment));
    } catch (IOException e) {
      LOG.log(WARNING, "The service manager cannot be notified: {0}", e.getMessage());
      return new ServiceManager(null, null);
    }
  }

  private static @Nullable Duration watchdog(Map<String, String> environment) {
    String pid = environment.getOrDefault("WATCHDOG_PID", "");
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    boolean isOurs = pid.isEmpty() || pid.equals(Long.toString(ProcessHandle.current().pid()));
    return isOurs && micros.matches("[1-9][0-9]{0,17}")
        ? Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros)))
        : null;
  }

  /**
   * The process serves. From now on it is alive as long as it passes a check.
   *
   * @param status one line for people
   * @param check whether it answers within this time; called on one thread, and may wait that long
   */
  public void ready(String status, Predicate<Duration> check) {
    send("READY=1\nSTATUS=" + status);
    if (watchdog != null) {
      Duration interval = watchdog.dividedBy(3);
      // A platform thread: whether virtual ones run is a part of the question.
      Thread.ofPlatform().daemon().name("watchdog").start(() -> watch(interval, check));
    }
  }

  /** While it stops, it is alive without a check: the manager limits how long a stop may take. */
  private void watch(Duration interval, Predicate<Duration> check) {
    boolean isWell = true;
    // After a failed check the next one begins at once: the manager waits for three intervals.
    while (!isClosedWithin(isWell ? interval : AT_ONCE)) {
      boolean wasWell = isWell;
      isWell = isStopping || check.test(interval) || isStopping;
      if (isWell) {
        send("WATCHDOG=1");
      } else if (wasWell) {
        LOG.log(ERROR, "The server does not answer within {0} ms", interval.toMillis());
      }
    }
  }

  private boolean isClosedWithin(Duration limit) {
    try {
      return closed.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /**
   * The process begins to stop.
   *
   * @param requests how long requests may go on; the manager waits that long and then {@link
   *     #REST}, also beyond its own limit (TimeoutStopSec)
   */
  public void stopping(Duration requests) {
    isStopping = true;
    send("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + TimeUnit.MICROSECONDS.convert(requests.plus(REST)));
  }

  private synchronized void send(String message) {
    if (socket != null && closed.getCount() > 0) {
      try {
        socket.send(message);
      } catch (IOException e) {
        LOG.log(WARNING, "The service manager cannot be notified: {0}", e.getMessage());
      }
    }
  }

  @Override
  public synchronized void close() {
    if (socket != null && closed.getCount() > 0) {
      closed.countDown();
      socket.close();
    }
  }
}
