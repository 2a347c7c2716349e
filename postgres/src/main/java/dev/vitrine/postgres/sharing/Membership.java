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
 * SQL that statements on memberships share: which membership is the caller's own, and how all of an
 * image end (ADR 26).
 */
public final class Membership {
  private Membership() {}

  /**
   * The caller's own membership of the image {@code i}, as {@code own}. Uses a primary key. Value:
   * {@link #member}. For a caller with several memberships it will be the strongest.
   */
  public static final String OWN =
      "left join image_member own on own.image_id = i.image_id and " + isOwn("own");

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
   * Removes all members of an image. Values: image, image, then those of {@link
   * ImageEventInserts#BY_ANY}.
   */
  public static final String REMOVE_ALL =
      """
      with owned as (
        select owner from image where image_id = ?
      ), removed as (
        delete from image_member where image_id = ? returning image_id, member_id, status
      ), event as (
        %s
        returning image_id
      )
      select count(*) from event
      """
          .formatted(
              ImageEventInserts.ofMembers(
                  "c.status",
                  "null",
                  "(select owner from owned)",
                  ImageEventInserts.BY_ANY,
                  "removed c"));

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
        image.value(),
        actor,
        job == null ? cause.request() : job,
        job == null ? null : cause.request(),
        cause.client());
  }

  private static final String SHARE =
      """
      with shared as (
        update image i set visibility = 'shared', updated_at = t.now
        from (select clock_timestamp() as now) t
        where i.image_id = ?
        returning i.image_id, 'visibility_changed' as change, 'private' as previous,
          i.owner, i.visibility, i.status
      ), event as (
        %s
        returning image_id
      )
      select count(*) from event
      """
          .formatted(ImageEventInserts.ofImage(ImageEventInserts.BY_ANY, "shared c"));

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
    session.first(
        SHARE,
        row -> true,
        image.value(),
        actor,
        job == null ? cause.request() : job,
        job == null ? null : cause.request(),
        cause.client());
  }
}
