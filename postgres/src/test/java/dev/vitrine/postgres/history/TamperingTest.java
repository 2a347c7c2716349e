package dev.vitrine.postgres.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.directory.Extras;
import dev.vitrine.directory.Group;
import dev.vitrine.history.Anchor;
import dev.vitrine.history.AnchorKey;
import dev.vitrine.identity.Author;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.Image;
import dev.vitrine.login.Keys;
import dev.vitrine.postgres.directory.PostgresGroups;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Tenants;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing.Rules;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever somebody changes in the history by SQL, {@code audit verify} names it. */
@NullMarked
class TamperingTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final Keys KEYS = Keys.random();
  private static final Rules RULES =
      new Rules(Consent.GLANCE, 128, 10, false, false, NativeApi.GLANCE);

  private static Database database;
  private static Tenants tenants;

  private final AnchorKey key = AnchorKey.of(KEYS);

  @BeforeAll
  static void open() {
    database = DATABASE.database();
    tenants = Tenants.in(database);
  }

  /**
   * Images of five events each, and five changes of rights; two of the images and the rights are
   * anchored.
   */
  @BeforeEach
  void fill() {
    DATABASE.execute(
        """
        delete from image_member; delete from image_event; delete from image; delete from deleted_image;
        delete from access_event; delete from access_seal;
        delete from image_seal; delete from history_anchor; delete from history_cut;
        delete from history_sealed;
        insert into history_sealed values ('-infinity', 0, (clock_timestamp() at time zone 'UTC')::date)
        """);
    live();
    live();
    changeRights();
    seal();
    DATABASE.execute(
        """
        update image_seal set day = day - 1;
        update access_seal set day = day - 1;
        update history_sealed set day = day - 1
        """);
    seal();
    live();
    changeRights();
    seal();
  }

  /** Five events, of one domain. */
  private static void changeRights() {
    PostgresGroups groups = new PostgresGroups(database);
    String domain =
        Objects.requireNonNull(
            database.first(
                "select domain_id from domain order by 1 limit 1", row -> row.getString(1)));
    Group group =
        new Group(new GroupId(Ids.next()), new DomainId(domain), "first", "", new Extras("{}"));
    Author author = new Author(tenants.alice().user(), new Cause("rights", "mine"));
    Author.during(
        () -> author,
        () -> {
          groups.add(group);
          for (String name : List.of("second", "third", "fourth")) {
            groups.update(
                group.id(),
                old -> new Group(old.id(), old.domain(), name, old.description(), old.extras()));
          }
          groups.delete(group.id());
          return true;
        });
  }

  private static void live() {
    PostgresImages images = new PostgresImages(database);
    PostgresMembers members = new PostgresMembers(database);
    Image image =
        Objects.requireNonNull(
            tenants.insert(
                images, Tenants.queued(ImageId.next(), Tenants.project(tenants.alice()))));
    for (String member : List.of("bob", "carol", "dave")) {
      members.add(
          tenants.alice(),
          image.id(),
          new MemberId(member),
          Tenants.premise(members.find(tenants.alice(), image.id())),
          RULES,
          new Cause("add", "mine"));
    }
    members.remove(
        tenants.alice(),
        image.id(),
        new MemberId("carol"),
        Tenants.premise(members.find(tenants.alice(), image.id())),
        new Cause("remove", null));
  }

  private void seal() {
    seal(key);
  }

  private static void seal(AnchorKey key) {
    DATABASE.awaitOlderTransactions();
    Seals seals = new Seals(database, key, Duration.ZERO);
    while (seals.next()) {
      // Again: there is more.
    }
  }

  private List<String> verify(Anchor... kept) {
    List<String> findings = new ArrayList<>();
    Audit.Result result =
        new Audit(key, List.of(kept), findings::add, events -> {}).verify(database);
    assertThat(result.findings()).isEqualTo(findings.size());
    return findings;
  }

  @Test
  void whatNobodyTouchedIsAsItWas() {
    assertThat(Seals.anchors(database)).hasSize(1).first().extracting(Anchor::seals).isEqualTo(15L);
    assertThat(verify(Seals.anchors(database).getFirst())).isEmpty();
    live();
    assertThat(verify()).as("some are too young").isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          who did it                  | update image_event set actor = 'mallory' where ~             | is altered
          that somebody did           | update image_event set actor = null where ~                  | is altered
          when                        | update image_event set at = at - interval '1 day' where ~    | is altered
          by a microsecond            | update image_event set at = at + interval '1 us' where ~     | is altered
          whose image it was          | update image_event set owner = 'mallory' where ~             | is altered
          with whom it was shared     | update image_event set member_id = 'mallory' where ~         | is altered
          what was before             | update image_event set from_status = 'rejected' where ~      | is altered
          what was after              | update image_event set to_status = 'accepted' where ~        | is altered
          which request               | update image_event set cause = 'other' where ~               | is altered
          which job                   | update image_event set request_id = 'other' where ~          | is altered
          which client                | update image_event set client_request_id = null where ~      | is altered
          which transaction           | update image_event set removed_in = '7' where ~              | is altered
          how the image was           | update image_event set visibility = 'public' where = 1       | is altered
          its status                  | update image_event set image_status = 'active' where = 1     | is altered
          which change                | update image_event set change = 'recorded' where = 1         | is altered
          from one field to another   | update image_event set previous = actor, actor = null where ~ | is altered
          the first is removed        | delete from image_event where = 1                            | is removed
          one is removed              | delete from image_event where ~                              | is removed
          the last is removed         | delete from image_event where = 5                            | is removed
          with its seal               | with e as (delete from image_event where = 5 returning *) delete from image_seal s using e where s.image_id = e.image_id and s.event_id = e.event_id | not those that were anchored
          one in the middle with its seal | with e as (delete from image_event where ~ returning *) delete from image_seal s using e where s.image_id = e.image_id and s.event_id = e.event_id | are removed
          all of an image             | with e as (delete from image_event where image_id = #) delete from image_seal where image_id = # | not those that were anchored
          one is moved to another     | update image_event set image_id = gen_random_uuid() where ~  | is removed
          one is inserted             | insert into image_event (image_id, member_id, to_status, owner, actor, cause, at) select #, 'mallory', 'accepted', owner, actor, cause, at - interval '1 h' from image_event where ~ | is inserted
          one is sealed twice         | insert into image_seal select image_id, 6, event_id, day, hash from image_seal where position = 3 and image_id = # | is sealed twice
          two are exchanged           | update image_seal set event_id = case position when 2 then (select event_id from image_seal where position = 3 and image_id = #) else (select event_id from image_seal where position = 2 and image_id = #) end where position in (2, 3) and image_id = # | is altered
          a seal is altered           | update image_seal set hash = sha256('x') where position = 2 and image_id = # | is altered
          a seal is removed           | delete from image_seal where position = 2 and image_id = #   | seals 2 to 2 are removed
          a seal is of another day    | update image_seal set day = day - 1 where position = 2 and image_id = # | not those that were anchored
          an anchor is altered        | update history_anchor set hash = sha256('x')                 | not those that were anchored
          an anchor is signed anew    | update history_anchor set signature = sha512('x')            | is not signed by the key
          an anchor counts less       | update history_anchor set seals = 9                          | counts
          an anchor is removed        | delete from history_anchor                                   | The anchor of
          there is to be no anchor    | update history_sealed set day = day + 9                      | in the future
          who changed a right         | update access_event set actor = 'mallory' where @            | is altered
          that somebody did           | update access_event set actor = null where @                 | is altered
          what a right was            | update access_event set before = '{}' where @                | is altered
          that it was nothing         | update access_event set before = null where @                | is altered
          what it is                  | update access_event set after = '{}' where @                 | is altered
          from before to after        | update access_event set after = before, before = null where @ | is altered
          how it is written           | update access_event set after = concat(after::text, ' ')::json where @ | is altered
          which kind of change        | update access_event set kind = 'group.created' where @       | is altered
          in which project            | update access_event set project_id = 'p' where @             | is altered
          when a right changed        | update access_event set at = at + interval '1 us' where @    | is altered
          by which request            | update access_event set request_id = 'other' where @         | is altered
          by which client             | update access_event set client_request_id = null where @     | is altered
          one of rights is removed    | delete from access_event where @                             | is removed
          with its seal               | with e as (delete from access_event where @ returning *) delete from access_seal s using e where s.domain_id = e.domain_id and s.event_id = e.event_id | are removed
          all of a domain             | with e as (delete from access_event) delete from access_seal | not those that were anchored
          one is moved to a domain    | update access_event set domain_id = 'zz' where @             | is removed
          one of rights is inserted   | insert into access_event (domain_id, kind, at) select domain_id, kind, at - interval '1 h' from access_event where @ | is inserted
          one that belongs to all     | insert into access_event (domain_id, kind, at) select '', kind, at - interval '1 h' from access_event where @ | is inserted
          a seal of rights is altered | update access_seal set hash = sha256('x') where position = 2 | is altered
          a seal of rights is removed | delete from access_seal where position = 2                   | seals 2 to 2 are removed
          a seal is of another day    | update access_seal set day = day - 1 where position = 2      | not those that were anchored
          what is sealed is forgotten | delete from history_sealed                                   | is gone
          """)
  void whatIsChangedIsNamed(String what, String sql, String finding) {
    String anchored =
        "(select image_id from image_seal where day < (select day from history_sealed) order by image_id limit 1)";
    String event =
        "image_id = %s and event_id = (select event_id from image_seal where position = %%s and image_id = %s)"
            .formatted(anchored, anchored);
    DATABASE.execute(
        sql.replaceAll("where = (\\d)", "where " + event.replace("%s", "$1"))
            .replace("where ~", "where " + event.replace("%s", "3"))
            .replace(
                "where @", "where event_id = (select event_id from access_seal where position = 3)")
            .replace("#", anchored));

    assertThat(verify()).as(what).isNotEmpty().first().asString().contains(finding);
  }

  /** Removes what was anchored: of each image its creation and two memberships stay. */
  private void cut() {
    Retention retention = new Retention(database, key, Duration.ZERO);
    while (retention.next()) {
      // Again: there is more.
    }
  }

  @Test
  void whatIsTooOldIsRemovedAndTheRestIsAsItWas() {
    List<Anchor> anchors = Seals.anchors(database);
    cut();

    Audit.Result result = new Audit(key, anchors, finding -> {}, events -> {}).verify(database);
    assertThat(result.findings()).isZero();
    assertThat(result.keptSince()).isEqualTo(LocalDate.now(ZoneOffset.UTC));
    assertThat(count("image_event")).as("three of two images, and five of one").isEqualTo(11);
    assertThat(count("access_event")).as("of today").isEqualTo(5);
    assertThat(count("image_seal")).isEqualTo(15);
    assertThat(Seals.anchors(database)).isEqualTo(anchors);
    live();
    seal();
    assertThat(verify()).isEmpty();
  }

  private static long count(String table) {
    return Objects.requireNonNull(
        database.first("select count(*) from " + table, row -> row.getLong(1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a membership that stays    | delete from image_event where member_id = 'bob' and <             | stay instead of
          an image that stays        | delete from image_event where change = 'created' and <            | stay instead of
          one that stays is altered  | update image_event set actor = 'mallory' where member_id = 'bob' and < | is altered
          one comes back as another  | insert into image_event (image_id, member_id, to_status, owner, actor, cause, at) select image_id, 'mallory', 'accepted', owner, actor, cause, at from image_event where member_id = 'bob' and < | is inserted
          one of today is removed    | delete from image_event where member_id = 'bob' and not <         | is removed
          one of rights of today     | delete from access_event where kind = 'group.deleted'             | is removed
          that there was a cut       | delete from history_cut                                          | is removed
          when it was                | update history_cut set day = day + 1                             | stay instead of
          how many stay              | update history_cut set kept = kept - 1                           | stay instead of
          what stays                 | update history_cut set hash = sha256('x')                        | is not signed
          who signed it              | update history_cut set signature = sha512('x')                   | is not signed
          an anchor is the cut       | update history_cut c set hash = a.hash, signature = a.signature, kept = a.seals from history_anchor a | stay instead of
          """)
  void whatIsChangedAfterACutIsNamed(String what, String sql, String finding) {
    cut();
    DATABASE.execute(
        sql.replace(
            "<",
            "image_id in (select image_id from image_seal where day < (select day from history_cut))"));

    assertThat(verify()).as(what).anyMatch(one -> one.contains(finding));
  }

  /** Otherwise the cut would hide what was changed before. */
  @Test
  void nothingIsRemovedFromAHistoryThatWasChanged() {
    DATABASE.execute("delete from image_event where member_id = 'bob'");
    long before = count("image_event");
    cut();

    assertThat(count("image_event")).isEqualTo(before);
    assertThat(count("history_cut")).isZero();
    assertThat(verify()).isNotEmpty();
  }

  /** Nodes move it, each on its own. */
  @Test
  void ofTwoCutsTheLaterStays() {
    cut();
    Anchor later = stored();
    database.inTransaction(
        session -> {
          Cut.store(session, new Cut(later.day().minusDays(1)).signed(AnchorKey.of(Keys.random())));
          return true;
        });

    assertThat(stored()).isEqualTo(later);
  }

  private Anchor stored() {
    return database.inTransaction(session -> Objects.requireNonNull(Cut.stored(session)));
  }

  /**
   * Who can write everything in the database can write new seals and anchors, but not sign them.
   */
  @Test
  void whatIsSealedAnewIsNotSigned() {
    Anchor kept = Seals.anchors(database).getFirst();
    DATABASE.execute(
        """
        update image_event set actor = 'mallory';
        update access_event set actor = 'mallory';
        delete from image_seal; delete from access_seal; delete from history_anchor;
        update history_sealed set sealed_at = '-infinity', sealed_event = 0,
          access_at = '-infinity', access_event = 0
        """);
    AnchorKey forger = AnchorKey.of(Keys.random());
    seal(forger);
    assertThat(verify()).as("today's are not anchored").isEmpty();
    assertThat(verify(kept)).singleElement().asString().contains("not the one that was kept");

    DATABASE.execute(
        """
        update image_seal set day = day - 1;
        update access_seal set day = day - 1;
        update history_sealed set day = day - 1
        """);
    seal(forger);

    assertThat(verify()).singleElement().asString().contains("is not signed by the key");
  }

  @Test
  void afterTheClockIsSetBackEachEventIsSealedOnce() {
    DATABASE.execute(
        """
        update history_sealed set sealed_at = sealed_at + interval '1 hour', access_at = access_at + interval '1 hour'
        """);
    live();
    changeRights();
    seal();
    live();
    seal();

    assertThat(verify(Seals.anchors(database).getFirst())).isEmpty();
    assertThat(
            database.all(
                """
                select (select count(*) from image_event) - (select count(*) from image_seal)
                union all select (select count(*) from access_event) - (select count(*) from access_seal)
                """,
                row -> row.getLong(1)))
        .containsExactly(0L, 0L);
  }

  /** There may be tens of millions of seals, and a database that is silent counts as lost. */
  @Test
  void aDayIsAnchoredHoweverLongTheDatabaseHashesItsSeals() {
    DATABASE.execute(
        """
        update image_seal set day = day - 1; update history_sealed set day = day - 1;
        delete from history_anchor;
        alter table image_seal rename to image_seal_at_once;
        create view image_seal as select s.* from image_seal_at_once s, (select pg_sleep(2) offset 0) slowly
        """);
    try {
      boolean isAnchored =
          database.inTransaction(
              session -> {
                // As all connections, only shorter.
                session.allowSilence(Duration.ofSeconds(1));
                return new Seals(database, key, Duration.ZERO).next();
              });
      assertThat(isAnchored).isTrue();
    } finally {
      DATABASE.execute("drop view image_seal; alter table image_seal_at_once rename to image_seal");
    }

    assertThat(Seals.anchors(database)).hasSize(1);
  }

  @Test
  void afterTheClockIsSetBackNothingIsSealedOnADayThatIsAnchored() {
    DATABASE.execute("update history_sealed set day = day + 1");
    live();
    seal();

    assertThat(
            database.all(
                "select count(*) from image_seal where day = (select day from history_sealed)",
                row -> row.getLong(1)))
        .containsExactly(5L);
  }

  /** The heap holds a page of them. */
  @Test
  void anImageWithVeryManyEventsIsReadPageByPage() {
    DATABASE.execute(
        """
        insert into image_event (image_id, member_id, to_status, owner, actor, cause, client_request_id)
        select i.id, m, 'pending', repeat('o', 32), repeat('a', 32), 'add', repeat('c', 200)
        from (select gen_random_uuid() as id) i, generate_series(1, 40000) m
        """);
    seal();
    long before = used();
    List<Long> used = new ArrayList<>();

    Audit.Result result =
        new Audit(
                key,
                List.of(),
                finding -> {},
                read -> {
                  if (read / 10_000 > used.size()) {
                    used.add(used());
                  }
                })
            .verify(database);

    assertThat(result.findings()).isZero();
    assertThat(result.sealed()).isEqualTo(40_025);
    assertThat(used).as("within the image too").hasSizeBetween(4, 5);
    assertThat(Collections.max(used) - before).isLessThan(8 << 20);
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Its time is that before its commit: others must not be sealed in its place. */
  @Test
  void anEventThatIsCommittedLateIsSealedInItsPlace() {
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            () ->
                database.inTransaction(
                    session -> {
                      session.change(
                          """
                          insert into image_event (image_id, member_id, to_status, actor, cause)
                          values (gen_random_uuid(), 'late', 'pending', 'a', 'c')
                          """);
                      session.first("select pg_sleep(1)", row -> true);
                      return true;
                    }));
    live();
    seal();
    assertThat(verify()).isEmpty();
    late.join();
    seal();
    assertThat(verify()).isEmpty();
    Long unsealed =
        database.first(
            """
            select count(*) from image_event e where not exists (
              select from image_seal s where s.image_id = e.image_id and s.event_id = e.event_id)
            """,
            row -> row.getLong(1));
    assertThat(unsealed).isZero();
  }
}
