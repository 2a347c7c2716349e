package dev.vitrine.postgres.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What migrations make of rows that an earlier version wrote. The fixture of conformance/upgrade.sh
 * is older than the history, so that nothing in it is told to members.
 */
@NullMarked
class UpgradeTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  /** Empty tables of the version that had this migration as its last. */
  private static void tablesOf(String version) {
    Database database = DATABASE.database();
    String schema =
        Objects.requireNonNull(
            database.first("select current_schema() as name", row -> row.getString("name")));
    DATABASE.execute("drop schema %1$s cascade; create schema %1$s".formatted(schema));
    Flyway.configure()
        .locations("classpath:dev/vitrine/postgres/migrations")
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
        .dataSource(database.sourceOfMigrations())
        .target(version)
        .load()
        .migrate();
  }

  /** Ann is a member until the image is deleted; Ben leaves before anything else happens. */
  @Test
  void membersAreToldOfWhatHappenedBeforeV25() {
    tablesOf("24");
    DATABASE.execute(
        """
        insert into image_event
          (image_id, member_id, from_status, to_status, change, previous, visibility, image_status, owner, actor, cause)
        select '6e0d4ab5-0d4b-4f3c-8b59-2f1f35f0c9f1'::uuid, member, before, after, change, previous, visibility, status, 'p', 'u', cause
        from (values
          (1, null, null, null, 'created', null, 'shared', 'queued', 'c1'),
          (2, 'ann', null, 'pending', null, null, null, null, 'c2'),
          (3, 'ben', null, 'pending', null, null, null, null, 'c3'),
          (4, 'ann', 'pending', 'accepted', null, null, null, null, 'c4'),
          (5, 'ben', 'pending', null, null, null, null, null, 'c5'),
          (6, null, null, null, 'activated', 'queued', 'shared', 'active', 'c6'),
          (7, null, null, null, 'deactivated', 'active', 'shared', 'deactivated', 'c7'),
          (8, null, null, null, 'reactivated', 'deactivated', 'shared', 'active', 'c8'),
          (9, null, null, null, 'visibility_changed', 'shared', 'private', 'active', 'c9'),
          (10, null, null, null, 'visibility_changed', 'private', 'shared', 'active', 'c10'),
          (11, 'ann', 'accepted', null, null, null, null, null, 'c11'),
          (12, null, null, null, 'deleted', 'shared', null, null, 'c11')
        ) event (place, member, before, after, change, previous, visibility, status, cause)
        order by place
        """);

    assertThat(new Schema().migrate(DATABASE.database())).isPositive();

    assertThat(
            DATABASE
                .database()
                .all(
                    """
                    select m.member_id || ' ' || e.change as told
                    from image_event_member m join image_event e using (image_id, event_id, at) order by event_id
                    """,
                    row -> row.getString("told")))
        .containsExactly(
            "ann deactivated",
            "ann reactivated",
            "ann visibility_changed",
            "ann visibility_changed",
            "ann deleted");
  }
}
