package dev.vitrine.postgres.history;

import dev.vitrine.postgres.engine.Database.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Objects;

/**
 * Reads the events of {@code image_event} in the order of time, each once, so that none is
 * overtaken by one that is committed later (ADR 47).
 */
public final class CommittedEvents {
  /** Of events that are read: room for a transaction that is just beginning. */
  public static final Duration AGE = Duration.ofSeconds(1);

  private CommittedEvents() {}

  private static final String UNTIL =
      """
      select least(clock_timestamp() - ?::interval, (
        select min(xact_start) from pg_stat_activity
        where datname = current_database() and usename = current_user and backend_type = 'client backend'
          and pid <> pg_backend_pid())) as until
      """;

  /**
   * An instant that no event will be older than that is not yet visible. The time of an event is
   * read in its transaction, which began before. All nodes are the same user of the database.
   *
   * @param age usually {@link #AGE}
   */
  public static OffsetDateTime until(Session session, Duration age) throws SQLException {
    return Objects.requireNonNull(
        session.first(UNTIL, row -> row.getObject("until", OffsetDateTime.class), age.toString()));
  }

  /**
   * The next events. Uses index {@code image_event_by_time}. Values: those of the cursor, {@link
   * #until}, limit.
   *
   * @param columns SQL, of the events {@code e}
   * @param cursor SQL, a query of one row: time and number of the last event that was read
   */
  public static String read(String columns, String cursor) {
    return """
        select %s
        from (%s) c(at, event_id) join image_event e on e.at >= c.at and (e.at, e.event_id) > (c.at, c.event_id)
        where e.at < ?
        order by e.at, e.event_id
        limit ?
        """
        .formatted(columns, cursor);
  }
}
