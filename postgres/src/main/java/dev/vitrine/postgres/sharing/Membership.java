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
 * SQL that statements on memberships share: which membership is the caller's own, which memberships
 * count, and how a change is recorded (ADR 26).
 */
public final class Membership {
  private Membership() {}

  /**
   * The memberships that count. Today all do; expired ones will not. Statements that act on
   * memberships read this, and name {@code image_member} only to change rows.
   */
  public static final String LIVE = "image_member";

  /**
   * The caller's own membership of the image {@code i}, as {@code own}. Uses a primary key. Value:
   * {@link #member}. For a caller with several memberships it will be the strongest.
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

  /** The caller's member id, null if it has none. */
  public static @Nullable String member(Caller caller) {
    return caller.project() == null ? null : member(caller.project());
  }

  /** The member id of a job's project. */
  public static String member(ProjectId project) {
    return MemberId.of(project).value();
  }

  /**
   * The cause for {@link #event}: a request. Values: the actor, our id of the request, the
   * client's.
   */
  static final String BY_REQUEST = "?, ?, null, ?, null";

  /**
   * The cause: a request that removes one member. Stores the transaction id, by which batches
   * accepted before recognize the removal as later (ADR 17). Values: those of {@link #BY_REQUEST}.
   */
  static final String BY_REMOVAL = "?, ?, null, ?, pg_current_xact_id()";

  /**
   * The cause: a request or a job. Values: the actor, our id of the request or the job's, the id of
   * the request that submitted the job, the client's.
   */
  private static final String BY_ANY = "?, ?, ?, ?, null";

  /**
   * Inserts one event for each changed membership. Each statement that changes memberships includes
   * it, so no change is without an event. {@code PostgresEvents} reads these rows.
   *
   * @param from SQL, the status before; {@code null}: no membership
   * @param to SQL, the status after; {@code null}: no membership
   * @param by SQL, five columns: actor, cause, request_id, client_request_id, removed_in
   * @param changes SQL, the {@code from} list; {@code c} has image_id and member_id
   */
  public static String event(String from, String to, String by, String changes) {
    return """
        insert into member_event (image_id, member_id, from_status, to_status,
          actor, cause, request_id, client_request_id, removed_in)
        select c.image_id, c.member_id, %s, %s, %s
        from %s"""
        .formatted(from, to, by, changes);
  }

  /** Removes all members of an image. Values: image, then those of {@link #BY_ANY}. */
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
   * Changes a locked private image to shared. No project becomes a member by that, including
   * members from before it was private (ruling 11).
   *
   * @param job the job that carries it out; null for a request
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
