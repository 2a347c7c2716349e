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

  /** The clock that {@link #install} has put into the database. */
  public DatabaseClock(Database database) {
    this.database = database;
  }

  /** Puts a clock into the database that runs like PostgreSQL's until it is moved. */
  public static void install(Database database) {
    boolean _ =
        database.inTransaction(
            session -> {
              session.change(
                  """
              create schema vitrine_clock;
              create table vitrine_clock.moved (by interval not null);
              insert into vitrine_clock.moved values ('0');
              create function vitrine_clock.clock_timestamp() returns timestamptz language sql volatile
                as 'select pg_catalog.clock_timestamp() + (select by from vitrine_clock.moved)';
              create function vitrine_clock.now() returns timestamptz language sql volatile
                as 'select pg_catalog.now() + (select by from vitrine_clock.moved)'
              """);
              // A default names the function that it found when its table was created.
              List<String> defaults =
                  session.all(
                      """
                  select format('alter table %s alter column %I set default vitrine_clock.clock_timestamp()',
                    d.adrelid::regclass, c.attname)
                  from pg_attrdef d join pg_class t on t.oid = d.adrelid
                    join pg_attribute c on c.attrelid = d.adrelid and c.attnum = d.adnum
                  where t.relnamespace = current_schema()::regnamespace
                    and pg_get_expr(d.adbin, d.adrelid) like '%clock_timestamp()%'
                  """,
                      row -> row.getString(1));
              session.change(String.join(";\n", defaults));
              return true;
            });
  }

  /** Sets how far it is from PostgreSQL's; negative: behind it. */
  public void moveBy(Duration by) {
    database.change(
        "update vitrine_clock.moved set by = ? * interval '1 microsecond'", by.toNanos() / 1_000);
  }
}
