package dev.vitrine.postgres.history;

import static java.time.ZoneOffset.UTC;

import dev.vitrine.history.Event;
import dev.vitrine.history.Event.Kind;
import dev.vitrine.history.EventStore;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.job.JobId;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.postgres.sharing.Membership;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Table {@code image_event}, whose rows {@link dev.vitrine.postgres.sharing.ImageEventInserts}
 * inserts.
 */
public final class PostgresEvents implements EventStore {
  private final Database database;

  public PostgresEvents(Database database) {
    this.database = database;
  }

  /** The word of {@link Kind}, of the event {@code e}. Only a job of the owner renews an offer. */
  public static final String KIND =
      """
      case
        when e.change is not null then 'image.' || e.change
        when e.to_status is null then 'offer.withdrawn'
        when e.to_status <> 'pending' then 'offer.' || e.to_status
        when e.from_status is null then 'offer.created'
        when e.request_id is null then 'offer.reopened'
        else 'offer.renewed'
      end""";

  private static final String TO =
      """
      case e.change
        when 'owner_changed' then e.owner
        when 'created' then e.visibility
        when 'recorded' then e.visibility
        when 'visibility_changed' then e.visibility
        when 'updated' then null
        when 'deleted' then null
        else coalesce(e.image_status, e.to_status)
      end""";

  /**
   * The account of a project, also if the project is deleted; null once its deletion is no longer
   * kept. A project never moves to another account. Uses index {@code
   * access_event_deleted_project}.
   */
  private static final String ACCOUNT =
      """
      coalesce(
        (select domain_id from project where project_id = %1$s),
        (select domain_id from access_event where kind = 'project.deleted' and project_id = %1$s limit 1))""";

  private static String ofOtherAccount(String owner, String member) {
    return "%s <> %s".formatted(ACCOUNT.formatted(owner), ACCOUNT.formatted(member));
  }

  /** Columns that {@link #event} reads, of the events {@code e}. */
  public static final String COLUMNS =
      """
      e.image_id, e.event_id, e.owner, %s as kind, e.member_id, coalesce(e.from_status, e.previous) as was, %s as is,
        e.actor, e.cause, e.request_id, e.client_request_id, e.at, %s as other_account
      """
          .formatted(KIND, TO, ofOtherAccount("e.owner", "e.member_id"));

  /**
   * Whether the member's side made the change ({@link Kind#isByMember}); never null. An offer that
   * is withdrawn has no status afterwards.
   */
  private static final String BY_MEMBER =
      """
      (e.change is null
        and (coalesce(e.to_status, '') in ('accepted', 'rejected') or %s = 'offer.reopened'))"""
          .formatted(KIND);

  /** A filter by actor finds what the owner's side did. Value: actor or null. */
  private static final String BY_ACTOR_AS_OWNER =
      "(?::text is null or not %s)".formatted(BY_MEMBER);

  /** As {@link #BY_ACTOR_AS_OWNER}, for the member's side. */
  private static final String BY_ACTOR_AS_MEMBER = "(?::text is null or %s)".formatted(BY_MEMBER);

  /**
   * As {@link #BY_ACTOR_AS_OWNER}, for the project that had the image before, and for members of an
   * image that itself was changed: they are not told who did it.
   */
  private static final String BY_NO_ACTOR = "?::text is null";

  /**
   * Values: {@link #filter}.
   *
   * @param times alias of the relation whose index gives the order by time
   */
  private static String filter(String times) {
    return """
        %1$s.at >= ? and %1$s.at <= ? and (?::text is null or e.member_id = ?)
          and (?::text is null or e.actor = ?)
          and %2$s = any (?)"""
        .formatted(times, KIND);
  }

  /** Kinds that only a newer version knows are left out. */
  private static List<@Nullable Object> filter(Query query) {
    String member = query.member() == null ? null : query.member().value();
    String actor = actor(query);
    Collection<Kind> kinds = query.kinds().isEmpty() ? List.of(Kind.values()) : query.kinds();
    return Arrays.asList(
        query.since() == null ? OffsetDateTime.MIN : query.since().atOffset(UTC),
        query.until() == null ? OffsetDateTime.MAX : query.until().atOffset(UTC),
        member,
        member,
        actor,
        actor,
        kinds.stream().map(Kind::word).toArray(String[]::new));
  }

  private static @Nullable String actor(Query query) {
    return query.actor() == null ? null : query.actor().value();
  }

  /** Uses the primary keys. Values: {@link #forImage}. */
  public static final String OF_IMAGE =
      """
      select %s from image_event e
      where e.image_id = ?
        and (?::text is null or (e.owner = ? and %s) or (e.member_id = ? and %s)
          or (e.change = 'owner_changed' and e.previous = ? and %s)
          or (%s and exists (
            select from image_event_member t
            where t.image_id = ? and t.event_id = e.event_id and t.member_id = ?)))
        and %s and e.event_id < ?
      order by e.event_id desc
      limit ?
      """
          .formatted(
              COLUMNS,
              BY_ACTOR_AS_OWNER,
              BY_ACTOR_AS_MEMBER,
              BY_NO_ACTOR,
              BY_NO_ACTOR,
              filter("e"));

  public static @Nullable Object[] forImage(ImageId image, @Nullable ProjectId side, Query query) {
    String project = side == null ? null : side.value();
    String member = side == null ? null : Membership.member(side);
    List<@Nullable Object> values = new ArrayList<>();
    Collections.addAll(
        values,
        image.value(),
        project,
        project,
        actor(query),
        member,
        actor(query),
        project,
        actor(query),
        actor(query),
        image.value(),
        member);
    values.addAll(filter(query));
    values.add(query.after() == null ? Long.MAX_VALUE : query.after().number());
    values.add(query.limit());
    return values.toArray();
  }

  @Override
  public List<Event> ofImage(ImageId image, @Nullable ProjectId side, Query query) {
    return database.all(OF_IMAGE, PostgresEvents::event, forImage(image, side, query));
  }

  /** Relation {@code p (id)}, one project. Value: its id. */
  private static final String ONE = "(select ?::text) p(id)";

  /**
   * The events {@code e} of projects {@code p (id)}. Uses index {@code image_event_by_owner},
   * {@code …_by_member} or {@code …_by_former_owner}, whose entries are hashes. The planner must
   * not see that the second condition follows from the first: it would expect far too few rows, and
   * sort all that there are.
   *
   * @param projects SQL, a relation named {@code p (id)}
   * @param side owner, member_id or previous
   */
  public static String of(String projects, String side) {
    return """
        %1$s join image_event e on hashtextextended(e.%2$s, 0) = hashtextextended(p.id, 0)
          and coalesce(e.%2$s = p.id, false)"""
        .formatted(projects, side);
  }

  /** The events by which an image got another owner, for the project that had it before. */
  private static final String FORMER_OWNER =
      of(ONE, "previous") + " and e.change = 'owner_changed'";

  /**
   * The events {@code e} of images themselves that projects are told, because they were members
   * then ({@code ImageEventInserts.told}). Uses index {@code image_event_member_by_member}, as
   * {@link #of} uses those of the events; {@code t.at} is the time.
   *
   * @param projects as for {@link #of}
   */
  public static String told(String projects) {
    return """
        %s join image_event_member t on hashtextextended(t.member_id, 0) = hashtextextended(p.id, 0)
          and coalesce(t.member_id = p.id, false)
        join image_event e on e.image_id = t.image_id and e.event_id = t.event_id"""
        .formatted(projects);
  }

  private static String page(String events, String isBy, String times) {
    return """
        (
          select e.* from %1$s
          where %2$s and %3$s and (%4$s.at, %4$s.event_id) < (?, ?)
          order by %4$s.at desc, %4$s.event_id desc
          limit ?
        )"""
        .formatted(events, isBy, filter(times), times);
  }

  /**
   * Uses the indexes of {@link #of}, and {@code image_event_member_by_member}. What a project
   * shares with itself is in several parts. Values: {@link #forProject}.
   */
  public static final String OF_PROJECT =
      """
      select %s from (%s union %s union %s union %s) e
      order by e.at desc, e.event_id desc
      limit ?
      """
          .formatted(
              COLUMNS,
              page(of(ONE, "owner"), BY_ACTOR_AS_OWNER, "e"),
              page(of(ONE, "member_id"), BY_ACTOR_AS_MEMBER, "e"),
              page(FORMER_OWNER, BY_NO_ACTOR, "e"),
              page(told(ONE), BY_NO_ACTOR, "t"));

  public static @Nullable Object[] forProject(ProjectId project, Query query) {
    List<@Nullable Object> values = new ArrayList<>();
    String member = Membership.member(project);
    for (String side : List.of(project.value(), member, project.value(), member)) {
      Collections.addAll(values, side, actor(query));
      values.addAll(filter(query));
      values.add(query.after() == null ? OffsetDateTime.MAX : query.after().at().atOffset(UTC));
      values.add(query.after() == null ? Long.MAX_VALUE : query.after().number());
      values.add(query.limit());
    }
    values.add(query.limit());
    return values.toArray();
  }

  @Override
  public List<Event> ofProject(ProjectId project, Query query) {
    return database.all(OF_PROJECT, PostgresEvents::event, forProject(project, query));
  }

  /** A row of {@link #COLUMNS}. */
  public static Event event(ResultSet row) throws SQLException {
    String cause = row.getString("cause");
    // Set if the cause is a job. Events of jobs from before migration 6 have none and read as
    // requests.
    @Nullable String submission = row.getString("request_id");
    return new Event(
        Rows.image(row),
        row.getLong("event_id"),
        Rows.mapIfAny(row.getString("owner"), ProjectId::new),
        Objects.requireNonNull(Kind.of(row.getString("kind"))),
        Rows.mapIfAny(row.getString("member_id"), MemberId::new),
        row.getString("was"),
        row.getString("is"),
        Rows.mapIfAny(row.getString("actor"), UserId::new),
        cause == null
            ? null
            : new Cause(
                submission == null ? cause : submission, row.getString("client_request_id")),
        submission == null ? null : new JobId(cause),
        row.getObject("other_account", Boolean.class),
        Rows.time(row, "at"));
  }

  @Override
  public @Nullable ProjectId ownerOfDeleted(ImageId image) {
    return database.first(
        "select owner from deleted_image where image_id = ? and owner is not null",
        row -> new ProjectId(row.getString("owner")),
        image.value());
  }

  /** Uses index {@code image_event_recorded}. */
  public static final String BEGINNING =
      """
      select greatest(
        (select at from image_event where change = 'recorded' order by at limit 1),
        (select day::timestamp at time zone 'UTC' from history_cut where one)) as at
      """;

  @Override
  public @Nullable Instant beginning() {
    OffsetDateTime at = database.first(BEGINNING, row -> row.getObject("at", OffsetDateTime.class));
    return at == null ? null : at.toInstant();
  }

  /**
   * {@code s}: how the image of {@code c} was at the instant {@code t.asked}, by its last event
   * until then.
   */
  private static final String STATE_THEN =
      """
      cross join lateral (
        select e.owner, e.visibility, e.image_status as status, e.at as since
        from image_event e
        where e.image_id = c.image_id and e.change is not null and e.at <= t.asked
        order by e.event_id desc
        limit 1
      ) s
      """;

  private static final String IMAGE_NOW =
      "select image_id, owner, visibility, status, updated_at as since from image where image_id = ?";

  public static final String IMAGE_THEN =
      """
      select c.image_id, s.* from (select ?::uuid as image_id) c cross join (select ?::timestamptz as asked) t
      """
          + STATE_THEN
          + "where s.visibility is not null";

  @Override
  public @Nullable ImageState image(ImageId image, @Nullable Instant asOf) {
    return asOf == null
        ? database.first(IMAGE_NOW, PostgresEvents::image, image.value())
        : database.first(IMAGE_THEN, PostgresEvents::image, image.value(), asOf.atOffset(UTC));
  }

  private static ImageState image(ResultSet row) throws SQLException {
    return new ImageState(
        Rows.image(row),
        Rows.mapIfAny(row.getString("owner"), ProjectId::new),
        Rows.visibility(row.getString("visibility")),
        Rows.imageStatus(row.getString("status")),
        Rows.time(row, "since"));
  }

  /**
   * Since when its owner has an image, until an instant: since the last change of the owner, or the
   * first event that is kept. Uses index {@code image_event_new_owner} and the primary key.
   */
  private static final String OWNED_SINCE =
      """
      coalesce(
        (select e.at from image_event e
         where e.image_id = %1$s and e.change = 'owner_changed' and e.visibility is not null and e.at <= %2$s
         order by e.event_id desc limit 1),
        (select e.at from image_event e where e.image_id = %1$s order by e.event_id limit 1))""";

  /** Values: image, instant, image. */
  public static final String OWNER_SINCE =
      "select %s as since".formatted(OWNED_SINCE.formatted("?", "?"));

  @Override
  public @Nullable Instant ownerSince(ImageId image, @Nullable Instant asOf) {
    OffsetDateTime since =
        database.first(
            OWNER_SINCE,
            row -> row.getObject("since", OffsetDateTime.class),
            image.value(),
            asOf == null ? OffsetDateTime.MAX : asOf.atOffset(UTC),
            image.value());
    return since == null ? null : since.toInstant();
  }

  private static final String LAST_USED =
      "left join image_use u on u.image_id = ? and u.project_id = m.member_id";

  /** Uses the primary key. Values: image twice, member or null twice, member, limit. */
  public static final String MEMBERS_NOW =
      """
      select m.member_id, m.status, m.updated_at as since, u.used_at, %s as other_account
      from image_member m join image i on i.image_id = m.image_id
      %s
      where m.image_id = ? and (?::text is null or m.member_id = ?) and m.member_id > ?
      order by m.member_id
      limit ?
      """
          .formatted(ofOtherAccount("i.owner", "m.member_id"), LAST_USED);

  /**
   * Reads all events of the members of the image. Values: instant, image, member or null twice,
   * member, image, limit.
   */
  public static final String MEMBERS_THEN =
      """
      select m.member_id, m.status, m.since, case when u.used_at <= m.asked then u.used_at end as used_at,
        %s as other_account
      from (
        select distinct on (e.member_id) e.image_id, e.member_id, e.owner, e.to_status as status, e.at as since,
          t.asked
        from (select ?::timestamptz as asked) t
        join image_event e on e.at <= t.asked
        where e.image_id = ? and e.member_id is not null
          and (?::text is null or e.member_id = ?) and e.member_id > ?
        order by e.member_id, e.event_id desc
      ) m
      %s
      where m.status is not null
      order by m.member_id
      limit ?
      """
          .formatted(ofOtherAccount("m.owner", "m.member_id"), LAST_USED);

  @Override
  public List<MemberState> members(
      ImageId image,
      @Nullable Instant asOf,
      @Nullable MemberId only,
      @Nullable MemberId after,
      int limit) {
    String one = only == null ? null : only.value();
    String last = after == null ? "" : after.value();
    return asOf == null
        ? database.all(
            MEMBERS_NOW,
            PostgresEvents::member,
            image.value(),
            image.value(),
            one,
            one,
            last,
            limit)
        : database.all(
            MEMBERS_THEN,
            PostgresEvents::member,
            asOf.atOffset(UTC),
            image.value(),
            one,
            one,
            last,
            image.value(),
            limit);
  }

  private static MemberState member(ResultSet row) throws SQLException {
    return new MemberState(
        new MemberId(row.getString("member_id")),
        status(row.getString("status")),
        Rows.time(row, "since"),
        Rows.timeIfAny(row, "used_at"),
        row.getObject("other_account", Boolean.class));
  }

  private static MemberStatus status(String word) {
    return Objects.requireNonNull(Rows.status(word));
  }

  /** Values: project twice, member twice, project, image, limit. */
  public static final String CONCERNING_NOW =
      """
      select i.image_id, i.owner, i.visibility, i.status, i.updated_at as since,
        case when i.owner = ? then %s end as owner_since,
        m.status as membership, m.updated_at as member_since, u.used_at
      from (
        select image_id from image where owner = ?
        union select image_id from image_member where member_id = ?
        union select image_id from image where visibility in ('public', 'community')
      ) c
      join image i on i.image_id = c.image_id
      left join image_member m on m.image_id = i.image_id and m.member_id = ?
      left join image_use u on u.image_id = i.image_id and u.project_id = ?
      where c.image_id > ?
      order by i.image_id
      limit ?
      """
          .formatted(OWNED_SINCE.formatted("i.image_id", "'infinity'"));

  /** As {@link #CONCERNING_NOW}, from the events; the instant is the second value. */
  public static final String CONCERNING_THEN =
      """
      select c.image_id, s.owner, s.visibility, s.status, s.since,
        case when s.owner = ? then %s end as owner_since,
        m.status as membership, m.since as member_since, case when u.used_at <= t.asked then u.used_at end as used_at
      from (select ?::timestamptz as asked) t cross join (
        select e.image_id from %s
        union select e.image_id from %s
        union select image_id from image_event where visibility in ('public', 'community')
      ) c
      %s
      left join lateral (
        select e.to_status as status, e.at as since
        from image_event e
        where e.image_id = c.image_id and e.member_id = ? and e.at <= t.asked
        order by e.event_id desc
        limit 1
      ) m on m.status is not null
      left join image_use u on u.image_id = c.image_id and u.project_id = ?
      where c.image_id > ? and s.visibility is not null
      order by c.image_id
      limit ?
      """
          .formatted(
              OWNED_SINCE.formatted("c.image_id", "t.asked"),
              of(ONE, "owner"),
              of(ONE, "member_id"),
              STATE_THEN);

  private static final UUID BEFORE_ALL = new UUID(0, 0);

  @Override
  public List<Concerning> concerning(
      ProjectId project, @Nullable Instant asOf, @Nullable ImageId after, int limit) {
    String id = project.value();
    String member = Membership.member(project);
    List<@Nullable Object> values = new ArrayList<>();
    values.add(id);
    if (asOf != null) {
      values.add(asOf.atOffset(UTC));
    }
    Collections.addAll(
        values, id, member, member, id, after == null ? BEFORE_ALL : after.value(), limit);
    return database.all(
        asOf == null ? CONCERNING_NOW : CONCERNING_THEN,
        PostgresEvents::concerning,
        values.toArray());
  }

  private static Concerning concerning(ResultSet row) throws SQLException {
    ImageState image = image(row);
    MemberStatus membership = Rows.status(row.getString("membership"));
    Instant since = Rows.timeIfAny(row, "owner_since");
    if (since == null) {
      since = membership == null ? image.since() : Rows.time(row, "member_since");
    }
    return new Concerning(image, membership, since, Rows.timeIfAny(row, "used_at"));
  }

  @Override
  public @Nullable Instant lastUse(ImageId image, ProjectId project) {
    OffsetDateTime time =
        database.first(
            "select used_at from image_use where image_id = ? and project_id = ?",
            row -> row.getObject("used_at", OffsetDateTime.class),
            image.value(),
            project.value());
    return time == null ? null : time.toInstant();
  }
}
