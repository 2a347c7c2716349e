package dev.vitrine.postgres.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.directory.User;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageStore.Edited;
import dev.vitrine.postgres.directory.PostgresUsers;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.login.PostgresLogins;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.Visibility;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node that stops in the middle of its transactions, as a process under SIGSTOP does: another
 * pool, whose transactions say nothing more until they are let go on. No withdrawal waits for it.
 */
@NullMarked
class FrozenNodeTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  /** Two seconds are promised; as much again for a machine that is busy with other tests. */
  private static final Duration AT_MOST = Duration.ofSeconds(4);

  private static final Duration AT_LEISURE = Duration.ofSeconds(60);

  private static final Rules RULES =
      new Rules(Consent.GLANCE, 128, 10, false, false, NativeApi.GLANCE);

  private static Database database;
  private static Database frozen;
  private static Tenants tenants;
  private static ExecutorService threads;

  @BeforeAll
  static void open() {
    database = DATABASE.database();
    frozen = Database.open(DATABASE.address(), 12);
    tenants = Tenants.in(database);
    threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
  }

  @AfterAll
  static void close() {
    threads.shutdownNow();
    frozen.close();
  }

  /** What the frozen node was doing, and how often it has begun. */
  private static final class Freeze implements AutoCloseable {
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final List<Future<Boolean>> works = new ArrayList<>();

    /** That many transactions that lock, one after the other. */
    static Freeze of(int transactions, String lock, Object value) throws InterruptedException {
      Freeze freeze = new Freeze();
      CountDownLatch first = new CountDownLatch(1);
      for (int i = 0; i < transactions; i++) {
        AtomicInteger tries = new AtomicInteger();
        freeze.works.add(
            threads.submit(
                () ->
                    frozen.inTransaction(
                        session -> {
                          if (tries.getAndIncrement() > 0) {
                            // A frozen node learns of its losses only when it goes on.
                            await(freeze.over);
                          }
                          session.first(lock, row -> true, value);
                          freeze.begun.incrementAndGet();
                          first.countDown();
                          await(freeze.over);
                          session.first("select 1", row -> true);
                          return true;
                        })));
      }
      first.await();
      return freeze;
    }

    /** It goes on, and what it has lost meanwhile it does again. */
    @Override
    public void close() {
      over.countDown();
      assertThat(works).allSatisfy(work -> assertThat(work).succeedsWithin(AT_LEISURE));
      assertThat(begun.get()).isGreaterThan(works.size());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertDone(Runnable withdrawal) {
    assertThat(threads.submit(withdrawal)).succeedsWithin(AT_MOST);
  }

  private static final String DOMAIN = "select 1 from domain where domain_id = ? for no key update";
  private static final String IMAGE = "select 1 from image where image_id = ? for no key update";
  private static final String MEMBERS =
      "select 1 from image_member where image_id = ? for no key update";

  private static User user(Caller caller) {
    return Objects.requireNonNull(new PostgresUsers(database).find(caller.user()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aTokenIsRevoked(int transactions) throws Exception {
    DomainId domain = user(tenants.alice()).domain();
    try (Freeze _ = Freeze.of(transactions, DOMAIN, domain.value())) {
      assertDone(() -> new PostgresLogins(database).revoke(tenants.alice()));
    }
  }

  @Test
  void aUserIsDisabled() throws Exception {
    User bob = user(tenants.bob());
    PostgresUsers users = new PostgresUsers(database);
    try (Freeze _ = Freeze.of(1, DOMAIN, bob.domain().value())) {
      assertDone(
          () ->
              users.update(
                  bob.id(),
                  old -> new User(old.id(), old.domain(), old.name(), null, null, false, null),
                  null));
    }
    assertThat(user(tenants.bob()).enabled()).isFalse();
    users.update(bob.id(), old -> bob, null);
  }

  @Test
  void anImageIsMadePrivate() throws Exception {
    ImageId id = image();
    try (Freeze _ = Freeze.of(1, IMAGE, id.value())) {
      assertDone(
          () ->
              new PostgresImages(database)
                  .update(
                      tenants.alice(),
                      id,
                      new Cause("update", null),
                      found ->
                          new Edited(madePrivate(Objects.requireNonNull(found.image())), true)));
    }
    assertThat(
            database.<String>first(
                "select visibility from image where image_id = ?",
                row -> row.getString(1),
                id.value()))
        .isEqualTo("private");
  }

  @Test
  void aMemberIsRemoved() throws Exception {
    ImageId id = image();
    MemberId bob = new MemberId("bob");
    PostgresMembers members = new PostgresMembers(database);
    var so = Tenants.premise(members.find(tenants.alice(), id));
    members.add(tenants.alice(), id, bob, so, RULES, new Cause("add", null));
    try (Freeze _ = Freeze.of(1, MEMBERS, id.value())) {
      assertDone(
          () ->
              assertThat(
                      members
                          .remove(tenants.alice(), id, bob, so, new Cause("remove", null))
                          .outcome())
                  .isEqualTo(bob));
    }
  }

  private static ImageId image() {
    Image image = Tenants.queued(ImageId.next(), Tenants.project(tenants.alice()));
    return Objects.requireNonNull(tenants.insert(new PostgresImages(database), image)).id();
  }

  private static Image madePrivate(Image image) {
    return new Image(
        image.id(),
        image.owner(),
        image.name(),
        image.status(),
        Visibility.PRIVATE,
        image.isProtected(),
        image.hidden(),
        image.minDisk(),
        image.minRam(),
        image.diskFormat(),
        image.containerFormat(),
        image.data(),
        image.tags(),
        image.properties(),
        image.enterpriseProject(),
        image.createdAt(),
        image.updatedAt(),
        image.activeAt());
  }
}
