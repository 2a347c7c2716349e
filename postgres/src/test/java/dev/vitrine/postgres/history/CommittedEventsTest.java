package dev.vitrine.postgres.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.history.AnchorKey;
import dev.vitrine.login.Keys;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.job.PostgresJobs;
import dev.vitrine.postgres.webhook.PostgresDeliveries;
import dev.vitrine.tracing.Tracer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** For which transactions the readers of events wait. */
@NullMarked
class CommittedEventsTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final AnchorKey KEY = AnchorKey.of(Keys.random());

  private static Database database;
  private static String alice;

  @BeforeAll
  static void open() {
    database = DATABASE.database();
    alice = Tenants.project(Tenants.in(database).alice()).value();
  }

  @BeforeEach
  void begin() {
    DATABASE.execute("delete from webhook");
    event();
    DATABASE.awaitOlderTransactions();
    seal();
    assertThat(unsealed()).isZero();
  }

  private static void event() {
    database.change(
        """
        insert into image_event (image_id, member_id, to_status, owner, actor, cause)
        values (gen_random_uuid(), 'm', 'pending', ?, 'a', 'c')
        """,
        alice);
  }

  private static void seal() {
    Seals seals = new Seals(database, KEY, Duration.ZERO);
    while (seals.next()) {
      // Again: there is more.
    }
  }

  private static long unsealed() {
    return count(
        """
        select count(*) from image_event e where not exists (
          select from image_seal s where s.image_id = e.image_id and s.event_id = e.event_id)
        """);
  }

  private static long count(String sql) {
    return Objects.requireNonNull(database.first(sql, row -> row.getLong(1)));
  }

  /** It may last for minutes, and writes no event. */
  @Test
  void anAuditThatRunsHoldsBackNeitherSealsNorWebhooks() {
    database.change(
        """
        insert into webhook (webhook_id, domain_id, project_id, url, description, created_by)
        select 'w', domain_id, project_id, 'https://example.org', '', 'u' from project where project_id = ?
        """,
        alice);
    AtomicBoolean isBegun = new AtomicBoolean();
    Audit audit =
        new Audit(
            KEY,
            List.of(),
            finding -> {},
            read -> {
              if (!isBegun.getAndSet(true)) {
                aside(CommittedEventsTest::eventIsSealedAndQueued);
              }
            });

    assertThat(audit.verify(database).findings()).isZero();
    assertThat(isBegun).as("it has read something").isTrue();
  }

  /** On another thread, so that it is no part of the transaction. */
  private static void aside(Runnable work) {
    CompletableFuture.runAsync(work, task -> Thread.ofVirtual().start(task)).join();
  }

  private static void eventIsSealedAndQueued() {
    PostgresDeliveries deliveries =
        new PostgresDeliveries(database, new PostgresJobs(database, Tracer.NONE));
    event();
    DATABASE.awaitOlderTransactions();
    seal();
    assertThat(unsealed()).isZero();
    // It is queued when it is old enough.
    for (int i = 0; i < 50 && count("select count(*) from webhook_delivery") == 0; i++) {
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      deliveries.queue();
    }
    assertThat(count("select count(*) from webhook_delivery")).isEqualTo(1);
  }

  /** It may have written an event already that nobody else sees yet. */
  @Test
  void anyOtherTransactionIsWaitedFor() throws SQLException {
    Database.Address at = DATABASE.address();
    try (Connection other = DriverManager.getConnection(at.jdbcUrl(), at.user(), at.password());
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select 1");
      event();
      seal();
      assertThat(unsealed()).isEqualTo(1);
      other.commit();
      DATABASE.awaitOlderTransactions();
      seal();
      assertThat(unsealed()).isZero();
    }
  }

  /** Its connection is used again, for transactions that write. */
  @Test
  void anAuditThatHasEndedLeavesNothingBehind() {
    try (Database one = Database.open(DATABASE.address(), 1)) {
      new Audit(KEY, List.of(), finding -> {}, events -> {}).verify(one);

      assertThat(
              count(
                  """
                  select count(*) from pg_stat_activity
                  where application_name = 'vitrine reads the history' and datname = current_database()
                  """))
          .isZero();
    }
  }
}
