package dev.vitrine.postgres.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.postgres.engine.GroupCommit.Lock;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore.Premise;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@NullMarked
class GroupCommitTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static Database database;

  @BeforeAll
  static void open() {
    database = DATABASE.database();
    DATABASE.execute("create table counter (n int primary key, changes int not null default 0)");
    DATABASE.execute("create sequence calls");
  }

  @BeforeEach
  void empty() {
    DATABASE.execute("truncate counter");
    DATABASE.execute("insert into counter (n) values (1), (2), (3)");
  }

  @Test
  void whatWaitsAtTheSameTimeIsOneTransaction() {
    List<Long> transactions =
        together(
                List.of(1, 2, 3, 4, 5, 6, 7, 8),
                n -> change(n.toString(), "select txid_current()", Long.class))
            .stream()
            .map(CompletableFuture::join)
            .toList();

    assertThat(transactions).hasSize(8);
    assertThat(transactions.stream().distinct()).hasSize(1);
  }

  @Test
  void soAreChangesOfMembers() {
    Tenants tenants = Tenants.in(database);
    PostgresImages images = new PostgresImages(database);
    PostgresMembers members = new PostgresMembers(database);
    Rules rules = new Rules(Consent.GLANCE, 128, 10, false, false, NativeApi.GLANCE);
    Caller alice = tenants.alice();
    Caller bob = tenants.bob();
    MemberId bobs = new MemberId(Tenants.project(bob).value());
    List<ImageId> shared =
        Stream.generate(ImageId::next)
            .limit(8)
            .map(id -> tenants.insert(images, Tenants.queued(id, Tenants.project(alice))))
            .map(image -> Objects.requireNonNull(image).id())
            .toList();
    Function<Caller, Premise> premise =
        caller -> Tenants.premise(members.find(caller, shared.getFirst()));
    // Only when a statement has been sent once does the driver know what size its rows have.
    for (String time : List.of("1st", "2nd")) {
      Premise alices = premise.apply(alice);
      forEach(
          shared,
          image -> members.add(alice, image, bobs, alices, rules, new Cause(time + " add", null)));
      Premise ofBob = premise.apply(bob);
      forEach(
          shared,
          image ->
              members.setStatus(
                  bob,
                  image,
                  bobs,
                  MemberStatus.ACCEPTED,
                  null,
                  ofBob,
                  new Cause(time + " accept", null)));
      forEach(
          shared,
          image -> members.remove(alice, image, bobs, alices, new Cause(time + " remove", null)));
    }

    List<String> groups =
        database.all(
            """
            select cause, count(*) as changes, count(distinct xmin::text) as transactions
            from image_event where member_id is not null group by cause order by cause
            """,
            row -> row.getString(1) + " " + row.getInt(2) + " in " + row.getInt(3));
    assertThat(groups)
        .containsExactly(
            "1st accept 8 in 1",
            "1st add 8 in 1",
            "1st remove 8 in 1",
            "2nd accept 8 in 1",
            "2nd add 8 in 1",
            "2nd remove 8 in 1");
  }

  private static void forEach(List<ImageId> images, Consumer<ImageId> change) {
    together(
            images,
            image -> {
              change.accept(image);
              return image;
            })
        .forEach(CompletableFuture::join);
  }

  @Test
  void oneThatFailsFailsAlone() {
    String insert = "insert into counter (n) values (?) returning n";
    List<CompletableFuture<Integer>> inserts =
        together(List.of(5, 6, 1, 7), n -> change(n.toString(), insert, Integer.class, n));

    assertThatThrownBy(inserts.get(2)::join)
        .cause()
        .isInstanceOfSatisfying(
            DatabaseException.class,
            failure ->
                assertThat(failure.reason().getSQLState()).isEqualTo(SqlState.UNIQUE_VIOLATION));
    assertThat(List.of(inserts.get(0).join(), inserts.get(1).join(), inserts.get(3).join()))
        .containsExactly(5, 6, 7);
    assertThat(database.all("select n from counter order by n", row -> row.getInt(1)))
        .containsExactly(1, 2, 3, 5, 6, 7);
  }

  @Test
  void aLockHoldsUpWhoeverNeedsItAndNobodyElse() {
    String update = "update counter set changes = changes + 1 where n = ? returning changes";
    List<CompletableFuture<Integer>> updates =
        database.inTransaction(
            session -> {
              session.change("update counter set changes = 10 where n in (1, 2)");
              List<CompletableFuture<Integer>> all =
                  together(
                      List.of(1, 2, 1, 2, 1, 2, 3, 3),
                      n -> change(n.toString(), update, Integer.class, n));
              all.get(6).orTimeout(5, TimeUnit.SECONDS).join();
              all.get(7).orTimeout(5, TimeUnit.SECONDS).join();
              assertThat(all.subList(0, 6)).noneMatch(CompletableFuture::isDone);
              return all;
            });

    updates.forEach(CompletableFuture::join);
    assertThat(database.all("select changes from counter order by n", row -> row.getInt(1)))
        .containsExactly(13, 13, 2);
  }

  @Test
  void whatMayHaveBeenDoneIsNotDoneAgain() {
    String dies =
        """
        select case when nextval('calls') > 0
          then pg_terminate_backend(pg_backend_pid()) and pg_sleep(60) is not null end
        """;

    assertThatThrownBy(() -> change("a", dies, Boolean.class))
        .isInstanceOf(DatabaseException.class);
    assertThat(database.<Long>first("select last_value from calls", row -> row.getLong(1)))
        .isEqualTo(1);
  }

  @Test
  void insideATransactionItIsPartOfThat() {
    assertThatThrownBy(
            () ->
                database.inTransaction(
                    session -> {
                      change("a", "delete from counter where n = 1 returning n", Integer.class);
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(database.all("select n from counter", row -> row.getInt(1))).contains(1);
  }

  private static <T> T change(String order, String sql, Class<T> type, Object... values) {
    return Objects.requireNonNull(
        database.changeInGroup(
            new Lock(order, "true", List.of(), false), sql, row -> row.getObject(1, type), values));
  }

  private static <A, T> List<CompletableFuture<T>> together(List<A> of, Function<A, T> change) {
    return Together.run(
        holdUp ->
            database.changeInGroup(
                new Lock("", "true", List.of(), false),
                "select true",
                row -> {
                  holdUp.run();
                  return true;
                }),
        of,
        change);
  }
}
