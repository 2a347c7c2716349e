package dev.vitrine.postgres.testdouble;

import dev.vitrine.postgres.engine.Database;
import java.time.Duration;
import java.util.List;

/**
 * Moves the clock of a database: statements that name {@code clock_timestamp()} or {@code now()}
 * find functions of ours before PostgreSQL's, because {@link #SEARCH_PATH} names this schema first.
 */
public final class DatabaseClock {
  private static final String SCHEMA = "vitrine_clock";

  /** The search path of all connections, as the driver's {@code currentSchema}. */
  public static final String SEARCH_PATH = "public," + SCHEMA + ",pg_catalog";

  private final Database database;

  private DatabaseClock(Database database) {
    this.database = database;
  }

  /** Puts a clock into the database that runs like PostgreSQL's until it is moved. */
  public static DatabaseClock in(Database database) {
    database.inTransaction(
        session -> {
          session.change("create schema " + SCHEMA);
          session.change("create table vitrine_clock.moved (by interval not null)");
          session.change("insert into vitrine_clock.moved values ('0')");
          for (String function : List.of("clock_timestamp", "now")) {
            session.change(
                """
                create function vitrine_clock.%1$s() returns timestamptz language sql volatile as
                  'select pg_catalog.%1$s() + (select by from vitrine_clock.moved)'
                """
                    .formatted(function));
          }
          // A default names the function that it found when its table was created.
          List<String> defaults =
              session.all(
                  """
                  select format('alter table %I alter column %I set default vitrine_clock.clock_timestamp()',
                    table_name, column_name)
                  from information_schema.columns
                  where table_schema = current_schema() and column_default like '%clock_timestamp()%'
                  """,
                  row -> row.getString(1));
          for (String change : defaults) {
            session.change(change);
          }
          return true;
        });
    return new DatabaseClock(database);
  }

  /** Sets how far it is from PostgreSQL's; negative: behind it. */
  public void moveBy(Duration by) {
    database.change(
        "update vitrine_clock.moved set by = ? * interval '1 microsecond'", by.toNanos() / 1_000);
  }
}
