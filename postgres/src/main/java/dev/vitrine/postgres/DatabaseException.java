package dev.vitrine.postgres;

import java.sql.SQLException;

/** The database could not do what was asked: it is gone, or a statement of ours is wrong. */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String UNIQUE_VIOLATION = "23505";

  private static final String FOREIGN_KEY_VIOLATION = "23503";

  private final SQLException cause;

  DatabaseException(SQLException cause) {
    super(cause.getMessage(), cause);
    this.cause = cause;
  }

  /** Whether two rows would have had the same key. */
  boolean isDuplicate() {
    return UNIQUE_VIOLATION.equals(cause.getSQLState());
  }

  /** Whether what a row refers to is gone. */
  boolean isDangling() {
    return FOREIGN_KEY_VIOLATION.equals(cause.getSQLState());
  }
}
