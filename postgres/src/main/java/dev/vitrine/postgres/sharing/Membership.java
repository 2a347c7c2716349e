package dev.vitrine.postgres.sharing;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What statements on memberships have in common: which membership is the caller's own, which
 * memberships count, and how a change is kept (ADR 26).
 */
public final class Membership {
  private Membership() {}

  /**
   * The memberships that count. All do today; those that have ended will not. Whatever reads
   * memberships to act on them reads this, and names {@code image_member} only to change rows.
   */
  public static final String LIVE = "image_member";

  /**
   * The caller's own membership of the image {@code i}, as {@code own}: a primary key. Value:
   * {@link #member}. Of a caller that is several members it will be the strongest.
   */
  public static final String OWN =
      "left join %s own on own.image_id = i.image_id and %s".formatted(LIVE, isOwn("own"));

  /** The column of {@link #OWN} that {@link #ownStatus} reads. */
  public static final String OWN_STATUS = "own.status as own_status";

  public static @Nullable MemberStatus ownStatus(ResultSet row) throws SQLException {
    return Rows.status(row.getString("own_status"));
  }

  /** Whether a membership is the caller's. Value: {@link #member}. */
  public static String isOwn(String alias) {
    return alias + ".member_id = ?";
  }

  /** The member that a caller is, null if it is none. */
  public static @Nullable String member(Caller caller) {
    return caller.project() == null ? null : member(caller.project());
  }

  /** The member that a job's project is. */
  public static String member(ProjectId project) {
    return MemberId.of(project).value();
  }

  /**
   * Who did it, for {@link #event}: a request. Values: the actor, our id of the request, the
   * client's.
   */
  static final String BY_REQUEST = "?, ?, null, ?, null";

  /**
   * The same: a request that removes one member. Batches that were accepted before see by its
   * transaction that the removal is later (ADR 17). Values as of {@link #BY_REQUEST}.
   */
  static final String BY_REMOVAL = "?, ?, null, ?, pg_current_xact_id()";

  /**
   * The same: a request or a job. Values: the actor, our id of the request or the job's, the id of
   * the request that submitted the job, the client's.
   */
  private static final String BY_ANY = "?, ?, ?, ?, null";

  /**
   * Keeps one event for each changed membership. Part of each statement that changes memberships,
   * so that no change is without its event. What it inserts is what {@code PostgresEvents} reads.
   *
   * @param from SQL, the status before; {@code null}: there was no membership
   * @param to SQL, the status after; {@code null}: there is no membership
   * @param by SQL, five columns: actor, cause, request_id, client_request_id, removed_in
   * @param changes SQL, what comes behind {@code from}; {@code c} has image_id and member_id
   */
  public static String event(String from, String to, String by, String changes) {
    return """
        insert into member_event (image_id, member_id, from_status, to_status,
          actor, cause, request_id, client_request_id, removed_in)
        select c.image_id, c.member_id, %s, %s, %s
        from %s"""
        .formatted(from, to, by, changes);
  }

  /** Takes all members from an image. Values: image, then those of {@link #BY_ANY}. */
  public static final String REMOVE_ALL =
      """
      with removed as (
        delete from image_member where image_id = ? returning image_id, member_id, status
      ), event as (
        %s
        returning image_id
      )
      select count(*) from event
      """
          .formatted(event("c.status", "null", BY_ANY, "removed c"));

  /** Removes all members of a locked image, in a request. */
  public static void removeAll(Database.Session session, ImageId image, Caller caller, Cause cause)
      throws SQLException {
    removeAll(session, image, caller.user().value(), null, cause);
  }

  private static void removeAll(
      Database.Session session, ImageId image, String actor, @Nullable String job, Cause cause)
      throws SQLException {
    session.first(
        REMOVE_ALL,
        row -> true,
        image.value(),
        actor,
        job == null ? cause.request() : job,
        job == null ? null : cause.request(),
        cause.client());
  }

  /**
   * Of a locked private image, nobody becomes a member by that, also nobody from earlier (ruling
   * 11).
   *
   * @param job that carries it out; null: the request itself
   */
  public static void share(
      Database.Session session, ImageId image, String actor, @Nullable String job, Cause cause)
      throws SQLException {
    removeAll(session, image, actor, job, cause);
    session.change(
        """
        update image set visibility = 'shared', updated_at = t.now
        from (select clock_timestamp() as now) t
        where image_id = ?
        """,
        image.value());
  }
}
