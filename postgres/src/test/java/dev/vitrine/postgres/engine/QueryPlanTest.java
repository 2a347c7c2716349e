package dev.vitrine.postgres.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.history.EventStore.Query;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.Standing;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.ImageQuery.Which;
import dev.vitrine.postgres.bus.PostgresBus;
import dev.vitrine.postgres.history.CommittedEvents;
import dev.vitrine.postgres.history.PostgresEvents;
import dev.vitrine.postgres.history.Seals;
import dev.vitrine.postgres.image.BlobCatalogue;
import dev.vitrine.postgres.image.ImageList;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.postgres.job.JobExecution;
import dev.vitrine.postgres.job.PostgresJobs;
import dev.vitrine.postgres.login.PostgresAccessKeys;
import dev.vitrine.postgres.sharing.ImageLock;
import dev.vitrine.postgres.sharing.Membership;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.postgres.webhook.PostgresDeliveries;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.ImageType;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.NativeApi;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore.Premise;
import dev.vitrine.sharing.Traits;
import dev.vitrine.sharing.Visibility;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No hot statement scans a table: with scans as the last resort, a plan that still has one has no
 * index to use.
 */
@NullMarked
class QueryPlanTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final UUID IMAGE = UUID.randomUUID();
  private static final String SEEN = "1:1:";
  private static Tenants tenants;
  private static CallerState callers;
  private static PostgresMembers members;

  /** A statement and its values. */
  record Statement(String name, String sql, List<@Nullable Object> values) {
    Statement(String name, String sql, @Nullable Object... values) {
      this(name, sql, Arrays.asList(values));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** With one project that owns all images there are: to a plan, so does every other. */
  @BeforeAll
  static void fill() {
    tenants = Tenants.in(DATABASE.database());
    DATABASE.execute(
        """
        insert into image (image_id, owner, status, visibility)
        select gen_random_uuid(), repeat('f', 32), 'active', 'shared' from generate_series(1, 10000)
        """);
    DATABASE.execute("analyze image");
    callers = DATABASE.database().callers();
    members = new PostgresMembers(DATABASE.database());
  }

  static Stream<Statement> hotStatements() {
    Caller caller = tenants.bob();
    String project = Tenants.project(caller).value();
    String user = caller.user().value();
    ImageId id = new ImageId(IMAGE);
    Premise premise =
        new Premise(new Standing(1), Tenants.project(caller), Visibility.SHARED, Traits.USUAL);
    OffsetDateTime then = Instant.now().atOffset(ZoneOffset.UTC);
    return Stream.of(
        new Statement("standing", CallerState.STANDING, CallerState.ofStanding(caller)),
        new Statement("version", CallerState.VERSION, callers.values(caller)),
        new Statement("sign in a project", PostgresAccessKeys.SIGNER_IN_PROJECT, project, "k"),
        new Statement(
            "sign in a project with a temporary key",
            PostgresAccessKeys.HOLDER_IN_PROJECT,
            Stream.concat(Stream.of(project), Stream.of(PostgresAccessKeys.forHolder(caller)))
                .toArray()),
        new Statement("sign in a domain", PostgresAccessKeys.SIGNER_IN_DOMAIN, "d", "k"),
        new Statement("show an image", PostgresImages.FIND, callers.values(caller, IMAGE, project)),
        new Statement("lock an image", ImageLock.ALONE, 1L, IMAGE),
        new Statement(
            "remove the members of an image",
            Membership.REMOVE_ALL,
            IMAGE,
            IMAGE,
            user,
            "test",
            null,
            null),
        new Statement("see an image", PostgresMembers.FIND, callers.values(caller, IMAGE, project)),
        new Statement(
            "show a member",
            PostgresMembers.FIND_MEMBER,
            callers.values(caller, IMAGE, project, "m")),
        new Statement(
            "read the history of an image",
            PostgresEvents.OF_IMAGE,
            PostgresEvents.forImage(id, Tenants.project(caller), Query.all(100))),
        new Statement(
            "read the history of a project",
            PostgresEvents.OF_PROJECT,
            PostgresEvents.forProject(Tenants.project(caller), Query.all(100))),
        new Statement("when the history begins", PostgresEvents.BEGINNING),
        new Statement("see an image as of", PostgresEvents.IMAGE_THEN, IMAGE, then),
        new Statement(
            "since when it is the owner's", PostgresEvents.OWNER_SINCE, IMAGE, then, IMAGE),
        new Statement(
            "who can use an image", PostgresEvents.MEMBERS_NOW, IMAGE, IMAGE, null, null, "", 100),
        new Statement(
            "who could use an image",
            PostgresEvents.MEMBERS_THEN,
            then,
            IMAGE,
            null,
            null,
            "",
            IMAGE,
            100),
        new Statement(
            "what a project can use",
            PostgresEvents.CONCERNING_NOW,
            project,
            project,
            project,
            project,
            project,
            IMAGE,
            100),
        new Statement(
            "what a project could use",
            PostgresEvents.CONCERNING_THEN,
            project,
            then,
            project,
            project,
            project,
            project,
            IMAGE,
            100),
        new Statement("count images", PostgresImages.COUNT, callers.values(caller, project)),
        new Statement("count bytes", PostgresImages.BYTES, project),
        new Statement(
            "which images have members", PostgresImages.WITH_MEMBERS, (Object) new UUID[] {IMAGE}),
        listMembers(),
        new Statement(
            "add a member",
            PostgresMembers.ADD,
            members.forAdding(
                caller,
                id,
                new MemberId("m"),
                premise,
                new Rules(Consent.GLANCE, 128, 10, true, false, NativeApi.GLANCE),
                new Cause("test", null))),
        new Statement(
            "set a status",
            PostgresMembers.SET_STATUS,
            members.forSettingStatus(
                caller,
                id,
                new MemberId("m"),
                MemberStatus.ACCEPTED,
                null,
                premise,
                new Cause("test", null))),
        new Statement(
            "remove a member",
            PostgresMembers.REMOVE,
            members.forRemoving(caller, id, new MemberId("m"), premise, new Cause("test", null))),
        new Statement(
            "find the images of a batch",
            PostgresJobs.FIND_IMAGES,
            callers.values(caller, new UUID[] {IMAGE}, project)),
        new Statement("claim an image of a job", JobExecution.CLAIM, "p"),
        new Statement("see an image of a job", JobExecution.SEE_IMAGE, SEEN, "m", IMAGE),
        new Statement(
            "add by a job",
            JobExecution.ADD,
            IMAGE,
            "job",
            new String[] {"m"},
            user,
            SEEN,
            true,
            128L),
        new Statement(
            "set a status by a job",
            JobExecution.UPDATE,
            IMAGE,
            "job",
            new String[] {"m"},
            user,
            SEEN,
            "accepted",
            "vault"),
        new Statement(
            "remove by a job", JobExecution.REMOVE, IMAGE, "job", new String[] {"m"}, user, SEEN),
        new Statement("list jobs", PostgresJobs.list(null, false), "p", 25),
        new Statement("list jobs that ended", PostgresJobs.list(true, false), "p", 25),
        new Statement("list jobs that run", PostgresJobs.list(false, false), "p", 25),
        new Statement(
            "list the next jobs",
            PostgresJobs.list(null, true),
            "p",
            Instant.EPOCH.atOffset(ZoneOffset.UTC),
            "job",
            25),
        new Statement("end a job", PostgresJobs.END, "job"),
        new Statement("end jobs", PostgresJobs.END_DONE),
        new Statement("read what a webhook tells", PostgresDeliveries.EVENT, "w", IMAGE, 1L),
        new Statement("deliver the next of an image", PostgresDeliveries.NEXT, "w", "w", IMAGE));
  }

  /** Of many projects, and of one that has much of it. */
  private static void fillHistory() {
    DATABASE.execute(
        """
        truncate image_event;
        insert into image_event (image_id, member_id, to_status, owner, actor, cause, at)
        select gen_random_uuid(), case when i % 3 = 0 then 'large' else (i % 300)::text end, 'pending',
          case when i % 2 = 0 then 'large' else (i % 500)::text end, 'a', 'c', now() - (50000 - i) * interval '1 minute'
        from generate_series(1, 50000) i;
        insert into image_event (image_id, change, visibility, image_status, owner, at)
        select image_id, 'deactivated', 'shared', 'deactivated', owner, at from image_event where event_id % 10 = 0;
        truncate image_event_member;
        insert into image_event_member (image_id, event_id, member_id, at)
        select e.image_id, e.event_id, m.member_id, e.at
        from image_event e join image_event m on m.image_id = e.image_id and m.member_id is not null
        where e.change is not null
        """);
    DATABASE.execute("analyze image_event");
    DATABASE.execute("analyze image_event_member");
  }

  /** However long the history of a project is: no page sorts all of it. */
  @Test
  void aPageOfTheHistoryOfAProjectIsReadFromItsEnd() {
    fillHistory();

    assertThat(
            plan(
                PostgresEvents.OF_PROJECT,
                PostgresEvents.forProject(new ProjectId("large"), Query.all(100))))
        .anyMatch(line -> line.contains("Index Scan Backward using image_event_by_owner"))
        .anyMatch(line -> line.contains("Index Scan Backward using image_event_by_member"))
        .anyMatch(line -> line.contains("using image_event_by_former_owner"))
        .anyMatch(line -> line.contains("Index Scan Backward using image_event_member_by_member"))
        .noneMatch(QueryPlanTest::isScan);
  }

  /** Each second: the end of the history by its time, and the webhooks of whom it concerns. */
  @Test
  void whatIsNewIsFoundByItsTime() {
    fillHistory();
    OffsetDateTime now = Instant.now().atOffset(ZoneOffset.UTC);

    assertThat(
            plan(
                PostgresDeliveries.QUEUE,
                CommittedEvents.values(
                    new CommittedEvents.Cursor(now.minusSeconds(2), 7), now, 1_000)))
        .anyMatch(line -> line.contains("Index Scan using image_event_by_time"))
        .noneMatch(line -> isScan(line) && !line.contains("webhook_queued"));
  }

  /** Each second, too. */
  @Test
  void whatTheBusIsToldIsFoundByItsTime() {
    fillHistory();
    OffsetDateTime now = Instant.now().atOffset(ZoneOffset.UTC);

    assertThat(
            plan(
                PostgresBus.READ,
                CommittedEvents.values(
                    new CommittedEvents.Cursor(now.minusSeconds(2), 7), now, 100)))
        .anyMatch(line -> line.contains("Index Scan using image_event_by_time"))
        .noneMatch(QueryPlanTest::isScan);
    assertThat(plan(PostgresBus.BEHIND))
        .anyMatch(line -> line.contains("using image_event_by_time"))
        .noneMatch(line -> isScan(line) && !line.contains("bus_position"));
  }

  /** Else a reader that is a million events behind would read a million for each page. */
  @ParameterizedTest
  @ValueSource(strings = {"image_event", "access_event"})
  void aPageOfWhatIsNewIsReadNoFurtherThanItsEnd(String table) {
    fillHistory();
    OffsetDateTime began = Instant.EPOCH.atOffset(ZoneOffset.UTC);
    OffsetDateTime now = Instant.now().atOffset(ZoneOffset.UTC);

    List<String> plan =
        plan(
            CommittedEvents.read("*", table),
            CommittedEvents.values(new CommittedEvents.Cursor(began, 0), now, 100));

    assertThat(plan.get(0)).startsWith("Limit");
    assertThat(plan.get(1)).contains("Index Scan using " + table + "_by_time");
  }

  /** Else each day would take longer than the day before, until one is not anchored in time. */
  @Test
  void onlyTheSealsOfADayAreAnchored() {
    DATABASE.execute(
        """
        truncate image_seal;
        insert into image_seal
        select gen_random_uuid(), 1, i, '2020-01-01'::date + i / 100, sha256('') from generate_series(1, 50000) i
        """);
    DATABASE.execute("analyze image_seal");

    assertThat(plan(Seals.OF_DAY, null, null))
        .anyMatch(line -> line.contains("Bitmap Index Scan on image_seal_by_day"))
        .noneMatch(QueryPlanTest::isScan);
  }

  /** After a clock was set back, on an image with however many events. */
  @Test
  void theSealsOfAnImageAreReadOnceForAllItsEvents() {
    DATABASE.execute(
        """
        truncate image_seal;
        insert into image_seal
        select '%s', i, i, '2020-01-01', sha256('') from generate_series(1, 50000) i
        """
            .formatted(IMAGE));
    DATABASE.execute("analyze image_seal");

    assertThat(plan(Seals.SEALED_IMAGES, new String[] {IMAGE.toString()}, new Long[] {1L, 2L}))
        .anyMatch(line -> line.contains("Index Cond: (image_id = ANY"))
        .noneMatch(line -> line.contains("Nested Loop"))
        .noneMatch(QueryPlanTest::isScan);
  }

  /** A page of the blobs is read from its place, not sorted out of all. */
  @Test
  void blobsAreReadInTheOrderOfTheirIndex() {
    DATABASE.execute("update image set blob_key = image_id::text");
    DATABASE.execute("analyze image");

    assertThat(plan(BlobCatalogue.after(100), "", ""))
        .anyMatch(line -> line.contains("Index Scan using image_by_blob"))
        .noneMatch(line -> line.contains("Seq Scan on image"));
  }

  /** Of the webhooks, those that have some are looked up. */
  @Test
  void onlyWhatIsDueIsClaimed() {
    assertThat(
            plan(PostgresDeliveries.CLAIM, new String[] {"w"}, new String[] {"d"}, 4, 16, 64, 60.0))
        .anyMatch(line -> line.contains("Index Scan using webhook_delivery_by_time"))
        .anyMatch(line -> line.contains("Index Scan using webhook_delivery_due"))
        .noneMatch(QueryPlanTest::isScan);
  }

  private static Statement listMembers() {
    Caller caller = tenants.bob();
    return new Statement(
        "list members",
        PostgresMembers.FIND_PAGE,
        members.forPage(
            caller, new ImageId(IMAGE), new Sharing.Place(Instant.now(), new MemberId("m")), 1001));
  }

  @ParameterizedTest
  @MethodSource("hotStatements")
  void noHotStatementScansATable(Statement statement) {
    assertThat(plan(statement.sql(), statement.values().toArray()))
        .noneMatch(QueryPlanTest::isScan);
  }

  static Stream<Statement> readsThatAreAskedTogether() {
    Caller caller = tenants.bob();
    ImageQuery query =
        new ImageQuery(
            new Which.Usual(), EnumSet.of(MemberStatus.ACCEPTED), false, List.of(), List.of(), 25);
    ImageList.Sql list = new ImageList(caller, false, query, null).statement();
    Set<String> together =
        Set.of(
            "show an image",
            "see an image",
            "show a member",
            "list members",
            "which images have members");
    return Stream.concat(
        hotStatements().filter(statement -> together.contains(statement.name())),
        Stream.of(
            new Statement(
                "list images", list.text(), callers.values(caller, list.values().toArray()))));
  }

  @ParameterizedTest
  @MethodSource("readsThatAreAskedTogether")
  void norDoReadsThatAreAskedTogether(Statement statement) {
    String sql =
        DATABASE
            .database()
            .with(session -> new ManyAtOnce(statement.sql()).text(Database.READS, session));
    @Nullable Object[] values =
        Stream.generate(statement.values()::stream)
            .limit(Database.READS)
            .flatMap(each -> each)
            .toArray();

    assertThat(plan(sql, values)).noneMatch(QueryPlanTest::isScan);
  }

  static Stream<ImageQuery> lists() {
    return Stream.of(
            new Which.Usual(),
            new Which.All(),
            new Which.Only(Visibility.SHARED),
            new Which.Only(Visibility.PUBLIC),
            new Which.Only(Visibility.PRIVATE),
            new Which.OfType(ImageType.GOLD),
            new Which.OfType(ImageType.SHARED),
            new Which.OfType(ImageType.PRIVATE),
            new Which.Received())
        .map(
            which ->
                new ImageQuery(
                    which, EnumSet.of(MemberStatus.ACCEPTED), false, List.of(), List.of(), 25));
  }

  @ParameterizedTest
  @MethodSource("lists")
  void noPageOfAListWalksWhatOthersOwn(ImageQuery query) {
    for (@Nullable Image after :
        new @Nullable Image[] {null, Tenants.queued(new ImageId(IMAGE), null)}) {
      ImageList.Sql sql = new ImageList(tenants.bob(), false, query, after).statement();
      List<String> plan = plan(sql.text(), callers.values(tenants.bob(), sql.values().toArray()));
      assertThat(plan)
          .noneMatch(QueryPlanTest::isScan)
          .noneMatch(line -> line.contains("image_by_time"));
    }
  }

  @Test
  void aPageOfAllImagesWalksThemInOrder() {
    ImageQuery query = new ImageQuery(new Which.All(), Set.of(), false, List.of(), List.of(), 25);
    ImageList.Sql sql = new ImageList(tenants.admin(), true, query, null).statement();
    assertThat(plan(sql.text(), callers.values(tenants.admin(), sql.values().toArray())))
        .anyMatch(line -> line.contains("using image_by_time"));
  }

  /** The list that a consumer sees: one walk of the members' index, no more rows than a page. */
  @Test
  void aConsumersListWalksOneIndex() {
    ImageQuery query =
        new ImageQuery(
            new Which.Only(Visibility.SHARED),
            EnumSet.of(MemberStatus.ACCEPTED),
            false,
            List.of(),
            List.of(),
            25);
    ImageList.Sql sql = new ImageList(tenants.bob(), false, query, null).statement();
    assertThat(plan(sql.text(), callers.values(tenants.bob(), sql.values().toArray())))
        .anyMatch(line -> line.contains("using image_member_by_member"))
        .anyMatch(line -> line.contains("using image_by_owner"));
  }

  /** Else each page of a long list would read all that is behind it, to sort and drop it. */
  @Test
  void aPageOfMembersIsReadNoFurtherThanItsEnd() {
    Statement list = listMembers();
    List<String> plan = plan(list.sql(), list.values().toArray());
    int limit =
        plan.indexOf(
            plan.stream().filter(line -> line.contains("->  Limit")).findFirst().orElseThrow());
    assertThat(plan.get(limit + 1)).contains("Index Scan using image_member_in_order");
  }

  private static boolean isScan(String line) {
    return line.contains("Seq Scan");
  }

  /**
   * The plan for any values, as the connections of requests have it ({@code plan_cache_mode}). With
   * values, {@code explain} would show the plan for these.
   */
  private static List<String> plan(String sql, @Nullable Object... values) {
    String[] parts = sql.split("[?]", -1);
    StringBuilder numbered = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      numbered.append("$").append(i).append(parts[i]);
    }
    String any = String.join(", ", Collections.nCopies(values.length, "null"));
    return DATABASE
        .database()
        .with(
            session -> {
              session.change("prepare planned as " + numbered);
              try {
                return session.all(
                    "explain execute planned" + (any.isEmpty() ? "" : "(" + any + ")"),
                    row -> row.getString(1));
              } finally {
                session.change("deallocate planned");
              }
            });
  }
}
