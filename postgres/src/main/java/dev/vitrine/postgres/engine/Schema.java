package dev.vitrine.postgres.engine;

import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** The tables that this version needs. The constructor takes a while and needs no database. */
public final class Schema {
  /** The oldest supported server, as a {@code server_version_num}. */
  private static final int OLDEST = 150_000;

  private final FluentConfiguration flyway =
      Flyway.configure(Schema.class.getClassLoader())
          .locations("classpath:dev/vitrine/postgres/migrations")
          .baselineOnMigrate(false)
          // Otherwise a transaction would be idle for the whole migration.
          .configuration(Map.of("flyway.postgresql.transactional.lock", "false"));

  /**
   * Migrates the database to this version; the number of migrations it ran.
   *
   * @throws IllegalStateException if the server is too old, or the tables are too new
   */
  public int migrate(Database database) {
    int version =
        Objects.requireNonNull(
            database.first(
                "select current_setting('server_version_num')::int", row -> row.getInt(1)));
    if (version < OLDEST) {
      throw new IllegalStateException(
          "it takes PostgreSQL 15 or newer, and this is " + version / 10_000);
    }
    Flyway loaded = flyway.dataSource(database.sourceOfMigrations()).load();
    requireKnown(loaded.info());
    return loaded.migrate().migrationsExecuted;
  }

  /** Flyway would accept tables that only a newer version knows. */
  private static void requireKnown(MigrationInfoService found) {
    MigrationInfo current = found.current();
    if (current != null && current.getState() == MigrationState.FUTURE_SUCCESS) {
      throw new IllegalStateException(
          "a newer Vitrine has used it (its tables have version %s, which this one does not know): start that one, or restore a backup from before"
              .formatted(current.getVersion()));
    }
  }

  /** The newest migration that the database has. */
  public static String version(Database database) {
    return Objects.requireNonNull(
        database.first(
            """
            select version from flyway_schema_history
            where success and version is not null order by installed_rank desc limit 1
            """,
            row -> row.getString(1)));
  }

  /**
   * Whether the database answers, and has this migration. A newer node may have added others. It is
   * read as requests read, so that it also tells whether they are answered.
   */
  public static boolean isMigrated(Database database, String version) {
    return database.firstInGroup(
            "select true from flyway_schema_history where success and version = ?::text",
            row -> true,
            version)
        != null;
  }
}
