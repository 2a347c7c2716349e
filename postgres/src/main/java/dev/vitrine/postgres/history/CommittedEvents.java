package dev.vitrine.postgres.history;

import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the events of a table in the order of time, each once, so that none is overtaken by one
 * that is committed later (ADR 47).
 */
public final class CommittedEvents {
  /** Of events that are read: room for a transaction that is just beginning. */
  public static final Duration AGE = Duration.ofSeconds(1);

  /**
   * Of a transaction that writes no event, and may last for minutes: nobody waits for its end. Only
   * such a transaction may run this.
   */
  static final String NOT_WAITED_FOR = "set local application_name = 'vitrine reads the history'";

  private static final Duration PAUSE = Duration.ofMillis(2);

  private CommittedEvents() {}

  private static final String UNTIL =
      """
      select least(clock_timestamp() - ?::interval, (
        select min(xact_start) from pg_stat_activity
        where datname = current_database() and usename = current_user and backend_type = 'client backend'
          and pid <> pg_backend_pid() and application_name <> 'vitrine reads the history')) as until
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
   * Waits until no transaction is open that began before this call.
   *
   * @param patience how long to wait at most
   * @return whether there is none any more
   */
  public static boolean awaitOlder(Database database, Duration patience) {
    long since = System.nanoTime();
    OffsetDateTime now =
        Objects.requireNonNull(
            database.first(
                "select clock_timestamp() as now",
                row -> row.getObject("now", OffsetDateTime.class)));
    while (database.with(session -> until(session, Duration.ZERO)).isBefore(now)) {
      if (System.nanoTime() - since > patience.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return true;
  }

  /**
   * Moves a cursor that is younger than any event could be that was read: the clock was set back.
   * Then some events are read again, so that what happened since is not passed over. Value: age of
   * the events.
   *
   * @param table with the cursor, in one row
   * @param at its column with the time
   * @param event its column with the number
   */
  public static String back(String table, String at, String event) {
    return """
        update %1$s set %2$s = clock_timestamp() - interval '1 minute', %3$s = 0
        where %2$s > clock_timestamp() - ?::interval
        """
        .formatted(table, at, event);
  }

  /**
   * What was read last; by values, so that the plan is for them.
   *
   * @param at infinitely long ago: nothing
   */
  public record Cursor(OffsetDateTime at, long event) {
    /** Columns {@code at} and {@code event_id}. */
    public static Cursor of(ResultSet row) throws SQLException {
      return new Cursor(row.getObject("at", OffsetDateTime.class), row.getLong("event_id"));
    }
  }

  /**
   * The next events. Uses index {@code image_event_by_time} or {@code access_event_by_time}.
   * Values: {@link #values}.
   *
   * @param columns SQL, of the events {@code e}
   * @param table of the events
   */
  public static String read(String columns, String table) {
    return """
        select %s
        from %s e
        where e.at >= ? and (e.at, e.event_id) > (?, ?) and e.at < ?
        order by e.at, e.event_id
        limit ?
        """
        .formatted(columns, table);
  }

  public static Object[] values(Cursor cursor, OffsetDateTime until, int limit) {
    return new Object[] {cursor.at(), cursor.at(), cursor.event(), until, limit};
  }
}
