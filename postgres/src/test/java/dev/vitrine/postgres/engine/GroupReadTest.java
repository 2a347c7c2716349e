package dev.vitrine.postgres.engine;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.ImageQuery.Which;
import dev.vitrine.postgres.engine.Database.Row;
import dev.vitrine.postgres.image.ImageList;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.Visibility;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullMarked
class GroupReadTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final Row<Integer> NUMBER = row -> row.getInt(1);

  private static Database database;

  @BeforeAll
  static void open() {
    database = DATABASE.database();
    DATABASE.execute("create table door (passed int not null)");
    DATABASE.execute("insert into door (passed) values (1)");
  }

  @Test
  void whatWaitsAtTheSameTimeIsOneStatement() {
    String sql = "select statement_timestamp()::text || pg_backend_pid(), ?::int";
    List<String> read =
        together(sql, row -> row.getString(1) + "of " + row.getInt(2), sets(1, 2, 3, 4, 5, 6, 7))
            .stream()
            .map(one -> one.join().getFirst())
            .toList();

    assertThat(read)
        .extracting(one -> one.replaceFirst(".*of ", ""))
        .containsExactly("1", "2", "3", "4", "5", "6", "7");
    assertThat(read.stream().map(one -> one.replaceFirst("of .*", "")).distinct()).hasSize(1);
  }

  @Test
  void moreThanFitIntoOneComeInTheNext() {
    Object[] many = IntStream.range(0, 40).boxed().toArray();
    assertThat(
            together("select ?::int + 1", NUMBER, sets(many)).stream().map(CompletableFuture::join))
        .containsExactlyElementsOf(IntStream.range(1, 41).mapToObj(List::of).toList());
  }

  @Test
  void eachIsToldItsOwnRowsInTheirOrder() {
    assertThat(
            together(
                    "select n from generate_series(1, ?) n order by n desc",
                    NUMBER,
                    sets(3, 0, 1, 4))
                .stream()
                .map(CompletableFuture::join))
        .containsExactly(List.of(3, 2, 1), List.of(), List.of(1), List.of(4, 3, 2, 1));
  }

  @Test
  void valuesAreOfAnyTypeAndMayBeAbsent() {
    UUID id = UUID.randomUUID();
    OffsetDateTime time = OffsetDateTime.of(2026, 11, 28, 12, 0, 0, 0, ZoneOffset.UTC);
    String sql =
        "select concat_ws(' ', ?::uuid, ?::timestamptz at time zone 'UTC', ?::text[], ?::bigint, ?::bool)";
    List<@Nullable Object[]> sets =
        List.of(
            new @Nullable Object[] {null, null, null, null, null},
            new @Nullable Object[] {id, time, new String[] {"a", "b"}, 7, true});

    assertThat(
            together(sql, row -> row.getString(1), sets).stream().map(one -> one.join().getFirst()))
        .containsExactly("", id + " 2026-11-28 12:00:00 {a,b} 7 t");
  }

  @Test
  void whatWasCommittedBeforeTheQuestionIsSeen() {
    String sql = "select passed from door where passed > ?";
    List<CompletableFuture<List<Integer>>> read =
        Together.run(
            holdUp -> database.allInGroup(sql, held(holdUp, NUMBER), 0),
            List.of(2, 3),
            changed -> {
              DATABASE.execute("update door set passed = " + changed);
              return database.allInGroup(sql, NUMBER, 0);
            });

    assertThat(read).allSatisfy(one -> assertThat(one.join().getFirst()).isGreaterThan(1));
  }

  @Test
  void oneThatTheDatabaseRefusesFailsAlone() {
    List<CompletableFuture<List<Integer>>> read = together("select 12 / ?", NUMBER, sets(1, 0, 3));

    assertThatThrownBy(read.get(1)::join)
        .cause()
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("division by zero");
    assertThat(List.of(read.get(0).join(), read.get(2).join()))
        .containsExactly(List.of(12), List.of(4));
  }

  @Test
  void soDoesOneWhoseRowCannotBeRead() {
    List<CompletableFuture<List<Integer>>> read =
        together(
            "select ?::int",
            row -> {
              if (row.getInt(1) == 2) {
                throw new SQLException("no two");
              }
              return row.getInt(1);
            },
            sets(1, 2, 3));

    assertThatThrownBy(read.get(1)::join).hasMessageContaining("no two");
    assertThat(List.of(read.get(0).join(), read.get(2).join()))
        .containsExactly(List.of(1), List.of(3));
  }

  @Test
  void aConnectionThatBreaksFailsThoseWhoAreOnItAndNobodyBehindThem() {
    String sql = "select case when ? then pg_terminate_backend(pg_backend_pid()) end";
    Row<Boolean> row = one -> one.getBoolean(1);

    assertThat(together(sql, row, sets(true, false)))
        .allSatisfy(
            one -> assertThatThrownBy(one::join).cause().isInstanceOf(DatabaseException.class));
    assertThat(database.allInGroup(sql, row, false)).hasSize(1);
  }

  @Test
  void aSlowListHoldsUpNoOtherRead() {
    Row<Integer> slow =
        held(() -> assertThat(database.allInGroup("select 3", NUMBER)).hasSize(1), NUMBER);
    List<CompletableFuture<List<Integer>>> lists =
        IntStream.range(0, 8)
            .mapToObj(
                n ->
                    CompletableFuture.supplyAsync(
                        () -> database.listInGroup("select ?::int + " + n, slow, 1)))
            .toList();

    CompletableFuture.allOf(lists.toArray(CompletableFuture[]::new))
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void aSlowStatementHoldsUpNoOther() {
    CompletableFuture<List<Integer>> slow =
        CompletableFuture.supplyAsync(
            () ->
                database.allInGroup(
                    "select ?::int",
                    held(
                        () -> assertThat(database.allInGroup("select 2", NUMBER)).hasSize(1),
                        NUMBER),
                    1));

    assertThat(slow.orTimeout(10, TimeUnit.SECONDS).join()).containsExactly(1);
  }

  /** More wait than fit into the next batch, and nobody will send it. */
  @Test
  void atTheEndAllWhoWaitAreToldSo() {
    GroupRead ending = new GroupRead(database, "ending", 1, 2, 1);
    List<CompletableFuture<List<Integer>>> read =
        Together.run(
            holdUp ->
                ending.all(
                    "select ?::int",
                    held(
                        () -> {
                          holdUp.run();
                          ending.close();
                        },
                        NUMBER),
                    0),
            sets(1, 2, 3, 4, 5),
            values -> ending.all("select ?::int", NUMBER, values));

    assertThat(read)
        .allSatisfy(
            one ->
                assertThat(one)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(RejectedExecutionException.class));
  }

  /** A statement of the stores, and the values of several who ask. */
  record Asked(String name, String sql, List<@Nullable Object[]> sets) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Asked> statementsOfTheStores() {
    Tenants tenants = Tenants.in(database);
    PostgresImages images = new PostgresImages(database);
    PostgresMembers members = new PostgresMembers(database);
    Caller alice = tenants.alice();
    Caller bob = tenants.bob();
    List<Caller> callers = List.of(alice, bob, tenants.admin());
    Rules rules = new Rules(Consent.GLANCE, 128, 10, false, false, NativeApi.GLANCE);
    List<ImageId> ids = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      ImageId id = ImageId.next();
      ids.add(id);
      tenants.insert(images, Tenants.queued(id, Tenants.project(alice)));
      for (int m = 0; m < n; m++) {
        String member = m == 1 ? Tenants.project(bob).value() : "m" + m;
        var premise = Tenants.premise(members.find(alice, id));
        members.add(alice, id, new MemberId(member), premise, rules, new Cause("test", null));
      }
    }
    ids.add(ImageId.next());
    ImageQuery shared =
        new ImageQuery(
            new Which.Only(Visibility.SHARED),
            EnumSet.of(MemberStatus.PENDING),
            false,
            List.of(),
            List.of(),
            3);
    CallerState state = database.callers();
    return Stream.of(
        new Asked("show an image", PostgresImages.FIND, sets(callers, ids, images::forFind)),
        new Asked("see an image", PostgresMembers.FIND, sets(callers, ids, images::forFind)),
        new Asked(
            "show a member",
            PostgresMembers.FIND_MEMBER,
            sets(
                callers,
                ids,
                (caller, id) ->
                    state.values(
                        caller,
                        id.value(),
                        CallerState.project(caller),
                        CallerState.project(bob)))),
        new Asked(
            "list members",
            PostgresMembers.FIND_PAGE,
            sets(callers, ids, (caller, id) -> members.forPage(caller, id, null, 3))),
        new Asked(
            "list images",
            new ImageList(alice, false, shared, null).statement().text(),
            sets(
                callers,
                ids,
                (caller, id) ->
                    state.values(
                        caller,
                        new ImageList(caller, false, shared, null)
                            .statement()
                            .values()
                            .toArray()))));
  }

  @ParameterizedTest
  @MethodSource("statementsOfTheStores")
  void theSameIsFoundTogetherAsAlone(Asked asked) {
    List<List<String>> alone =
        asked.sets().stream()
            .map(values -> database.all(asked.sql(), GroupReadTest::columns, values))
            .toList();
    assertThat(alone).anySatisfy(rows -> assertThat(rows).isNotEmpty());

    assertThat(
            together(asked.sql(), GroupReadTest::columns, asked.sets()).stream()
                .map(CompletableFuture::join))
        .containsExactlyElementsOf(alone);
  }

  /** But for the last one of a group, which is not the statement's own. */
  private static String columns(ResultSet row) throws SQLException {
    int columns = row.getMetaData().getColumnCount();
    boolean isOfGroup = row.getMetaData().getColumnName(columns).equals(ManyAtOnce.SET);
    List<String> values = new ArrayList<>();
    for (int i = 1; i <= (isOfGroup ? columns - 1 : columns); i++) {
      values.add(Objects.toString(row.getString(i)));
    }
    return values.stream().collect(joining("|"));
  }

  private interface Values {
    @Nullable Object[] of(Caller caller, ImageId image);
  }

  private static List<@Nullable Object[]> sets(
      List<Caller> callers, List<ImageId> images, Values values) {
    List<@Nullable Object[]> sets = new ArrayList<>();
    for (Caller caller : callers) {
      for (ImageId image : images) {
        sets.add(values.of(caller, image));
      }
    }
    return sets;
  }

  private static List<@Nullable Object[]> sets(Object... single) {
    return Arrays.stream(single).map(value -> new @Nullable Object[] {value}).toList();
  }

  private static <T extends @Nullable Object> Row<T> held(Runnable holdUp, Row<T> row) {
    return one -> {
      holdUp.run();
      return row.read(one);
    };
  }

  /** Behind one more that is asked with the last set of values, and is held up. */
  private static <T extends @Nullable Object> List<CompletableFuture<List<T>>> together(
      String sql, Row<T> row, List<@Nullable Object[]> sets) {
    return Together.run(
        holdUp -> database.allInGroup(sql, held(holdUp, row), sets.getLast()),
        sets,
        values -> database.allInGroup(sql, row, values));
  }
}
