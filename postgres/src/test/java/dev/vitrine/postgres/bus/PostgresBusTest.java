package dev.vitrine.postgres.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.vitrine.bus.BusStore.Batch;
import dev.vitrine.bus.Notification;
import dev.vitrine.history.Event;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.sharing.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The position of the message bus: nothing is passed over, and one node moves it at a time. */
@NullMarked
class PostgresBusTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static Database database;
  private static Tenants tenants;
  private static String alice;
  private static PostgresBus bus;

  @BeforeAll
  static void open() {
    database = DATABASE.database();
    tenants = Tenants.in(database);
    alice = Tenants.project(tenants.alice()).value();
    bus = new PostgresBus(database, Duration.ZERO);
  }

  @BeforeEach
  void begin() {
    DATABASE.execute("delete from bus_position; delete from image_event; delete from image");
    bus.begin();
  }

  private static final String OFFERED =
      """
      insert into image_event (image_id, member_id, to_status, owner, actor, cause)
      values (?, 'm', 'pending', ?, 'a', 'c')
      """;

  private static UUID offered() {
    UUID image = UUID.randomUUID();
    database.change(OFFERED, image, alice);
    return image;
  }

  private static Batch next(int limit) {
    return Objects.requireNonNull(bus.next(limit));
  }

  private static List<UUID> images(Batch batch) {
    return batch.notifications().stream().map(one -> one.event().image().value()).toList();
  }

  /** Publishes what there is. */
  private static List<UUID> published() {
    DATABASE.awaitOlderTransactions();
    return publishedSoFar();
  }

  /** Publishes what is older than all transactions that are open. */
  private static List<UUID> publishedSoFar() {
    List<UUID> all = new ArrayList<>();
    for (Batch batch = bus.next(10); batch != null; batch = bus.next(10)) {
      assertThat(bus.claim(batch)).isTrue();
      bus.published(batch);
      all.addAll(images(batch));
    }
    return all;
  }

  @Test
  void eventsComeOnceInTheirOrder() {
    List<UUID> made = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      made.add(offered());
    }

    assertThat(published()).isEqualTo(made);
    assertThat(bus.next(10)).isNull();
    assertThat(published()).isEqualTo(List.of());
  }

  @Test
  void whatHappenedBeforeItBeganIsNotPublishedAndASecondStartChangesNothing() {
    DATABASE.execute("delete from bus_position");
    offered();
    bus.begin();
    UUID after = offered();
    bus.begin();

    assertThat(published()).containsExactly(after);
  }

  /**
   * Its time is older than that of events that were committed, and could have been sent, before.
   */
  @Test
  void anEventThatIsCommittedLateIsNotPassedOver() {
    UUID late = UUID.randomUUID();
    CompletableFuture<Void> slow =
        CompletableFuture.runAsync(
            () ->
                database.inTransaction(
                    session -> {
                      session.change(OFFERED, late, alice);
                      session.first("select pg_sleep(1)", row -> true);
                      return true;
                    }));
    LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
    UUID quick = offered();
    List<UUID> all = publishedSoFar();
    slow.join();
    all.addAll(published());

    assertThat(all).containsExactly(late, quick);
  }

  @Test
  void onlyOneNodeClaimsABatchAndWhoHasLostItsClaimMovesNothing() {
    UUID first = offered();
    Batch slow = next(10);
    Batch same = next(10);
    assertThat(bus.claim(slow)).isTrue();
    assertThat(bus.claim(same)).isFalse();
    assertThat(bus.next(10)).as("while it is claimed").isNull();
    DATABASE.execute("update bus_position set claimed_until = clock_timestamp()");

    Batch other = next(10);
    UUID second = offered();
    assertThat(bus.claim(other)).isTrue();
    bus.published(slow);
    assertThat(bus.next(10)).as("the claim of the other node").isNull();
    bus.release(slow);
    assertThat(bus.next(10)).as("the claim of the other node").isNull();
    bus.published(other);
    bus.published(slow);

    assertThat(images(other)).containsExactly(first);
    assertThat(published()).containsExactly(second);
  }

  @Test
  void whatIsReleasedIsPublishedByWhoeverComesNext() {
    UUID image = offered();
    Batch batch = next(10);
    assertThat(bus.claim(batch)).isTrue();
    bus.release(batch);

    assertThat(published()).containsExactly(image);
  }

  @Test
  void afterTheClockIsSetBackNothingIsLost() {
    DATABASE.execute(
        "update bus_position set published_at = clock_timestamp() + interval '1 hour'");
    UUID first = offered();
    List<UUID> all = published();
    UUID second = offered();
    all.addAll(published());

    assertThat(all).containsExactly(first, second);
  }

  /** While it is upgraded: a node of the newer version publishes it. */
  @Test
  void anEventThatOnlyANewerVersionKnowsIsLeftToIt() {
    UUID before = offered();
    database.change(
        """
        insert into image_event (image_id, change, owner, visibility, image_status, actor, cause)
        values (?, 'painted', ?, 'shared', 'queued', 'a', 'c')
        """,
        UUID.randomUUID(),
        alice);
    UUID after = offered();

    assertThat(published()).containsExactly(before);
    assertThat(bus.behind()).isPositive();
    DATABASE.execute("update image_event set change = 'updated' where change = 'painted'");
    assertThat(published()).hasSize(2).endsWith(after);
  }

  @Test
  void theOldestEventThatIsNotPublishedHasAnAge() {
    assertThat(bus.behind()).isZero();
    offered();
    DATABASE.execute("update image_event set at = at - interval '90 seconds'");
    DATABASE.execute("update bus_position set published_at = '-infinity'");
    offered();

    assertThat(bus.behind()).isBetween(90.0, 120.0);
    published();
    assertThat(bus.behind()).isZero();
  }

  @Test
  void aNotificationHasTheStateAfterTheEventAndTheImageOfNow() {
    UUID image = UUID.randomUUID();
    database.change(
        """
        insert into image (image_id, owner, name, status, visibility, protected, hidden, min_disk, min_ram)
        values (?, ?, 'now', 'active', 'private', false, false, 0, 0)
        """,
        image,
        alice);
    database.change(
        """
        insert into image_event (image_id, change, owner, visibility, image_status, actor, cause)
        values (?, 'created', ?, 'shared', 'queued', 'a', 'c')
        """,
        image,
        alice);
    offered();

    List<Notification> notifications = next(10).notifications();
    Notification made = notifications.getFirst();
    assertThat(made.event().kind()).isEqualTo(Event.Kind.CREATED);
    assertThat(made.visibility()).isEqualTo(Visibility.SHARED);
    assertThat(made.status()).isEqualTo(ImageStatus.QUEUED);
    assertThat(Objects.requireNonNull(made.image()).name()).isEqualTo("now");
    assertThat(notifications.getLast().image()).as("of an image that is gone").isNull();
    assertThat(notifications.getLast().status()).isNull();
  }

  @Test
  void theDeletionOfAnImageHasItsNameSizeAndAge() {
    PostgresImages images = new PostgresImages(database);
    ImageId image = ImageId.next();
    tenants.insert(images, Tenants.queued(image, new ProjectId(alice)));
    database.change(
        "update image set name = 'last', size = 5, created_at = '2026-01-01T00:00:00Z' where image_id = ?",
        image.value());
    images.delete(
        tenants.alice(),
        image,
        new Cause("delete", null),
        found -> Objects.requireNonNull(found.image()));
    DATABASE.awaitOlderTransactions();

    var last = new Notification.Deleted("last", 5L, Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(next(10).notifications())
        .extracting(one -> one.event().kind(), Notification::deleted)
        .containsExactly(tuple(Event.Kind.CREATED, last), tuple(Event.Kind.DELETED, last));
  }
}
