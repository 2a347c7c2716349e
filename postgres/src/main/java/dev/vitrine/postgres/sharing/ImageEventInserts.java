package dev.vitrine.postgres.sharing;

/**
 * The inserts into {@code image_event}. Each statement that changes a membership or an image
 * includes one, so no such change is without an event (ADR 46, ADR 52). {@code PostgresEvents}
 * reads the rows.
 */
public final class ImageEventInserts {
  private ImageEventInserts() {}

  /** The cause: a request. Values: the actor, our id of the request, the client's. */
  public static final String BY_REQUEST = "?, ?, null, ?, null";

  /**
   * The cause: a request that removes one member. Stores the transaction id, by which batches
   * accepted before recognize the removal as later (ADR 17). Values: those of {@link #BY_REQUEST}.
   */
  static final String BY_REMOVAL = "?, ?, null, ?, pg_current_xact_id()";

  /**
   * The cause: a request or a job. Values: the actor, our id of the request or the job's, the id of
   * the request that submitted the job, the client's.
   */
  static final String BY_ANY = "?, ?, ?, ?, null";

  /**
   * One event for each changed membership.
   *
   * @param from SQL, the status before; {@code null}: no membership
   * @param to SQL, the status after; {@code null}: no membership
   * @param owner SQL, the owner of the image
   * @param by SQL, five columns: actor, cause, request_id, client_request_id, removed_in
   * @param changes SQL, the {@code from} list; {@code c} has image_id and member_id
   */
  public static String ofMembers(String from, String to, String owner, String by, String changes) {
    return """
        insert into image_event (image_id, member_id, from_status, to_status, owner,
          actor, cause, request_id, client_request_id, removed_in)
        select c.image_id, c.member_id, %s, %s, %s, %s
        from %s"""
        .formatted(from, to, owner, by, changes);
  }

  /**
   * One event for each change of an image. {@link #told} tells its members.
   *
   * @param by as for {@link #ofMembers}
   * @param changes SQL, the {@code from} list; {@code c} has image_id, change and previous, and
   *     owner, visibility and status as they are after the change
   */
  public static String ofImage(String by, String changes) {
    return """
        insert into image_event (image_id, change, previous, owner, visibility, image_status,
          actor, cause, request_id, client_request_id, removed_in)
        select c.image_id, c.change, c.previous, c.owner, c.visibility, c.status, %s
        from %s"""
        .formatted(by, changes);
  }

  /**
   * Tells members of an event of the image itself: it is in their history, too.
   *
   * @param events SQL, a relation with the event
   * @param members SQL, a relation of those who were members when it happened
   * @param where SQL, a condition on the event {@code e} and the member {@code m}
   */
  public static String told(String events, String members, String where) {
    return """
        insert into image_event_member (image_id, event_id, member_id, at)
        select e.image_id, e.event_id, m.member_id, e.at
        from %s e join %s m on m.image_id = e.image_id
        where %s"""
        .formatted(events, members, where);
  }

  /**
   * Whether the event {@code e}, none of a deletion, changed what members can do: of a private
   * image they can do nothing, and what happens to it meanwhile is the owner's business.
   */
  public static final String CHANGES_ACCESS =
      """
      case when e.change in ('deactivated', 'reactivated') then e.visibility <> 'private'
        else e.change = 'visibility_changed' and (e.previous = 'private') <> (e.visibility = 'private') end""";
}
