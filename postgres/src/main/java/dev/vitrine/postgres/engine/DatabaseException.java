package dev.vitrine.postgres.engine;

import dev.vitrine.refusal.StoreException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Set;
import org.postgresql.util.PSQLException;

/** The database could not execute a statement: it cannot be reached, or the statement is wrong. */
public final class DatabaseException extends StoreException {
  private static final long serialVersionUID = 1L;
  private static final String UNIQUE_VIOLATION = "23505";

  /** Operator intervention: the server ends the connection. */
  private static final String LAST_WORDS = "57P";

  private static final String DEADLOCK = "40P01";
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String IDLE_IN_TRANSACTION = "25P03";

  private final SQLException cause;

  DatabaseException(SQLException cause) {
    super(Objects.requireNonNullElse(cause.getMessage(), cause.toString()), cause);
    this.cause = cause;
  }

  /** The same failure, seen by somebody else. */
  DatabaseException(DatabaseException cause) {
    this(cause.cause);
  }

  /**
   * Whether the database itself said no, and so has done nothing. What the driver says, and the
   * last words of a connection (class 57P), leave that open.
   */
  boolean isRefusal() {
    return cause instanceof PSQLException said
        && said.getServerErrorMessage() != null
        && !Objects.requireNonNull(said.getSQLState()).startsWith(LAST_WORDS);
  }

  /**
   * Whether there was no connection, or it broke (class 08), or the server ended it (class 57P: it
   * shuts down, starts up, or lost its postmaster).
   */
  @Override
  public boolean isUnavailable() {
    String state = Objects.requireNonNullElse(cause.getSQLState(), "");
    return cause instanceof SQLTransientConnectionException
        || state.startsWith("08")
        || state.startsWith(LAST_WORDS);
  }

  /** Whether two rows would have had the same key. */
  boolean isDuplicate() {
    return UNIQUE_VIOLATION.equals(cause.getSQLState());
  }

  /**
   * Whether it has done nothing because of others, so that it may be done again: it was aborted as
   * a deadlock victim, it waited too long for a lock, or it was silent for too long in the middle
   * of its transaction, while others may have been waiting for its locks ({@link SessionSettings}).
   */
  boolean isPassing() {
    return Set.of(DEADLOCK, LOCK_NOT_AVAILABLE, IDLE_IN_TRANSACTION)
        .contains(Objects.requireNonNullElse(cause.getSQLState(), ""));
  }
}
