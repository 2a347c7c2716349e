package dev.vitrine.postgres.history;

import dev.vitrine.history.Anchor;
import dev.vitrine.history.AnchorKey;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Session;
import java.lang.System.Logger.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Removes events that are older than the history is kept, and refused requests (ADR 49), some at a
 * time. Once a day it moves the {@link Cut}; before that it reads the whole history, so that
 * nothing is removed that somebody has changed.
 */
public final class Retention {
  private static final System.Logger LOG = System.getLogger(Retention.class.getName());

  private static final int AT_ONCE = 1_000;

  private static final UUID FIRST = new UUID(0, 0);

  private final Database database;
  private final AnchorKey key;
  private final Duration kept;
  private @Nullable LocalDate refused;
  private UUID next = FIRST;
  private @Nullable LocalDate done;

  /**
   * @param kept at least a day
   */
  public Retention(Database database, AnchorKey key, Duration kept) {
    this.database = database;
    this.key = key;
    this.kept = kept;
  }

  static final String LOCK =
      "select pg_try_advisory_xact_lock(hashtextextended('vitrine removes the history', 0))";

  /** The day before which events are older. It must be anchored. Value: seconds. */
  private static final String DAY =
      """
      select least(((clock_timestamp() - make_interval(secs => ?)) at time zone 'UTC')::date, day) as day
      from history_sealed
      """;

  /**
   * Removes some.
   *
   * @return whether there may be more
   */
  public boolean next() {
    if (database.isSpread()) {
      // Nothing is sealed there, so nothing tells which events are old.
      return refusedRequests();
    }
    LocalDate day =
        Objects.requireNonNull(
            database.first(
                DAY, row -> row.getObject("day", LocalDate.class), (double) kept.toSeconds()));
    if (day.equals(done) || day.equals(refused)) {
      return refusedRequests();
    }
    Anchor cut = database.with(Cut::stored);
    if (cut == null || cut.day().isBefore(day)) {
      return cut(day);
    }
    Removal removal =
        database.<@Nullable Removal>inTransaction(
            session ->
                Objects.requireNonNull(session.first(LOCK, row -> row.getBoolean(1)))
                    ? remove(session, cut.day())
                    : null);
    if (removal == null) {
      return refusedRequests(); // Another node removes the history. If it fails, we go on.
    }
    if (removal.isMore()) {
      next = removal.last();
    } else {
      next = FIRST;
      done = day;
    }
    return true;
  }

  /**
   * What a transaction removed.
   *
   * @param last the image up to which nothing is left to remove
   */
  private record Removal(UUID last, boolean isMore) {}

  private Removal remove(Session session, LocalDate day) throws SQLException {
    UUID last = session.first(LAST, row -> row.getObject("image_id", UUID.class), next, AT_ONCE);
    if (last == null) {
      return new Removal(next, rights(session, day));
    }
    images(session, last, day);
    return new Removal(last, true);
  }

  /** Moves the cut, if the history is as it was written. */
  private boolean cut(LocalDate day) {
    AtomicReference<@Nullable String> finding = new AtomicReference<>();
    boolean isMoved =
        new Audit(key, List.of(), found -> finding.compareAndSet(null, found), events -> {})
            .moveCut(database, day);
    if (!isMoved) {
      refused = day;
      LOG.log(
          Level.ERROR,
          "Nothing of the history is removed, because somebody has changed it: {0}",
          finding.get());
    }
    return isMoved;
  }

  /**
   * Old events, in the order in which they were sealed. Uses the primary keys. Values: the place
   * after which they are, the last image, day, limit.
   */
  private static final String OLD =
      """
      select s.image_id, s.position, e.event_id, e.member_id, coalesce(e.to_status, e.visibility) is null as is_end
      from image_seal s left join image_event e on e.image_id = s.image_id and e.event_id = s.event_id
      where (s.image_id, s.position) > (?, ?) and s.image_id <= ? and s.day < ?
      order by s.image_id, s.position
      limit ?
      """;

  /** Values: image, day, events that stay. */
  private static final String REMOVE_MEMBERS =
      """
      delete from image_event_member e using image_seal s
      where e.image_id = ? and s.day < ? and e.event_id <> all (?)
        and s.image_id = e.image_id and s.event_id = e.event_id
      """;

  /** As {@link #REMOVE_MEMBERS}. */
  private static final String REMOVE_EVENTS =
      """
      delete from image_event e using image_seal s
      where e.image_id = ? and s.day < ? and e.event_id <> all (?)
        and s.image_id = e.image_id and s.event_id = e.event_id
      """;

  private static final String LAST =
      """
      select image_id from (
        select image_id from image_event where image_id > ? order by image_id limit ?) page
      order by image_id desc limit 1
      """;

  /** An old seal, and its event unless that is removed. */
  private record Sealed(UUID image, long position, Cut.@Nullable Old event) {}

  /**
   * Whole images, after {@link #next} and up to {@code last}: what stays of one is known when all
   * its old events were read. They are read in pages, however many an image has.
   */
  private void images(Session session, UUID last, LocalDate day) throws SQLException {
    Map<UUID, Cut.Staying> images = new LinkedHashMap<>();
    Sealed place = new Sealed(next, Long.MAX_VALUE, null);
    List<Sealed> page;
    do {
      page =
          session.all(OLD, Retention::sealed, place.image(), place.position(), last, day, AT_ONCE);
      for (Sealed one : page) {
        place = one;
        if (one.event() != null) {
          images.computeIfAbsent(one.image(), image -> new Cut.Staying()).add(one.event());
        }
      }
    } while (page.size() == AT_ONCE);
    for (Map.Entry<UUID, Cut.Staying> image : images.entrySet()) {
      if (!image.getValue().isAll()) {
        Long[] staying = image.getValue().numbers().toArray(Long[]::new);
        session.change(REMOVE_MEMBERS, image.getKey(), day, staying);
        session.change(REMOVE_EVENTS, image.getKey(), day, staying);
      }
    }
  }

  private static Sealed sealed(ResultSet row) throws SQLException {
    UUID image = row.getObject("image_id", UUID.class);
    Long number = row.getObject("event_id", Long.class);
    return new Sealed(
        image,
        row.getLong("position"),
        number == null
            ? null
            : new Cut.Old(number, row.getString("member_id"), row.getBoolean("is_end")));
  }

  /**
   * The oldest first. Uses indexes {@code access_event_by_time} and {@code access_seal_by_event}.
   */
  private static boolean rights(Session session, LocalDate day) throws SQLException {
    return session.change(
            """
            delete from access_event where (domain_id, event_id) in (
              select e.domain_id, e.event_id
              from (select domain_id, event_id from access_event order by at, event_id limit ?) e
              join access_seal s on s.domain_id = e.domain_id and s.event_id = e.event_id and s.day < ?)
            """,
            AT_ONCE,
            day)
        > 0;
  }

  /** Uses index {@code refused_request_by_time}. */
  private boolean refusedRequests() {
    return database.change(
            """
            delete from refused_request where refusal_id in (
              select refusal_id from refused_request
              where at < clock_timestamp() - make_interval(secs => ?) order by at, refusal_id limit ?)
            """,
            (double) kept.toSeconds(),
            AT_ONCE)
        == AT_ONCE;
  }
}
