package dev.vitrine.postgres.history;

import dev.vitrine.history.Event;
import dev.vitrine.history.EventStore;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.UserId;
import dev.vitrine.job.JobId;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.sharing.MemberId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Table {@code member_event}, which {@code Membership.event} writes. */
public final class PostgresEvents implements EventStore {
  private final Database database;

  public PostgresEvents(Database database) {
    this.database = database;
  }

  /** Uses the primary key; reads no more than the page. Values: image, after, limit. */
  public static final String OF_IMAGE =
      """
      select image_id, event_id, member_id, from_status, to_status, actor, cause, request_id,
        client_request_id, at
      from member_event
      where image_id = ? and event_id > ?
      order by event_id
      limit ?
      """;

  @Override
  public List<Event> ofImage(ImageId image, long after, int limit) {
    return database.all(OF_IMAGE, PostgresEvents::event, image.value(), after, limit);
  }

  private static Event event(ResultSet row) throws SQLException {
    String cause = row.getString("cause");
    // Set if the cause is a job. Events of jobs from before migration 6 have none and read as
    // requests.
    @Nullable String submission = row.getString("request_id");
    return new Event(
        Rows.image(row),
        row.getLong("event_id"),
        new MemberId(row.getString("member_id")),
        Rows.status(row.getString("from_status")),
        Rows.status(row.getString("to_status")),
        new UserId(row.getString("actor")),
        new Cause(submission == null ? cause : submission, row.getString("client_request_id")),
        submission == null ? null : new JobId(cause),
        Rows.time(row, "at"));
  }
}
