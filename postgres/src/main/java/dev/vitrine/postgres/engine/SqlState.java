package dev.vitrine.postgres.engine;

/** The reasons for which PostgreSQL refuses a row (PostgreSQL: Error Codes, class 23). */
public final class SqlState {
  public static final String FOREIGN_KEY_VIOLATION = "23503";
  public static final String UNIQUE_VIOLATION = "23505";

  private SqlState() {}
}
