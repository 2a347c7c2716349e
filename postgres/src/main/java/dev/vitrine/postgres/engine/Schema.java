package dev.vitrine.postgres.engine;

import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;
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
   * @throws IllegalStateException if the server is too old
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
    return flyway.dataSource(database.sourceOfMigrations()).load().migrate().migrationsExecuted;
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
