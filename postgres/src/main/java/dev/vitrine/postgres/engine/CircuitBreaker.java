package dev.vitrine.postgres.engine;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether the database answers (ADR 35). A thread asks it twice a second, over a connection
 * of its own. When the database cannot be reached or is silent for {@link #SILENCE}, or a call
 * failed and the pool is empty, the circuit opens: all connections are broken off, so that calls in
 * progress fail, and further calls are refused at once. The circuit closes when the database
 * answers and the pool has a connection.
 *
 * <p>A failed call only makes the thread ask at once. So a single lost connection refuses nobody
 * else, and a statement may take as long as it needs while the database answers.
 *
 * <p>It also logs failures: one line when the circuit opens, one every ten seconds, and one when it
 * closes; and at most one a second for failures while the database answers.
 */
final class CircuitBreaker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CircuitBreaker.class.getName());

  /** Requests must be answered within five seconds. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  /**
   * With synchronous standbys it is a commit, which waits for one of them. A primary that was
   * replaced by its standby and does not know it waits in vain: it must not be asked any more.
   */
  private static final String ASK =
      """
      select case when current_setting('synchronous_standby_names') <> '' and not pg_is_in_recovery()
        then pg_logical_emit_message(true, 'vitrine', '') end
      """;

  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

  private final Connections own;
  private final Timeline timeline;
  private final Pool pool;
  private final Thread thread;
  private final LongAdder failures = new LongAdder();
  private volatile @Nullable Outage outage;
  private volatile @Nullable SQLException lastFailure;
  private volatile boolean isClosed;
  private @Nullable Connection connection;

  /** The timeline of the last promotion after which all older connections were broken off. */
  private int promoted;

  private long lastLine = System.nanoTime() - BETWEEN_LINES.toNanos();

  /** The connections of the calls. */
  interface Pool {
    boolean isEmpty();

    /** Throws if there is no connection, and none can be opened. */
    void requireConnection() throws SQLException;

    /** Breaks off the calls in progress, and forgets their connections and all others. */
    void breakOff();
  }

  /** An open circuit. */
  private static final class Outage {
    final long since = System.nanoTime();
    final LongAdder refused = new LongAdder();
    final String reason;
    long reported = since;

    Outage(String reason) {
      this.reason = reason;
    }

    double seconds() {
      return (System.nanoTime() - since) / 1e9;
    }
  }

  CircuitBreaker(Database.Address address, Timeline timeline, Pool pool) {
    this.timeline = timeline;
    this.pool = pool;
    this.own = new Connections(address, timeline);
    own.setOptions(SessionSettings.ofTheBreaker());
    own.limitConnecting(SILENCE);
    own.setSocketTimeout((int) SILENCE.toSeconds());
    this.promoted = timeline.newest();
    this.thread = Thread.ofPlatform().daemon().name("circuit-breaker").start(this::run);
  }

  /**
   * Throws if the circuit is open.
   *
   * @throws SQLTransientConnectionException the failure that a call would have ended in
   */
  void require() throws SQLException {
    Outage now = outage;
    if (now != null) {
      now.refused.increment();
      throw new SQLTransientConnectionException("the database does not answer: " + now.reason);
    }
  }

  /** A call failed for lack of a connection, because it broke, or after all retries. */
  void failed(SQLException failure) {
    if (outage == null) {
      lastFailure = failure;
      failures.increment();
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!isClosed) {
      try {
        look();
      } catch (Throwable e) {
        // Also an error: without this thread an open circuit would stay open.
        LOG.log(ERROR, "Whether the database answers is not known; it will be asked again", e);
      }
      if (!isClosed) {
        LockSupport.parkNanos(this, INTERVAL.toNanos());
      }
    }
    own.breakOff();
  }

  private void look() {
    SQLException failure = failure();
    if (isClosed) {
      return;
    }
    if (failure == null) {
      answered();
    } else {
      unanswered(reason(failure));
    }
  }

  /** Null if the database can serve. */
  private @Nullable SQLException failure() {
    try {
      ask();
      if (timeline.newest() > promoted) {
        promoted = timeline.newest();
        pool.breakOff();
      }
      if (outage != null) {
        pool.requireConnection();
      }
      return pool.isEmpty() ? lastFailure : null;
    } catch (SQLException e) {
      return e;
    }
  }

  private void ask() throws SQLException {
    try {
      Connection open = connection;
      if (open == null || open.isClosed()) {
        open = own.getConnection();
        connection = open;
      }
      try (Statement statement = open.createStatement()) {
        statement.execute(ASK);
      }
    } catch (SQLException e) {
      own.breakOff();
      // A server that refuses a statement, or one more connection, answers.
      if (new DatabaseException(e).isLost()) {
        throw e;
      }
    }
  }

  /** The innermost message of a database or driver: the pool's tells nothing more. */
  private static String reason(SQLException failure) {
    String reason = String.valueOf(failure.getMessage());
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return "silent for " + SILENCE.toSeconds() + " s";
      }
      if (cause instanceof SQLException said) {
        reason = String.valueOf(said.getMessage());
      }
    }
    return reason;
  }

  private void answered() {
    Outage over = outage;
    if (over != null) {
      outage = null;
      LOG.log(
          INFO,
          "The database answers again, after {0} s; {1} calls were refused",
          String.format(Locale.ROOT, "%.1f", over.seconds()),
          over.refused);
    }
    SQLException last = lastFailure;
    if (last != null && System.nanoTime() - lastLine > BETWEEN_LINES.toNanos()) {
      lastFailure = null;
      lastLine = System.nanoTime();
      LOG.log(
          WARNING,
          "The database answers, but calls failed ({0}): {1}",
          failures.sumThenReset(),
          last.getMessage());
    }
  }

  private void unanswered(String reason) {
    Outage now = outage;
    if (now == null) {
      outage = new Outage(reason);
      failures.reset();
      lastFailure = null;
      LOG.log(
          WARNING, "The database does not answer ({0}); requests get 503 until it does", reason);
      pool.breakOff();
    } else if (System.nanoTime() - now.reported > BETWEEN_REPORTS.toNanos()) {
      now.reported = System.nanoTime();
      LOG.log(
          WARNING,
          "The database has not answered for {0} s ({1}); {2} calls were refused",
          Math.round(now.seconds()),
          reason,
          now.refused);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
    own.breakOff();
  }
}
