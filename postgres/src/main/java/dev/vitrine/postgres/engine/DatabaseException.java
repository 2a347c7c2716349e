package dev.vitrine.postgres.engine;

import dev.vitrine.refusal.StoreException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Set;
import org.postgresql.util.PSQLException;

/** The database failed: it is unreachable, or one of our statements is wrong. */
public final class DatabaseException extends StoreException {
  private static final long serialVersionUID = 1L;

  /** Operator intervention: the server ends the connection. */
  private static final String LAST_WORDS = "57P";

  private static final String DEADLOCK = "40P01";
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String IDLE_IN_TRANSACTION = "25P03";
  private static final String QUERY_CANCELED = "57014";
  private static final String DISK_FULL = "53100";

  private final SQLException cause;

  DatabaseException(SQLException cause) {
    super(Objects.requireNonNullElse(cause.getMessage(), cause.toString()), cause);
    this.cause = cause;
  }

  /** The same failure, thrown again on another thread. */
  DatabaseException(DatabaseException cause) {
    this(cause.cause);
  }

  SQLException reason() {
    return cause;
  }

  /**
   * Whether the server itself refused the statement, and so changed nothing. A failure of the
   * driver, or of a connection that is being terminated (class 57P), leaves the outcome open.
   */
  boolean isRefusal() {
    return cause instanceof PSQLException said
        && said.getServerErrorMessage() != null
        && !Objects.requireNonNull(said.getSQLState()).startsWith(LAST_WORDS);
  }

  /**
   * Whether the connection is {@linkplain #isLost lost}, others stood in the way for longer than
   * retries take, or the disk is full. The circuit breaker logs such failures.
   */
  @Override
  public boolean isUnavailable() {
    return isLost() || isPassing() || isDiskFull();
  }

  /** Whether the server had no space to carry the statement out; it changed nothing. */
  boolean isDiskFull() {
    return DISK_FULL.equals(cause.getSQLState());
  }

  /**
   * Whether there was no connection, or it broke (class 08), or the server ended it (class 57P: it
   * shuts down, starts up, or lost its postmaster).
   */
  boolean isLost() {
    String state = cause.getSQLState();
    return cause instanceof SQLTransientConnectionException
        || state == null // the pool's: the connection was closed meanwhile
        || state.startsWith("08")
        || state.startsWith(LAST_WORDS);
  }

  /** Whether the statement took longer than its {@code statement_timeout}. */
  public boolean isTimeout() {
    return QUERY_CANCELED.equals(cause.getSQLState());
  }

  /**
   * Whether the transaction was aborted because of others and can be retried: as a deadlock victim,
   * after the lock timeout, or after it was idle for too long while others may have waited for its
   * locks ({@link SessionSettings}).
   */
  boolean isPassing() {
    return Set.of(DEADLOCK, LOCK_NOT_AVAILABLE, IDLE_IN_TRANSACTION)
        .contains(Objects.requireNonNullElse(cause.getSQLState(), ""));
  }
}
