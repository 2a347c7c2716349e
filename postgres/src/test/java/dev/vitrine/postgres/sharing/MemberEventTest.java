package dev.vitrine.postgres.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.history.Event;
import dev.vitrine.history.Event.Kind;
import dev.vitrine.history.EventStore.Place;
import dev.vitrine.history.EventStore.Query;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.Standing;
import dev.vitrine.image.Image;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.history.PostgresEvents;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.Member;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore.Added;
import dev.vitrine.sharing.SharingStore.Attempt;
import dev.vitrine.sharing.SharingStore.Premise;
import dev.vitrine.sharing.Visibility;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a membership leaves behind, and what an image's id does. */
@NullMarked
class MemberEventTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  /** Transactions of this database that wait for another one. */
  private static final String WAITERS =
      """
      select from pg_locks w where not granted and exists (
        select from pg_locks l where l.pid = w.pid
          and l.database = (select oid from pg_database where datname = current_database()))
      """;

  private static final Rules RULES =
      new Rules(Consent.GLANCE, 128, 10, false, false, NativeApi.GLANCE);

  private static Tenants tenants;
  private static PostgresImages images;
  private static PostgresMembers members;
  private static PostgresEvents events;

  /** Another node: changes of one are made one after the other. */
  private static Database elsewhere;

  private static PostgresMembers membersElsewhere;

  @BeforeAll
  static void fill() {
    elsewhere = Database.open(DATABASE.address(), 4);
    membersElsewhere = new PostgresMembers(elsewhere);
    tenants = Tenants.in(DATABASE.database());
    images = new PostgresImages(DATABASE.database());
    members = new PostgresMembers(DATABASE.database());
    events = new PostgresEvents(DATABASE.database());
  }

  @AfterAll
  static void close() {
    elsewhere.close();
  }

  @Test
  void everyChangeOfAMembershipLeavesOneEvent() {
    ImageId image = insert(ImageId.next());
    MemberId bob = new MemberId("bob");
    MemberId carol = new MemberId("carol");

    add(image, bob, "add-bob");
    add(image, bob, "again");
    add(image, carol, "add-carol");
    Premise bobs = premise(tenants.bob(), image);
    members.setStatus(
        tenants.bob(), image, bob, MemberStatus.ACCEPTED, null, bobs, new Cause("accept", "mine"));
    remove(image, bob, premise(tenants.alice(), image), "remove");
    remove(image, bob, premise(tenants.alice(), image), "again");
    delete(image);

    assertThat(events(image))
        .containsExactly(
            "bob null->pending add-bob",
            "carol null->pending add-carol",
            "bob pending->accepted accept, called mine",
            "bob accepted->null remove",
            "carol pending->null delete");
  }

  /** It knows the table by another name, and no owner (ADR 46). */
  @Test
  void theVersionBeforeWritesThroughAView() {
    ImageId image = insert(ImageId.next());
    DATABASE
        .database()
        .first(
            """
            with event as (
              insert into member_event (image_id, member_id, from_status, to_status, actor, cause,
                request_id, client_request_id, removed_in)
              select ?, 'bob', null, 'pending', 'alice', 'old', null, 'mine', null
              returning image_id
            )
            select image_id from event
            """,
            row -> true,
            image.value());

    assertThat(events(image)).containsExactly("bob null->pending old, called mine");
    assertThat(history(image).getFirst().owner()).isEqualTo(Tenants.project(tenants.alice()));
  }

  /** Nor is it a fault of ours that an image is deleted while somebody waits for its lock. */
  @Test
  void anImageThatIsDeletedMeanwhileGetsNoMember() {
    ImageId image = insert(ImageId.next());
    Premise premise = premise(tenants.alice(), image);
    CountDownLatch locked = new CountDownLatch(1);
    CompletableFuture<Attempt<Added>> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              join(locked);
              return members.add(
                  tenants.alice(),
                  image,
                  new MemberId("m"),
                  premise,
                  RULES,
                  new Cause("late", null));
            });
    DATABASE
        .database()
        .inTransaction(
            session -> {
              session.change("delete from image where image_id = ?", image.value());
              locked.countDown();
              while (session.all(WAITERS, row -> true).isEmpty()) {
                Thread.onSpinWait();
              }
              return true;
            });

    assertThat(waiting.join().held()).isFalse();
  }

  /** What is said once more changes nothing: no event, and the time stays. */
  @Test
  void aStatusThatIsThereAlreadyStaysAsItWas() {
    ImageId image = insert(ImageId.next());
    MemberId bob = new MemberId("bob");
    add(image, bob, "add");
    Premise so = premise(tenants.bob(), image);
    Member pending = answer(image, bob, MemberStatus.PENDING, null, so);
    Member accepted = answer(image, bob, MemberStatus.ACCEPTED, "vault", so);

    assertThat(pending.updatedAt()).isEqualTo(pending.createdAt());
    assertThat(accepted.updatedAt()).isAfter(pending.updatedAt());
    assertThat(answer(image, bob, MemberStatus.ACCEPTED, null, so)).isEqualTo(accepted);
    assertThat(answer(image, bob, MemberStatus.ACCEPTED, "vault", so)).isEqualTo(accepted);
    assertThat(answer(image, bob, MemberStatus.ACCEPTED, "other", so).updatedAt())
        .isAfter(accepted.updatedAt());
    assertThat(events(image))
        .containsExactly(
            "bob null->pending add",
            "bob pending->accepted answer",
            "bob accepted->accepted answer");
  }

  private static Member answer(
      ImageId image, MemberId member, MemberStatus status, @Nullable String vault, Premise so) {
    return Objects.requireNonNull(
        members
            .setStatus(tenants.bob(), image, member, status, vault, so, new Cause("answer", null))
            .outcome());
  }

  /** What waits for an image is decided on what the image is by then. */
  @Test
  void whatWaitedForAnImageThatWasMadePrivateIsNotDone() {
    ImageId image = insert(ImageId.next());
    MemberId bob = new MemberId("bob");
    add(image, bob, "add");
    Cause late = new Cause("late", null);
    Premise ofAlice = premise(tenants.alice(), image);
    Premise ofBob = premise(tenants.bob(), image);
    List<CompletableFuture<Boolean>> waiting =
        DATABASE
            .database()
            .inTransaction(
                session -> {
                  session.first(ImageLock.ALONE, row -> true, ImageLock.values(image));
                  session.change(
                      "update image set visibility = 'private' where image_id = ?", image.value());
                  List<CompletableFuture<Boolean>> all =
                      List.of(
                          held(
                              () ->
                                  members.add(
                                      tenants.alice(),
                                      image,
                                      new MemberId("m"),
                                      ofAlice,
                                      RULES,
                                      late)),
                          held(
                              () ->
                                  membersElsewhere.setStatus(
                                      tenants.bob(),
                                      image,
                                      bob,
                                      MemberStatus.ACCEPTED,
                                      null,
                                      ofBob,
                                      late)),
                          held(
                              () ->
                                  membersElsewhere.remove(
                                      tenants.alice(), image, bob, ofAlice, late)));
                  while (all.stream().noneMatch(CompletableFuture::isDone)
                      && session.all(WAITERS, row -> true).size() < 2) {
                    Thread.onSpinWait();
                  }
                  assertThat(all).noneMatch(CompletableFuture::isDone);
                  return all;
                });

    assertThat(waiting).extracting(CompletableFuture::join).containsOnly(false);
    assertThat(events(image)).containsExactly("bob null->pending add");
  }

  private static CompletableFuture<Boolean> held(Supplier<Attempt<?>> change) {
    return CompletableFuture.supplyAsync(
        () -> change.get().held(), task -> Thread.startVirtualThread(task));
  }

  /** Also where there is no room for another, and in the one statement that decides. */
  @Test
  void whoIsThereAlreadyIsToldSo() {
    ImageId image = insert(ImageId.next());
    Premise so = premise(tenants.alice(), image);
    for (long maximum : new long[] {-1, 1, 0}) {
      Rules rules = new Rules(Consent.GLANCE, maximum, maximum, false, false, NativeApi.GLANCE);
      members.add(tenants.alice(), image, new MemberId("bob"), so, RULES, new Cause("add", null));

      assertThat(
              members
                  .add(tenants.alice(), image, new MemberId("bob"), so, rules, new Cause("a", null))
                  .outcome())
          .isEqualTo(new Added.AlreadyThere());
    }
  }

  @Test
  void nothingIsChangedOnAPremiseThatDoesNotHold() {
    ImageId image = insert(ImageId.next());
    MemberId bob = new MemberId("bob");
    add(image, bob, "add");
    Premise so = premise(tenants.alice(), image);
    Standing newer = new Standing(so.standing().authorizationVersion() + 1);

    assertThat(
            List.of(
                new Premise(newer, so.owner(), so.visibility(), so.traits()),
                new Premise(
                    so.standing(), Tenants.project(tenants.bob()), so.visibility(), so.traits()),
                new Premise(so.standing(), so.owner(), Visibility.PRIVATE, so.traits())))
        .allSatisfy(
            not -> {
              assertThat(remove(image, bob, not, "never").held()).isFalse();
              assertThat(
                      members
                          .setStatus(
                              tenants.bob(),
                              image,
                              bob,
                              MemberStatus.ACCEPTED,
                              null,
                              not,
                              new Cause("never", null))
                          .held())
                  .isFalse();
              assertThat(
                      members
                          .add(
                              tenants.alice(),
                              image,
                              new MemberId("carol"),
                              not,
                              RULES,
                              new Cause("never", null))
                          .held())
                  .isFalse();
            });
    assertThat(events(image)).containsExactly("bob null->pending add");
  }

  /** Ruling 11: nobody becomes a member from earlier. */
  @Test
  void sharingAPrivateImageIsAllOrNothing() {
    ImageId image = insert(ImageId.next());
    add(image, new MemberId("earlier"), "add");
    makePrivate(image);
    Premise so = premise(tenants.alice(), image);
    MemberId carol = new MemberId("carol");
    Rules known = new Rules(Consent.GLANCE, 128, 10, true, false, NativeApi.IMS);
    Rules none = new Rules(Consent.GLANCE, 0, 0, false, false, NativeApi.IMS);
    Premise newer =
        new Premise(
            new Standing(so.standing().authorizationVersion() + 1),
            so.owner(),
            so.visibility(),
            so.traits());
    List<String> before = events(image);

    assertThat(share(image, carol, so, known).outcome()).isInstanceOf(Added.UnknownProject.class);
    assertThat(share(image, carol, so, none).outcome()).isInstanceOf(Added.LimitReached.class);
    assertThat(share(image, carol, newer, RULES).held()).isFalse();
    assertThat(events(image)).isEqualTo(before);
    assertThat(premise(tenants.alice(), image)).isEqualTo(so);

    assertThat(share(image, carol, so, RULES).outcome()).isInstanceOf(Added.New.class);
    assertThat(events(image))
        .containsExactly(
            "earlier null->pending add",
            "earlier pending->null share",
            "carol null->pending share");
    assertThat(premise(tenants.alice(), image).visibility()).isEqualTo(Visibility.SHARED);
    assertThat(share(image, new MemberId("bob"), so, RULES).held())
        .as("it is shared already")
        .isFalse();
  }

  /** The one that comes first shares it, and the others find it shared. */
  @RepeatedTest(5)
  void ofManyThatShareAPrivateImageAtOnceOneDoes() {
    ImageId image = insert(ImageId.next());
    makePrivate(image);
    Premise so = premise(tenants.alice(), image);

    assertThat(
            atOnce(
                8,
                (i, node) ->
                    node.share(
                        tenants.alice(),
                        image,
                        new MemberId("m" + i),
                        so,
                        RULES,
                        new Cause("share", null))))
        .filteredOn(Attempt::held)
        .hasSize(1);
    assertThat(events(image)).hasSize(1);
  }

  private static Attempt<Added> share(ImageId image, MemberId member, Premise so, Rules rules) {
    return members.share(tenants.alice(), image, member, so, rules, new Cause("share", null));
  }

  private static void makePrivate(ImageId image) {
    DATABASE
        .database()
        .change("update image set visibility = 'private' where image_id = ?", image.value());
  }

  @RepeatedTest(10)
  void ofManyThatAddOneMemberAtOnceOneDoes() {
    ImageId image = insert(ImageId.next());
    Premise so = premise(tenants.alice(), image);

    assertThat(
            atOnce(
                8,
                (i, node) ->
                    node.add(
                        tenants.alice(),
                        image,
                        new MemberId("bob"),
                        so,
                        RULES,
                        new Cause("add", null))))
        .extracting(Attempt::outcome)
        .filteredOn(added -> added instanceof Added.New)
        .hasSize(1);
  }

  @RepeatedTest(10)
  void noneIsAddedBeyondTheLimitHoweverManyTry() {
    ImageId image = insert(ImageId.next());
    Premise so = premise(tenants.alice(), image);
    Rules three = new Rules(Consent.GLANCE, 3, 3, false, false, NativeApi.GLANCE);

    assertThat(
            atOnce(
                8,
                (i, node) ->
                    node.add(
                        tenants.alice(),
                        image,
                        new MemberId("m" + i),
                        so,
                        three,
                        new Cause("add", null))))
        .extracting(Attempt::outcome)
        .filteredOn(added -> added instanceof Added.New)
        .hasSize(3);
  }

  @Test
  void eachEventBeginsWhereTheOneBeforeEnded() {
    ImageId image = insert(ImageId.next());
    MemberId bob = new MemberId("bob");
    add(image, bob, "add");
    Premise so = premise(tenants.bob(), image);
    List<MemberStatus> words = List.of(MemberStatus.values());

    atOnce(
        200,
        (i, node) ->
            node.setStatus(
                tenants.bob(),
                image,
                bob,
                words.get(i % words.size()),
                null,
                so,
                new Cause("set", null)));

    List<Event> history = history(image);
    assertThat(history)
        .hasSizeGreaterThan(1)
        .noneMatch(event -> Objects.equals(event.from(), event.to()));
    assertThat(history.getFirst().from()).isNull();
    assertThat(IntStream.range(1, history.size()))
        .allMatch(i -> Objects.equals(history.get(i).from(), history.get(i - 1).to()));
  }

  /** Each event once and in order, however the history is cut into pages. */
  @Test
  void pagesOfAHistoryAreTheWholeOfIt() {
    ImageId image = insert(ImageId.next());
    ImageId other = insert(ImageId.next());
    for (String member : List.of("a", "b", "c")) {
      add(image, new MemberId(member), "add");
      add(other, new MemberId(member), "add");
    }
    List<Event> whole = events.ofImage(image, null, Query.all(1000));

    assertThat(whole)
        .extracting(event -> String.valueOf(event.member()))
        .containsExactly("c", "b", "a", "null");
    for (int limit = 1; limit <= 4; limit++) {
      List<Event> read = new ArrayList<>();
      List<Event> page = events.ofImage(image, null, Query.all(limit));
      while (!page.isEmpty() && read.size() <= whole.size()) {
        assertThat(page).hasSizeLessThanOrEqualTo(limit);
        read.addAll(page);
        Place place = new Place(page.getLast().at(), page.getLast().number());
        page =
            events.ofImage(image, null, new Query(null, null, null, null, Set.of(), place, limit));
      }
      assertThat(read).isEqualTo(whole);
    }
  }

  @Test
  void anEventTellsWhoDidItAndWhen() {
    ImageId image = insert(ImageId.next());
    MemberId bob = new MemberId("bob");
    Cause cause = new Cause("accept", "mine");
    add(image, bob, "add");
    Member accepted =
        Objects.requireNonNull(
            members
                .setStatus(
                    tenants.bob(),
                    image,
                    bob,
                    MemberStatus.ACCEPTED,
                    null,
                    premise(tenants.bob(), image),
                    cause)
                .outcome());

    Event event = history(image).getLast();
    assertThat(event)
        .isEqualTo(
            new Event(
                image,
                event.number(),
                Tenants.project(tenants.alice()),
                Kind.ACCEPTED,
                bob,
                "pending",
                "accepted",
                tenants.bob().user(),
                cause,
                null,
                null,
                event.at()));
    assertThat(event.at()).isBetween(accepted.updatedAt(), accepted.updatedAt().plusSeconds(60));
  }

  private static <T> List<T> atOnce(int times, BiFunction<Integer, PostgresMembers, T> change) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return IntStream.range(0, times)
          .mapToObj(
              i ->
                  CompletableFuture.supplyAsync(
                      () -> change.apply(i, i % 2 == 0 ? members : membersElsewhere), threads))
          .toList()
          .stream()
          .map(CompletableFuture::join)
          .toList();
    }
  }

  @Test
  void theIdOfADeletedImageIsNotGivenOutAgain() {
    ImageId image = insert(ImageId.next());
    delete(image);

    assertThat(tenants.insert(images, queued(image))).isNull();
  }

  /**
   * The insert starts while the deletion is under way, and so sees the id neither here nor there.
   */
  @Test
  void noRaceGivesItOutEither() throws Exception {
    ImageId image = insert(ImageId.next());
    CountDownLatch locked = new CountDownLatch(1);
    CountDownLatch inserting = new CountDownLatch(1);
    CompletableFuture<Void> deletion =
        CompletableFuture.runAsync(
            () ->
                images.delete(
                    tenants.alice(),
                    image,
                    new Cause("delete", null),
                    found -> {
                      locked.countDown();
                      await(inserting);
                      return Objects.requireNonNull(found.image());
                    }));
    locked.await();
    CompletableFuture<@Nullable Image> insert =
        CompletableFuture.supplyAsync(() -> tenants.insert(images, queued(image)));
    Thread.sleep(200); // time to reach the row that is being deleted
    inserting.countDown();
    deletion.get();

    assertThat(insert.get()).isNull();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(ImageId image, MemberId member, String cause) {
    members.add(
        tenants.alice(),
        image,
        member,
        premise(tenants.alice(), image),
        RULES,
        new Cause(cause, null));
  }

  private static Attempt<MemberId> remove(
      ImageId image, MemberId member, Premise premise, String cause) {
    return members.remove(tenants.alice(), image, member, premise, new Cause(cause, null));
  }

  /** All that is so. */
  private static Premise premise(Caller caller, ImageId image) {
    return Tenants.premise(members.find(caller, image));
  }

  private static void delete(ImageId image) {
    images.delete(
        tenants.alice(),
        image,
        new Cause("delete", null),
        found -> Objects.requireNonNull(found.image()));
  }

  private static List<String> events(ImageId image) {
    return history(image).stream().map(MemberEventTest::text).toList();
  }

  private static String text(Event event) {
    String client = cause(event).client();
    String called = client == null ? "" : ", called " + client;
    return "%s %s->%s %s%s"
        .formatted(event.member(), event.from(), event.to(), cause(event).request(), called);
  }

  private static Cause cause(Event event) {
    return Objects.requireNonNull(event.cause());
  }

  private static List<Event> history(ImageId image) {
    return events.ofImage(image, null, Query.all(1000)).reversed().stream()
        .filter(event -> event.member() != null)
        .toList();
  }

  private static ImageId insert(ImageId id) {
    return Objects.requireNonNull(tenants.insert(images, queued(id))).id();
  }

  private static Image queued(ImageId id) {
    return Tenants.queued(id, Tenants.project(tenants.alice()));
  }

  private static void join(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
