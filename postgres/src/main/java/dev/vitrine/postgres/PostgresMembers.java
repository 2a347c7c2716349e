package dev.vitrine.postgres;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.ImageId;
import dev.vitrine.sharing.Member;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.SharingStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Memberships in tables {@code image_member} and {@code member_event}. */
public final class PostgresMembers implements SharingStore {
  private final Database database;

  public PostgresMembers(Database database) {
    this.database = database;
  }

  /**
   * Standing, image and own membership: primary keys only. Values: the caller's, project, image.
   */
  static final String FIND =
      """
      with caller as (%s)
      select caller.version, i.image_id, i.owner, i.visibility, own.status as own_status
      from caller
      left join image i on i.image_id = ?
      left join image_member own on own.image_id = i.image_id and own.member_id = ?
      """
          .formatted(CallerState.SQL);

  @Override
  public Found find(Caller caller, ImageId image) {
    return orDead(
        database.first(
            FIND,
            PostgresMembers::found,
            CallerState.values(caller, image.value(), project(caller))));
  }

  /** As {@link #FIND}, and one more primary key. */
  static final String FIND_MEMBER =
      """
      with caller as (%s)
      select caller.version, i.image_id, i.owner, i.visibility, own.status as own_status,
        m.member_id, m.status, m.created_at, m.updated_at
      from caller
      left join image i on i.image_id = ?
      left join image_member own on own.image_id = i.image_id and own.member_id = ?
      left join image_member m on m.image_id = i.image_id and m.member_id = ?
      """
          .formatted(CallerState.SQL);

  @Override
  public FoundMember find(Caller caller, ImageId image, MemberId member) {
    FoundMember found =
        database.first(
            FIND_MEMBER,
            row -> new FoundMember(found(row), memberIfAny(image, row)),
            CallerState.values(caller, image.value(), project(caller), member.value()));
    return found == null ? new FoundMember(DEAD, null) : found;
  }

  /** Index {@code image_member_in_order}. */
  static final String FIND_ALL =
      """
      with caller as (%s)
      select caller.version, i.image_id, i.owner, i.visibility, own.status as own_status,
        m.member_id, m.status, m.created_at, m.updated_at
      from caller
      left join image i on i.image_id = ?
      left join image_member own on own.image_id = i.image_id and own.member_id = ?
      left join image_member m on m.image_id = i.image_id
      order by m.created_at, m.member_id
      """
          .formatted(CallerState.SQL);

  @Override
  public FoundMembers findAll(Caller caller, ImageId image) {
    List<Member> members = new ArrayList<>();
    List<Found> found =
        database.all(
            FIND_ALL,
            row -> {
              Member member = memberIfAny(image, row);
              if (member != null) {
                members.add(member);
              }
              return row.isFirst() ? found(row) : DEAD;
            },
            CallerState.values(caller, image.value(), project(caller)));
    return new FoundMembers(found.isEmpty() ? DEAD : found.getFirst(), members);
  }

  /**
   * As {@link #FIND}; locks the image's row, so that additions to one image wait for each other.
   */
  static final String FIND_FOR_ADDING =
      """
      with caller as (%s), locked as (
        select image_id, owner, visibility from image where image_id = ? for no key update
      )
      select caller.version, i.image_id, i.owner, i.visibility, own.status as own_status,
        exists (select from project where project_id = ?) as known
      from caller
      left join locked i on true
      left join image_member own on own.image_id = i.image_id and own.member_id = ?
      """
          .formatted(CallerState.SQL);

  @Override
  public Member adding(
      Caller caller, ImageId image, MemberId target, Function<Addition, Member> work) {
    return database.inTransaction(
        session -> {
          boolean[] known = {false};
          Found found =
              orDead(
                  session.first(
                      FIND_FOR_ADDING,
                      row -> {
                        known[0] = row.getBoolean("known");
                        return found(row);
                      },
                      CallerState.values(caller, image.value(), target.value(), project(caller))));
          return work.apply(new LockedAddition(session, caller, image, target, found, known[0]));
        });
  }

  record LockedAddition(
      Database.Session session,
      Caller caller,
      ImageId image,
      MemberId target,
      Found found,
      boolean targetIsKnown)
      implements Addition {

    /** Counts no further than it must; the row lock makes the count exact. */
    static final String ADD =
        """
        with counted as (
          select count(*) as members
          from (select from image_member where image_id = ? limit greatest(?, 0)) upto
        ), added as (
          insert into image_member (image_id, member_id, status, created_by, image_created_at, created_at, updated_at)
          select i.image_id, ?, 'pending', ?, i.created_at, t.now, t.now
          from image i, counted, (select clock_timestamp() as now) t
          where i.image_id = ? and (? < 0 or counted.members < ?)
          on conflict (image_id, member_id) do nothing
          returning image_id, member_id, status, created_at, updated_at
        ), event as (
          insert into member_event (image_id, member_id, to_status, actor, cause)
          select image_id, member_id, status, ?, ? from added
        )
        select counted.members, added.* from counted left join added on true
        """;

    @Override
    public Added add(long maximum, String cause) {
      UUID id = image.value();
      try {
        return Objects.requireNonNull(
            session.first(
                ADD,
                row -> {
                  Member member = memberIfAny(image, row);
                  if (member != null) {
                    return new Added.New(member);
                  }
                  long members = row.getLong("members");
                  return maximum >= 0 && members >= maximum && !isThere()
                      ? new Added.LimitReached(members)
                      : new Added.AlreadyThere();
                },
                id,
                maximum,
                target.value(),
                caller.user().value(),
                id,
                maximum,
                maximum,
                caller.user().value(),
                cause));
      } catch (SQLException e) {
        throw new DatabaseException(e);
      }
    }

    private boolean isThere() throws SQLException {
      return session.first(
              "select from image_member where image_id = ? and member_id = ?",
              row -> true,
              image.value(),
              target.value())
          != null;
    }
  }

  static final String SET_STATUS =
      """
      with before as (
        select status from image_member where image_id = ? and member_id = ? for no key update
      ), changed as (
        update image_member set status = ?, updated_at = clock_timestamp()
        where image_id = ? and member_id = ? and exists (select from before)
        returning image_id, member_id, status, created_at, updated_at
      ), event as (
        insert into member_event (image_id, member_id, from_status, to_status, actor, cause)
        select image_id, member_id, (select status from before), status, ?, ? from changed
      )
      select * from changed
      """;

  @Override
  public @Nullable Member setStatus(
      Caller caller, ImageId image, MemberId member, MemberStatus status, String cause) {
    return database.first(
        SET_STATUS,
        row -> member(image, row),
        image.value(),
        member.value(),
        status.word(),
        image.value(),
        member.value(),
        caller.user().value(),
        cause);
  }

  static final String REMOVE =
      """
      with removed as (
        delete from image_member where image_id = ? and member_id = ?
        returning image_id, member_id, status
      )
      insert into member_event (image_id, member_id, from_status, actor, cause)
      select image_id, member_id, status, ?, ? from removed
      """;

  @Override
  public boolean remove(Caller caller, ImageId image, MemberId member, String cause) {
    return database.change(REMOVE, image.value(), member.value(), caller.user().value(), cause)
        == 1;
  }

  private static final Found DEAD = new Found(null, null);

  private static Found orDead(@Nullable Found found) {
    return found == null ? DEAD : found;
  }

  private static Found found(ResultSet row) throws SQLException {
    UUID id = row.getObject("image_id", UUID.class);
    return new Found(
        CallerState.standing(row),
        id == null
            ? null
            : new SharedImage(
                new ImageId(id),
                Rows.id(row.getString("owner"), ProjectId::new),
                Rows.visibility(row.getString("visibility")),
                Rows.status(row.getString("own_status"))));
  }

  private static @Nullable Member memberIfAny(ImageId image, ResultSet row) throws SQLException {
    return row.getString("member_id") == null ? null : member(image, row);
  }

  private static Member member(ImageId image, ResultSet row) throws SQLException {
    return new Member(
        image,
        new MemberId(row.getString("member_id")),
        Objects.requireNonNull(Rows.status(row.getString("status"))),
        Rows.time(row, "created_at"),
        Rows.time(row, "updated_at"));
  }

  private static @Nullable String project(Caller caller) {
    return caller.project() == null ? null : caller.project().value();
  }
}
