package dev.vitrine.postgres.testdouble;

import dev.vitrine.postgres.engine.Database;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * A copy of all tables in a schema beside them, and the way back to it. Ids, passwords and tokens
 * of the copied state hold after it as before.
 */
public final class Snapshot {
  private static final String SCHEMA = "vitrine_snapshot";

  /** More than the changes of rights between two restores. */
  private static final long VERSIONS = 1L << 32;

  private final Database database;

  /** The columns of each table that are written, separated by commas. */
  private final Map<String, String> columns;

  private final AtomicLong restored = new AtomicLong();

  private Snapshot(Database database, Map<String, String> columns) {
    this.database = database;
    this.columns = columns;
  }

  /** Copies the tables as they are. */
  public static Snapshot of(Database database) {
    return database.inTransaction(
        session -> {
          Map<String, String> columns = columns(session);
          session.change("create schema " + SCHEMA);
          for (Map.Entry<String, String> table : columns.entrySet()) {
            session.change(
                "create table %s.%s as select %s from %s"
                    .formatted(SCHEMA, table.getKey(), table.getValue(), table.getKey()));
          }
          for (String change : deferrable(session)) {
            session.change(change);
          }
          return new Snapshot(database, columns);
        });
  }

  private static Map<String, String> columns(Database.Session session) throws SQLException {
    List<Map.Entry<String, String>> all =
        session.all(
            """
            select c.table_name, string_agg(c.column_name, ', ' order by c.ordinal_position)
            from information_schema.columns c join information_schema.tables t
              on t.table_schema = c.table_schema and t.table_name = c.table_name
            where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
              and c.is_generated = 'NEVER' and c.table_name <> 'flyway_schema_history'
            group by c.table_name
            """,
            row -> Map.entry(row.getString(1), row.getString(2)));
    return all.stream()
        .collect(
            Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
  }

  /** Lets tables that refer to each other be filled in any order. */
  private static List<String> deferrable(Database.Session session) throws SQLException {
    return session.all(
        """
        select format('alter table %s alter constraint %I deferrable', conrelid::regclass, conname)
        from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace
        """,
        row -> row.getString(1));
  }

  /**
   * Makes the tables what they were. Authorization versions go on growing: what is cached about a
   * caller must not be taken for current.
   */
  public void restore() {
    long versions = restored.incrementAndGet() * VERSIONS;
    database.inTransaction(
        session -> {
          session.change("truncate " + String.join(", ", columns.keySet()));
          session.change("set constraints all deferred");
          for (Map.Entry<String, String> table : columns.entrySet()) {
            session.change(
                "insert into %1$s (%2$s) overriding system value select %2$s from %3$s.%1$s"
                    .formatted(table.getKey(), table.getValue(), SCHEMA));
          }
          session.change(
              "update domain set authorization_version = authorization_version + ?", versions);
          return true;
        });
  }
}
