package dev.vitrine.postgres.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.login.EncryptedSecret;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.job.PostgresJobs;
import dev.vitrine.refusal.Refused;
import dev.vitrine.refusal.StoreException;
import dev.vitrine.tracing.Tracer;
import dev.vitrine.webhook.Delivery.Claimed;
import dev.vitrine.webhook.Delivery.Subject;
import dev.vitrine.webhook.DeliveryStore.Result;
import dev.vitrine.webhook.DeliveryStore.Room;
import dev.vitrine.webhook.Failure;
import dev.vitrine.webhook.Webhook;
import dev.vitrine.webhook.Webhook.Owner;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The queue of deliveries: nothing is lost, nothing is invented, and images keep their order. */
@NullMarked
class QueueTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final Result DELIVERED = new Result(200, null, null, false);
  private static final Result PARKED = new Result(500, Failure.STATUS, null, false);

  /** Of what is to fail for it: much less than {@link #refuseSlowly} sleeps. */
  private static final Duration SHORT = Duration.ofMillis(300);

  private static Database database;
  private static String alice;
  private static String bob;
  private static DomainId domain;
  private static PostgresDeliveries deliveries;

  @BeforeAll
  static void open() {
    database = DATABASE.database();
    Tenants tenants = Tenants.in(database);
    alice = Tenants.project(tenants.alice()).value();
    bob = Tenants.project(tenants.bob()).value();
    domain =
        Objects.requireNonNull(
            database.first(
                "select domain_id from project where project_id = ?",
                row -> new DomainId(row.getString(1)),
                alice));
    deliveries = deliveries(Duration.ofSeconds(20));
  }

  /**
   * @param longest that a batch of events may take
   */
  private static PostgresDeliveries deliveries(Duration longest) {
    return new PostgresDeliveries(
        database, new PostgresJobs(database, Tracer.NONE), Duration.ZERO, longest);
  }

  @BeforeEach
  void listen() {
    DATABASE.execute(
        """
        delete from webhook; delete from image_event;
        update webhook_queued set queued_at = '-infinity', queued_event = 0
        """);
    webhook("w");
  }

  private static void webhook(String id) {
    webhook(id, alice);
  }

  private static void webhook(String id, String project) {
    database.change(
        """
        insert into webhook (webhook_id, domain_id, project_id, url, description, created_by)
        select ?, domain_id, project_id, 'https://example.org', '', 'u' from project where project_id = ?
        """,
        id,
        project);
  }

  private static void event(UUID image) {
    event(image, alice);
  }

  private static void event(UUID image, String owner) {
    database.change(INSERT, image, owner);
  }

  private static final String INSERT =
      """
      insert into image_event (image_id, member_id, to_status, owner, actor, cause)
      values (?, 'm', 'pending', ?, 'a', 'c')
      """;

  private static void queue() {
    DATABASE.awaitOlderTransactions();
    queueSoFar();
  }

  /** Queues what is older than all transactions that are open. */
  private static void queueSoFar() {
    while (deliveries.queue()) {
      // Again: there is more.
    }
  }

  private static List<Claimed> claim(int most) {
    return deliveries.claim(new Room(most, most, most, List.of()));
  }

  private static long queued() {
    return Objects.requireNonNull(
        database.first("select count(*) from webhook_delivery", row -> row.getLong(1)));
  }

  /**
   * Its time is older than that of events that were committed, and could have been told, before.
   */
  @Test
  void anEventThatIsCommittedLateIsNotPassedOver() {
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            () ->
                database.inTransaction(
                    session -> {
                      session.change(INSERT, UUID.randomUUID(), alice);
                      session.first("select pg_sleep(1)", row -> true);
                      return true;
                    }));
    pause(300);
    event(UUID.randomUUID());
    queueSoFar();
    late.join();
    queue();

    assertThat(queued()).isEqualTo(2);
  }

  @Test
  void eachEventIsQueuedOnceForEachWebhookAndOfAnImageOnlyTheFirstIsDue() {
    webhook("other");
    UUID image = UUID.randomUUID();
    event(image);
    event(image);
    queue();
    event(image);
    queue();

    assertThat(queued()).isEqualTo(6);
    List<Claimed> due = claim(100);
    assertThat(due).extracting(Claimed::webhook).containsExactlyInAnyOrder("w", "other");
    assertThat(claim(100)).as("they are claimed").isEmpty();
    deliveries.end(due.getFirst(), DELIVERED);
    assertThat(claim(100))
        .singleElement()
        .satisfies(
            next -> {
              assertThat(next.webhook()).isEqualTo(due.getFirst().webhook());
              assertThat(next.number()).isGreaterThan(due.getFirst().number());
            });
  }

  /** Neither sees the other: who queues still sees it pending, and who ends finds none after it. */
  @Test
  void whatIsQueuedWhileTheOneBeforeItEndsGetsItsTurn() {
    UUID image = UUID.randomUUID();
    event(image);
    queue();
    Claimed first = claim(1).getFirst();
    event(image);
    pause(50);
    CompletableFuture<Void> ending =
        start(
            () ->
                database.inTransaction(
                    session -> {
                      deliveries.end(first, DELIVERED);
                      session.first("select pg_sleep(0.6)", row -> true);
                      return true;
                    }));
    pause(200);
    queueSoFar();
    ending.join();
    queue();

    assertThat(queued()).isEqualTo(2);
    assertThat(claim(1)).hasSize(1);
  }

  /** With its project, for example: no lock keeps a webhook from that. */
  @Test
  void aWebhookThatIsDeletedMeanwhileTakesNothingFromTheOthers() {
    webhook("other");
    event(UUID.randomUUID());
    pause(50);
    CompletableFuture<Void> deleting =
        start(
            () ->
                database.inTransaction(
                    session -> {
                      session.change("delete from webhook where webhook_id = 'other'");
                      session.first("select pg_sleep(0.6)", row -> true);
                      return true;
                    }));
    pause(200);
    queueSoFar();
    deleting.join();

    assertThat(claim(100)).extracting(Claimed::webhook).containsExactly("w");
  }

  /** Each is read alone in the end, so what was before it is told; it is not passed over. */
  @Test
  void anEventThatCannotBeQueuedIsTriedAgainAndHoldsBackOnlyWhatIsAfterIt() {
    UUID poison = UUID.randomUUID();
    List<UUID> images = List.of(UUID.randomUUID(), UUID.randomUUID(), poison, UUID.randomUUID());
    images.forEach(QueueTest::event);
    refuse(poison, "raise exception 'refused'");
    try {
      for (int i = 0; i < 20; i++) {
        try {
          deliveries.queue();
        } catch (StoreException e) {
          assertThat(e).hasMessageContaining("refused");
        }
      }
      assertThat(images()).isEqualTo(images.subList(0, 2));
    } finally {
      refuseNone();
    }
    queue();

    assertThat(images()).isEqualTo(images);
  }

  /** A delivery of this image cannot be queued. */
  private static void refuse(UUID image, String by) {
    DATABASE.execute(
        """
        create function refuse() returns trigger language plpgsql as
          $$ begin if new.of_image = '%s' then %s; end if; return new; end $$;
        create trigger refuse before insert on webhook_delivery for each row execute function refuse()
        """
            .formatted(image, by));
  }

  private static void refuseSlowly(UUID image) {
    refuse(image, "perform pg_sleep(3)");
  }

  private static void refuseNone() {
    DATABASE.execute("drop trigger refuse on webhook_delivery; drop function refuse()");
  }

  /** Whoever ends deliveries waits for it: so it is given up, and less is tried. */
  @Test
  void aBatchThatTakesTooLongIsGivenUpAndWhatIsBeforeItIsQueued() {
    UUID slow = UUID.randomUUID();
    List<UUID> images = List.of(UUID.randomUUID(), UUID.randomUUID(), slow, UUID.randomUUID());
    images.forEach(QueueTest::event);
    refuseSlowly(slow);
    try {
      PostgresDeliveries impatient = deliveries(SHORT);
      for (int i = 0; i < 40 && images().size() < 2; i++) {
        try {
          impatient.queue();
        } catch (StoreException e) {
          assertThat(e).hasMessageContaining("statement timeout");
        }
      }
      assertThat(images()).isEqualTo(images.subList(0, 2));
      Claimed first = claim(1).getFirst();
      deliveries.end(first, DELIVERED);
      assertThat(states()).containsExactlyInAnyOrder("delivered", "pending");
    } finally {
      refuseNone();
    }
    queue();

    assertThat(images()).isEqualTo(images);
  }

  /** All or nothing, and whoever ends deliveries does not wait for longer. */
  @Test
  void aReplayThatTakesTooLongQueuesNothing() throws SQLException {
    UUID slow = UUID.randomUUID();
    event(UUID.randomUUID());
    event(slow);
    queue();
    claim(2).forEach(one -> deliveries.end(one, DELIVERED));
    PostgresWebhooks impatient = new PostgresWebhooks(database, SHORT);
    Webhook webhook = impatient.list(new Owner(domain, new ProjectId(alice)), null, 1).getFirst();
    refuseSlowly(slow);
    try {
      assertThat(impatient.replay(webhook, Instant.EPOCH, null, 10)).isNull();
    } finally {
      refuseNone();
    }
    assertThat(queued()).isEqualTo(2);

    Database.Address at = DATABASE.address();
    try (Connection other = DriverManager.getConnection(at.jdbcUrl(), at.user(), at.password());
        Statement lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("lock table image_event in access exclusive mode");
      assertThat(impatient.replay(webhook, Instant.EPOCH, null, 10)).as("while it reads").isNull();
    }
    assertThat(impatient.replay(webhook, Instant.EPOCH, null, 10)).isEqualTo(2);
    assertThat(states()).containsExactly("delivered", "delivered", "pending", "pending");
  }

  /** Between a request's look at a webhook and its change. */
  @Test
  void whatIsDeletedMeanwhileIsRefused() {
    PostgresWebhooks webhooks = new PostgresWebhooks(database);
    Webhook webhook = webhooks.list(new Owner(domain, new ProjectId(alice)), null, 1).getFirst();
    DATABASE.execute(
        """
        insert into job (job_id, project_id, user_id, kind, members, atomic, request_hash, request_id, seen, ended_at)
        select 'ended', project_id, 'u', 'add', '{}', false, '', '', pg_current_snapshot(), clock_timestamp() from webhook;
        delete from webhook
        """);
    try {
      EncryptedSecret secret = new EncryptedSecret(0, new byte[] {1});
      assertThatExceptionOfType(Refused.class)
          .isThrownBy(() -> webhooks.replay(webhook, Instant.EPOCH, null, 10));
      assertThatExceptionOfType(Refused.class)
          .isThrownBy(() -> webhooks.replaceSecret(webhook.id(), "s", secret, SHORT));
      Webhook ofDeleted =
          new Webhook(
              "new",
              new Owner(domain, new ProjectId("deleted")),
              webhook.url(),
              webhook.kinds(),
              "",
              true,
              Instant.EPOCH,
              webhook.createdBy());
      assertThatExceptionOfType(Refused.class)
          .isThrownBy(() -> webhooks.add(ofDeleted, "s", secret, 20));
    } finally {
      DATABASE.execute("delete from job where job_id = 'ended'");
    }
  }

  private static List<UUID> images() {
    return database.all(
        "select of_image from webhook_delivery order by delivery_id",
        row -> row.getObject("of_image", UUID.class));
  }

  /** What happens then has an older time than what was read. */
  @Test
  void afterTheClockIsSetBackNothingIsLost() {
    DATABASE.execute("update webhook_queued set queued_at = clock_timestamp() + interval '1 hour'");
    event(UUID.randomUUID());
    queue();
    event(UUID.randomUUID());
    queue();

    assertThat(queued()).isEqualTo(2);
  }

  @Test
  void whatHappenedBeforeAWebhookIsNotTold() {
    event(UUID.randomUUID());
    DATABASE.execute("update webhook set hears_from = clock_timestamp()");
    event(UUID.randomUUID());
    queue();

    assertThat(queued()).isEqualTo(1);
  }

  /** A delivery is left to a node for its lease; what that node says later does not count. */
  @Test
  void aKilledNodesDeliveryIsMadeByAnother() {
    event(UUID.randomUUID());
    queue();
    Claimed first = claim(1).getFirst();
    assertThat(claim(1)).isEmpty();
    DATABASE.execute("update webhook_delivery set next_at = next_at - interval '1 minute'");
    Claimed second = claim(1).getFirst();

    assertThat(second.number()).isEqualTo(first.number());
    assertThat(List.of(first.attempt(), second.attempt())).containsExactly(1, 2);
    deliveries.end(first, PARKED);
    assertThat(states()).containsExactly("pending");
    deliveries.end(second, DELIVERED);
    assertThat(states()).containsExactly("delivered");
  }

  private static List<String> states() {
    return database.all(
        "select state from webhook_delivery order by delivery_id", row -> row.getString(1));
  }

  /** {@code DeliveryStore.Room}: nobody takes all. */
  @Test
  void aWebhookAndAnAccountHaveTheirShare() {
    webhook("other");
    for (int i = 0; i < 10; i++) {
      event(UUID.randomUUID());
    }
    queue();
    List<Claimed> first = deliveries.claim(new Room(64, 4, 6, List.of()));
    List<Claimed> more = deliveries.claim(new Room(64, 4, 8, first));

    assertThat(first).hasSize(6);
    assertThat(more).as("the account has eight in all").hasSize(2);
    assertThat(deliveries.claim(new Room(64, 4, 8, both(first, more)))).isEmpty();
    assertThat(deliveries.claim(new Room(3, 100, 100, List.of()))).hasSize(3);
  }

  /** {@code PostgresDeliveries.CLAIM}: whoever has much that is due waits behind who has little. */
  @Test
  void anAccountWithMuchDoesNotHoldBackAnother() {
    webhook("bob's", bob);
    for (int i = 0; i < 10; i++) {
      event(UUID.randomUUID());
    }
    queue();
    event(UUID.randomUUID(), bob);
    queue();
    List<Claimed> first = deliveries.claim(new Room(2, 16, 16, List.of()));

    assertThat(first).extracting(Claimed::webhook).containsExactlyInAnyOrder("w", "bob's");
    event(UUID.randomUUID(), bob);
    queue();
    List<Claimed> busy = first.stream().filter(one -> one.webhook().equals("w")).toList();
    assertThat(deliveries.claim(new Room(1, 16, 16, busy)))
        .as("what is in progress counts")
        .extracting(Claimed::webhook)
        .containsExactly("bob's");
  }

  /** {@code DeliveryStore.Room#beside}: seven accounts whose receivers never answer. */
  @Test
  void anAccountWithNothingInProgressFindsRoom() {
    for (int account = 0; account < 7; account++) {
      String name = "account-" + account;
      for (String table : List.of("domain", "project")) {
        database.change(
            """
            insert into %1$s
            select (jsonb_populate_record(t, jsonb_build_object('domain_id', ?, 'project_id', ?, 'name', ?))).*
            from %1$s t where domain_id = ? limit 1
            """
                .formatted(table),
            name,
            name,
            name,
            domain.value());
      }
      for (int i = 0; i < 5; i++) {
        String webhook = name + "-" + i;
        webhook(webhook, name);
        due(webhook, 10, "now()");
      }
    }
    List<Claimed> busy = new ArrayList<>();
    List<Claimed> claimed;
    do {
      claimed = deliveries.claim(Room.beside(busy));
      busy.addAll(claimed);
    } while (!claimed.isEmpty());
    due("w", 10, "now()");

    assertThat(busy).as("of 64 at most").hasSizeBetween(50, 63);
    assertThat(deliveries.claim(Room.beside(busy)))
        .isNotEmpty()
        .extracting(Claimed::webhook)
        .containsOnly("w");
  }

  /** Also if it has all of the oldest that are due, and more than are looked at. */
  @Test
  void norDoesAnAccountWithVeryMuch() {
    webhook("bob's", bob);
    due("w", 1_500, "now() - interval '1 hour'");
    due("bob's", 1, "now()");

    assertThat(claim(2)).extracting(Claimed::webhook).containsExactlyInAnyOrder("w", "bob's");
  }

  /** Each second: webhooks that have nothing to tell, or wait for another attempt, cost nothing. */
  @Test
  void onlyWhatIsDueIsRead() {
    database.change(
        """
        insert into webhook (webhook_id, domain_id, project_id, url, description, created_by)
        select 'idle-' || i, domain_id, project_id, 'https://example.org', '', 'u'
        from project, generate_series(1, 20000) i where project_id = ?
        """,
        alice);
    DATABASE.execute(
        """
        insert into webhook_delivery (webhook_id, kind, at, of_job, next_at)
        select webhook_id, 'job.ended', now(), 'j', now() + interval '1 hour'
        from webhook where webhook_id like 'idle-%'
        """);
    due("w", 1, "now()");
    DATABASE.execute("analyze webhook, webhook_delivery");

    assertThat(
            rowsRead(
                PostgresDeliveries.CLAIM, new String[] {"w"}, new String[] {"d"}, 4, 16, 64, 60.0))
        .isBetween(1L, 50L);
    assertThat(rowsRead(PostgresDeliveries.CURSOR)).isBetween(1L, 50L);
  }

  private static void due(String webhook, int count, String since) {
    database.change(
        """
        insert into webhook_delivery (webhook_id, kind, at, of_job, next_at)
        select ?, 'job.ended', now(), 'j', %s from generate_series(1, ?)
        """
            .formatted(since),
        webhook,
        count);
  }

  /** By all steps of the plan, those included that a step reads and leaves out. */
  private static long rowsRead(String sql, Object... values) {
    Pattern rows = Pattern.compile("actual rows=([\\d.]+) loops=(\\d+)|Rows Removed by .*: (\\d+)");
    double sum = 0;
    for (String line :
        database.all("explain (analyze, timing off) " + sql, row -> row.getString(1), values)) {
      for (Matcher found = rows.matcher(line); found.find(); ) {
        sum +=
            found.group(3) == null
                ? Double.parseDouble(found.group(1)) * Long.parseLong(found.group(2))
                : Long.parseLong(found.group(3));
      }
    }
    return Math.round(sum);
  }

  /** A newer version may know more kinds, and share this database during an upgrade. */
  @Test
  void whatOnlyANewerVersionKnowsIsLeftToIt() {
    event(UUID.randomUUID());
    event(UUID.randomUUID());
    queue();
    DATABASE.execute(
        """
        update webhook_delivery set kind = 'offer.renamed'
        where delivery_id = (select min(delivery_id) from webhook_delivery)
        """);

    assertThat(claim(100)).hasSize(1);
    assertThat(claim(100)).isEmpty();
  }

  private static List<Claimed> both(List<Claimed> one, List<Claimed> other) {
    List<Claimed> both = new ArrayList<>(one);
    both.addAll(other);
    return both;
  }

  /**
   * Changes, nodes that queue and nodes that deliver, all at once: each event is delivered once,
   * those of an image in their order, never two of it at a time, and none waits for ever.
   */
  @Test
  void ofManyThatQueueAndEndAtOnceNoneIsLeftWithoutATurn() {
    List<UUID> images = IntStream.range(0, 8).mapToObj(i -> UUID.randomUUID()).toList();
    Map<UUID, ConcurrentLinkedQueue<Long>> delivered = new HashMap<>();
    images.forEach(image -> delivered.put(image, new ConcurrentLinkedQueue<>()));
    Set<UUID> inProgress = ConcurrentHashMap.newKeySet();
    AtomicBoolean isOver = new AtomicBoolean();
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      threads.add(
          start(
              () -> {
                for (int n = 0; n < 200; n++) {
                  event(images.get(ThreadLocalRandom.current().nextInt(images.size())));
                }
              }));
    }
    CompletableFuture<Void> changes =
        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new));
    List<CompletableFuture<Void>> nodes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      nodes.add(
          start(
              () -> {
                while (!isOver.get()) {
                  queue();
                }
              }));
    }
    for (int i = 0; i < 3; i++) {
      nodes.add(
          start(
              () -> {
                while (!isOver.get()) {
                  for (Claimed one : claim(3)) {
                    Subject.OfImage of = (Subject.OfImage) one.subject();
                    assertThat(inProgress.add(of.image().value())).as("one at a time").isTrue();
                    Objects.requireNonNull(delivered.get(of.image().value())).add(of.event());
                    inProgress.remove(of.image().value());
                    deliveries.end(
                        one, ThreadLocalRandom.current().nextInt(4) == 0 ? PARKED : DELIVERED);
                  }
                }
              }));
    }
    changes.join();
    for (int i = 0; i < 200 && count(delivered) < 400; i++) {
      pause(100);
    }
    isOver.set(true);
    nodes.forEach(CompletableFuture::join);

    assertThat(count(delivered)).isEqualTo(400);
    delivered.forEach(
        (image, events) ->
            assertThat(List.copyOf(events))
                .isEqualTo(
                    database.all(
                        "select event_id from image_event where image_id = ? order by at, event_id",
                        row -> row.getLong(1),
                        image)));
    assertThat(new HashSet<>(states())).containsExactlyInAnyOrder("delivered", "parked");
  }

  /** On a thread of its own: the pool of the machine may have one only. */
  private static CompletableFuture<Void> start(Runnable work) {
    return CompletableFuture.runAsync(work, task -> Thread.ofVirtual().start(task));
  }

  private static int count(Map<UUID, ConcurrentLinkedQueue<Long>> delivered) {
    return delivered.values().stream().mapToInt(ConcurrentLinkedQueue::size).sum();
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }

  @Test
  void whatEndedLongAgoIsRemoved() {
    event(UUID.randomUUID());
    event(UUID.randomUUID());
    queue();
    deliveries.end(claim(1).getFirst(), DELIVERED);
    deliveries.sweep(Duration.ofDays(30));
    assertThat(queued()).isEqualTo(2);
    DATABASE.execute("update webhook_delivery set ended_at = ended_at - interval '31 days'");
    deliveries.sweep(Duration.ofDays(30));

    assertThat(states()).as("what is pending stays").containsExactly("pending");
    assertThat(deliveries.queued().pending()).isEqualTo(1);
  }
}
