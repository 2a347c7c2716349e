package dev.vitrine.postgres.engine;

import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import org.postgresql.util.PSQLException;

/** The database failed: it is unreachable, or one of our statements is wrong. */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String DEADLOCK = "40P01";
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String IDLE_IN_TRANSACTION = "25P03";

  private final SQLException cause;

  DatabaseException(SQLException cause) {
    super(cause.getMessage(), cause);
    this.cause = cause;
  }

  /** The same failure, thrown again on another thread. */
  DatabaseException(DatabaseException cause) {
    this(cause.cause);
  }

  /**
   * Whether the server itself refused the statement, and so changed nothing. A failure of the
   * driver, or of a connection that is being terminated (class 57P), leaves the outcome open.
   */
  boolean isRefusal() {
    return cause instanceof PSQLException said
        && said.getServerErrorMessage() != null
        && !Objects.requireNonNull(said.getSQLState()).startsWith("57P");
  }

  /** Whether a unique constraint was violated. */
  boolean isDuplicate() {
    return UNIQUE_VIOLATION.equals(cause.getSQLState());
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
