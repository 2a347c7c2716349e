package dev.vitrine.postgres.testdouble;

import dev.vitrine.postgres.engine.Database;
import java.sql.SQLException;
import java.util.ArrayList;
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

  /** Makes the tables of the copy, and lets the others be filled in any order. */
  public static void prepare(Database database) {
    boolean _ =
        database.inTransaction(
            session -> {
              List<String> changes = new ArrayList<>();
              changes.add("create schema " + SCHEMA);
              columns(session)
                  .forEach(
                      (table, names) ->
                          changes.add(
                              "create unlogged table %s.%s as select %s from %s with no data"
                                  .formatted(SCHEMA, table, names, table)));
              changes.addAll(deferrable(session));
              session.change(String.join(";\n", changes)); // sent at once
              return true;
            });
  }

  /** Copies what is in the tables, in a database that is prepared. */
  public static Snapshot of(Database database) {
    return database.inTransaction(
        session -> {
          Map<String, String> columns = columns(session);
          List<String> copies = new ArrayList<>();
          columns.forEach(
              (table, names) ->
                  copies.add(
                      "insert into %1$s.%2$s (%3$s) select %3$s from %2$s"
                          .formatted(SCHEMA, table, names)));
          session.change(String.join(";\n", copies)); // sent at once
          return new Snapshot(database, columns);
        });
  }

  private static Map<String, String> columns(Database.Session session) throws SQLException {
    List<Map.Entry<String, String>> all =
        session.all(
            """
            select t.relname, string_agg(c.attname, ', ' order by c.attnum)
            from pg_class t join pg_attribute c on c.attrelid = t.oid
            where t.relnamespace = current_schema()::regnamespace and t.relkind = 'r'
              and t.relname <> 'flyway_schema_history'
              and c.attnum > 0 and not c.attisdropped and c.attgenerated = ''
            group by t.relname
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
