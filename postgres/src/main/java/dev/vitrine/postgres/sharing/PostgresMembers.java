package dev.vitrine.postgres.sharing;

import static java.time.ZoneOffset.UTC;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.postgres.engine.CallerState;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Row;
import dev.vitrine.postgres.engine.GroupCommit.Lock;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.sharing.Member;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore;
import dev.vitrine.sharing.Traits;
import dev.vitrine.sharing.Traits.Machine;
import dev.vitrine.sharing.Visibility;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memberships in tables {@code image_member} and {@code image_event}, by {@link Membership} and
 * {@link ImageEventInserts}.
 */
public final class PostgresMembers implements SharingStore {
  private final Database database;

  public PostgresMembers(Database database) {
    this.database = database;
  }

  /** Columns that {@link #shared} reads: an image, and the caller's own membership. */
  public static final String COLUMNS =
      """
      i.image_id, i.owner, i.visibility, i.status as image_status, i.encrypted, \
      case when i.whole_machine then coalesce(i.properties ->> '__backup_id', '') ~ '\\S' end as in_backup, \
      """
          + Membership.OWN_STATUS;

  /** Position of a member's columns, after {@code version} and {@link #COLUMNS}. */
  private static final int MEMBER_PLACE = 9;

  /**
   * Standing, image and own membership. Uses primary keys only. Values: the caller's, image,
   * project.
   */
  public static final String FIND =
      """
      with caller as (%s)
      select caller.version, %s
      from caller
      left join image i on i.image_id = ?
      %s
      """
          .formatted(CallerState.VERSION, COLUMNS, Membership.OWN);

  @Override
  public Found find(Caller caller, ImageId image) {
    Found found =
        database.firstInGroup(
            FIND,
            PostgresMembers::found,
            database.callers().values(caller, image.value(), Membership.member(caller)));
    return found == null ? NO_STANDING : found;
  }

  /** As {@link #FIND}, and one member by its primary key. */
  public static final String FIND_MEMBER =
      """
      with caller as (%s)
      select caller.version, %s,
        m.member_id, m.status, m.created_at, m.updated_at
      from caller
      left join image i on i.image_id = ?
      %s
      left join image_member m on m.image_id = i.image_id and m.member_id = ?
      """
          .formatted(CallerState.VERSION, COLUMNS, Membership.OWN);

  @Override
  public FoundMember find(Caller caller, ImageId image, MemberId member) {
    FoundMember found =
        database.firstInGroup(
            FIND_MEMBER,
            row -> new FoundMember(found(row), memberIfAny(image, row)),
            database
                .callers()
                .values(caller, image.value(), Membership.member(caller), member.value()));
    return found == null ? new FoundMember(NO_STANDING, null) : found;
  }

  /**
   * The image, then its members, so that the image's columns are not repeated. Uses index {@code
   * image_member_in_order}; reads no more than the page.
   */
  public static final String FIND_PAGE =
      """
      with caller as (%s), seen as (
        select caller.version, %s
        from caller
        left join image i on i.image_id = ?
        %s
      )
      select seen.*, null as member_id, null as status,
        null::timestamptz as created_at, null::timestamptz as updated_at
      from seen
      union all (
        select null, null, null, null, null, null, null, null,
          m.member_id, m.status, m.created_at, m.updated_at
        from seen
        cross join lateral (
          select * from image_member m
          where m.image_id = ? and (m.created_at, m.member_id) > (?, ?)
          order by m.created_at, m.member_id
          limit ?
        ) m
      )
      order by created_at nulls first, member_id
      """
          .formatted(CallerState.VERSION, COLUMNS, Membership.OWN);

  private static final OffsetDateTime BEFORE_ALL = OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, UTC);

  public @Nullable Object[] forPage(
      Caller caller, ImageId image, Sharing.@Nullable Place after, int limit) {
    return database
        .callers()
        .values(
            caller,
            image.value(),
            Membership.member(caller),
            image.value(),
            after == null ? BEFORE_ALL : after.createdAt().atOffset(UTC),
            after == null ? "" : after.id().value(),
            limit);
  }

  @Override
  public FoundMembers findPage(
      Caller caller, ImageId image, Sharing.@Nullable Place after, int limit) {
    Row<PageRow> pageRow = row -> pageRow(image, row);
    @Nullable Object[] values = forPage(caller, image, after, limit);
    // Few lists are longer than a page. The further pages of those must not delay other reads.
    List<PageRow> rows =
        after == null
            ? database.allInGroup(FIND_PAGE, pageRow, values)
            : database.all(FIND_PAGE, pageRow, values);
    return new FoundMembers(
        rows.isEmpty() ? NO_STANDING : rows.getFirst().found(),
        rows.stream().map(PageRow::member).filter(Objects::nonNull).toList());
  }

  /** The first row has the image, each other row a member. */
  private record PageRow(Found found, @Nullable Member member) {}

  private static PageRow pageRow(ImageId image, ResultSet row) throws SQLException {
    Member member = memberIfAny(image, row);
    return new PageRow(member == null ? found(row) : NO_STANDING, member);
  }

  /**
   * The image, if the premise of the change holds. Uses primary keys. Values: {@link #values}.
   *
   * @param lock the row lock clause; empty if another lock protects the image
   */
  private static String held(String lock) {
    return """
        with caller as (%s), held as (
          select i.image_id, i.created_at, i.owner
          from caller
          join image i on i.image_id = ?
          where caller.version = ? and i.visibility = ? and (?::text is null or i.owner = ?)
            and i.encrypted = ? and i.whole_machine = ?
          %s
        )"""
        .formatted(CallerState.VERSION, lock);
  }

  /** The owner of the image that {@link #held} holds. */
  private static final String HELD_OWNER = "(select held.owner from held)";

  /** For a change that takes the image's advisory lock, shared. */
  private static final String HELD = held("");

  private @Nullable Object[] values(
      Caller caller, ImageId image, Premise premise, @Nullable Object... more) {
    String owner = premise.owner() == null ? null : premise.owner().value();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(image.value());
    values.add(premise.standing().authorizationVersion());
    values.add(premise.visibility().word());
    values.add(owner);
    values.add(owner);
    values.add(premise.traits().encrypted());
    values.add(premise.traits().wholeMachine());
    values.addAll(Arrays.asList(more));
    return database.callers().values(caller, values.toArray());
  }

  private static <T> Attempt<T> orNotHeld(@Nullable Attempt<T> attempt) {
    return attempt == null ? new Attempt<>(false, null) : attempt;
  }

  /**
   * The lock of a change to an existing member. Excludes changes of the image and batches on it,
   * but not other changes of this kind.
   */
  private static Lock ofMember(ImageId image, MemberId member) {
    return new Lock(order(image, member), ImageLock.SHARED, List.of(ImageLock.number(image)), true);
  }

  /** The lock of an addition, which takes the row lock in its own statement. */
  private static Lock ofImage(ImageId image, MemberId member) {
    return new Lock(
        order(image, member),
        "(select true from image where image_id = ? for key share)",
        List.of(image.value()),
        false);
  }

  private static String order(ImageId image, MemberId member) {
    return image.value() + " " + member.value();
  }

  /**
   * Adds a member. The row lock serializes additions to one image. With a limit, {@code
   * members_beside} counts after the lock is held. Values: {@link #forAdding}.
   */
  public static final String ADD =
      held("for no key update of i")
          + """
          , target as (
            select ?::text as member_id,
              not ? or exists (select 1 from project where project_id = ?) as known
          ), counted as (
            select case when ? < 0 then 0 else members_beside(image_id, ?, ?) end as members from held
          ), added as (
            insert into image_member
              (image_id, member_id, status, created_by, image_created_at, created_at, updated_at, added_in)
            select held.image_id, target.member_id, 'pending', ?, held.created_at, t.now, t.now,
              pg_current_xact_id()
            from held, target, counted, (select clock_timestamp() as now) t
            where known and (? < 0 or members between 0 and ? - 1)
            on conflict (image_id, member_id) do nothing
            returning image_id, member_id, status, created_at, updated_at
          ), event as (
            %s
            returning image_id
          )
          select known, members, added.created_at, added.updated_at
          from target cross join counted left join added on true
          """
              .formatted(
                  ImageEventInserts.ofMembers(
                      "null", "c.status", HELD_OWNER, ImageEventInserts.BY_REQUEST, "added c"));

  public @Nullable Object[] forAdding(
      Caller caller, ImageId image, MemberId member, Premise premise, Rules rules, Cause cause) {
    String user = caller.user().value();
    long maximum = rules.maxMembers(premise.traits());
    return values(
        caller,
        image,
        premise,
        member.value(),
        rules.knownMembersOnly(),
        member.value(),
        maximum,
        member.value(),
        maximum,
        user,
        maximum,
        maximum,
        user,
        cause.request(),
        cause.client());
  }

  @Override
  public Attempt<Added> add(
      Caller caller, ImageId image, MemberId member, Premise premise, Rules rules, Cause cause) {
    return orNotHeld(
        database.changeInGroup(
            ofImage(image, member),
            ADD,
            row -> attempt(image, member, row, rules, premise),
            forAdding(caller, image, member, premise, rules, cause)));
  }

  /**
   * Locks the image and returns it if the premise holds then. The premise on the image is checked
   * after the lock; the caller's standing is from the statement's snapshot, and {@link #ADD} checks
   * it again. Uses a primary key. Values: {@link #values}.
   */
  static final String LOCK_HELD =
      """
      with caller as (%s), locked as (
        select * from image where image_id = ? for no key update
      )
      select i.image_id
      from caller cross join locked i
      where caller.version = ? and i.visibility = ? and (?::text is null or i.owner = ?)
        and i.encrypted = ? and i.whole_machine = ?
      """
          .formatted(CallerState.VERSION);

  /** Rolls the transaction back and carries its result. */
  private static final class NotAdded extends RuntimeException {
    private final transient Attempt<Added> attempt;

    NotAdded(Attempt<Added> attempt) {
      super(null, null, false, false);
      this.attempt = attempt;
    }
  }

  @Override
  public Attempt<Added> share(
      Caller caller, ImageId image, MemberId member, Premise premise, Rules rules, Cause cause) {
    try {
      return database.inTransaction(
          session -> {
            if (session.first(LOCK_HELD, row -> true, values(caller, image, premise)) == null) {
              return new Attempt<>(false, null);
            }
            Membership.share(session, image, caller.user().value(), null, cause);
            Premise shared =
                new Premise(
                    premise.standing(), premise.owner(), Visibility.SHARED, premise.traits());
            Attempt<Added> attempt =
                orNotHeld(
                    session.first(
                        ADD,
                        row -> attempt(image, member, row, rules, premise),
                        forAdding(caller, image, member, shared, rules, cause)));
            if (attempt.outcome() instanceof Added.New) {
              return attempt;
            }
            throw new NotAdded(attempt);
          });
    } catch (NotAdded notAdded) {
      return notAdded.attempt;
    }
  }

  private static Attempt<Added> attempt(
      ImageId image, MemberId member, ResultSet row, Rules rules, Premise premise)
      throws SQLException {
    return new Attempt<>(true, added(image, member, row, rules.maxMembers(premise.traits())));
  }

  private static Added added(ImageId image, MemberId id, ResultSet row, long maximum)
      throws SQLException {
    if (!row.getBoolean("known")) {
      return new Added.UnknownProject();
    }
    Member member = changed(image, id, MemberStatus.PENDING, row, 3);
    if (member != null) {
      return new Added.New(member);
    }
    // members is -1 if it is already a member, which takes precedence over the limit.
    long members = row.getLong("members");
    return maximum >= 0 && members >= maximum
        ? new Added.LimitReached(members, maximum)
        : new Added.AlreadyThere();
  }

  /**
   * Sets a member's status. An equal status keeps its time, but the repeated answer is recorded for
   * batches that were accepted before. Values: {@link #forSettingStatus}.
   */
  public static final String SET_STATUS =
      HELD
          + """
          , before as (
            select m.status, clock_timestamp() as now,
              m.status = ? and coalesce(?, m.vault_id) is not distinct from m.vault_id as same
            from image_member m
            where m.image_id = ? and m.member_id = ? and exists (select 1 from held)
            for no key update
          ), changed as (
            update image_member m
            set status = ?, vault_id = coalesce(?, vault_id), answered_in = pg_current_xact_id(),
              updated_at = case when (select same from before) then updated_at else (select now from before) end
            where m.image_id = ? and m.member_id = ? and exists (select 1 from before)
            returning m.image_id, m.member_id, m.status, m.created_at, m.updated_at,
              (select status from before) as from_status, (select same from before) as same
          ), event as (
            %s
            returning image_id
          )
          select changed.created_at, changed.updated_at from held left join changed on true
          """
              .formatted(
                  ImageEventInserts.ofMembers(
                      "c.from_status",
                      "c.status",
                      HELD_OWNER,
                      ImageEventInserts.BY_REQUEST,
                      "changed c where not c.same"));

  @Override
  public Attempt<Member> setStatus(
      Caller caller,
      ImageId image,
      MemberId member,
      MemberStatus status,
      @Nullable String vault,
      Premise premise,
      Cause cause) {
    return orNotHeld(
        database.changeInGroup(
            ofMember(image, member),
            SET_STATUS,
            row -> new Attempt<>(true, changed(image, member, status, row, 1)),
            forSettingStatus(caller, image, member, status, vault, premise, cause)));
  }

  public @Nullable Object[] forSettingStatus(
      Caller caller,
      ImageId image,
      MemberId member,
      MemberStatus status,
      @Nullable String vault,
      Premise premise,
      Cause cause) {
    return values(
        caller,
        image,
        premise,
        status.word(),
        vault,
        image.value(),
        member.value(),
        status.word(),
        vault,
        image.value(),
        member.value(),
        caller.user().value(),
        cause.request(),
        cause.client());
  }

  /** Values: {@link #forRemoving}. */
  public static final String REMOVE =
      HELD
          + """
          , removed as (
            delete from image_member m using held
            where m.image_id = ? and m.member_id = ?
            returning m.image_id, m.member_id, m.status
          ), event as (
            %s
            returning image_id
          )
          select removed.image_id from held left join removed on true
          """
              .formatted(
                  ImageEventInserts.ofMembers(
                      "c.status", "null", HELD_OWNER, ImageEventInserts.BY_REMOVAL, "removed c"));

  @Override
  public Attempt<MemberId> remove(
      Caller caller, ImageId image, MemberId member, Premise premise, Cause cause) {
    return orNotHeld(
        database.changeInGroup(
            ofMember(image, member),
            REMOVE,
            row -> new Attempt<>(true, row.getObject(1) == null ? null : member),
            forRemoving(caller, image, member, premise, cause)));
  }

  public @Nullable Object[] forRemoving(
      Caller caller, ImageId image, MemberId member, Premise premise, Cause cause) {
    return values(
        caller,
        image,
        premise,
        image.value(),
        member.value(),
        caller.user().value(),
        cause.request(),
        cause.client());
  }

  /**
   * The member after a change, null if nothing changed.
   *
   * @param place position of {@code created_at}; {@code updated_at} is next
   */
  private static @Nullable Member changed(
      ImageId image, MemberId member, MemberStatus status, ResultSet row, int place)
      throws SQLException {
    return row.getObject(place) == null
        ? null
        : new Member(image, member, status, Rows.time(row, place), Rows.time(row, place + 1));
  }

  private static final Found NO_STANDING = new Found(null, null);

  private static Found found(ResultSet row) throws SQLException {
    return new Found(CallerState.standing(row), sharedIfAny(row));
  }

  public static @Nullable SharedImage sharedIfAny(ResultSet row) throws SQLException {
    return row.getObject("image_id") == null ? null : shared(row);
  }

  public static SharedImage shared(ResultSet row) throws SQLException {
    return new SharedImage(
        Rows.image(row),
        Rows.mapIfAny(row.getString("owner"), ProjectId::new),
        Rows.visibility(row.getString("visibility")),
        Membership.ownStatus(row),
        traits(row));
  }

  private static Traits traits(ResultSet row) throws SQLException {
    return new Traits(
        "active".equals(row.getString("image_status")),
        row.getBoolean("encrypted"),
        machine(row.getObject("in_backup", Boolean.class)));
  }

  /**
   * @param inBackup null for an image that is no whole machine
   */
  private static Machine machine(@Nullable Boolean inBackup) {
    if (inBackup == null) {
      return Machine.NONE;
    }
    return inBackup ? Machine.IN_BACKUP : Machine.WITHOUT_BACKUP;
  }

  private static @Nullable Member memberIfAny(ImageId image, ResultSet row) throws SQLException {
    return row.getString(MEMBER_PLACE) == null ? null : member(image, row, MEMBER_PLACE);
  }

  /**
   * Reads by position: lists are long, and looking up a name takes as long as reading the value.
   *
   * @param place position of {@code member_id}; status, created_at and updated_at are next
   */
  private static Member member(ImageId image, ResultSet row, int place) throws SQLException {
    return new Member(
        image,
        new MemberId(row.getString(place)),
        Objects.requireNonNull(Rows.status(row.getString(place + 1))),
        Rows.time(row, place + 2),
        Rows.time(row, place + 3));
  }
}
