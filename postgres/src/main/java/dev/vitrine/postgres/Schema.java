package dev.vitrine.postgres;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** The tables, as this version wants them. Making one takes a while and needs no database. */
public final class Schema {
  private final FluentConfiguration flyway =
      Flyway.configure(Schema.class.getClassLoader())
          .locations("classpath:dev/vitrine/postgres/migrations")
          .baselineOnMigrate(false);

  /** Brings the database up to date; the number of migrations that took. */
  public int migrate(Database database) {
    return flyway.dataSource(database.source()).load().migrate().migrationsExecuted;
  }
}
