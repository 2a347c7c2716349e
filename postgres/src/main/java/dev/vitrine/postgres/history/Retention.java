package dev.vitrine.postgres.history;

import dev.vitrine.history.Anchor;
import dev.vitrine.history.AnchorKey;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Session;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

  private static final String LOCK =
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
    boolean isMore =
        database.inTransaction(
            session ->
                Objects.requireNonNull(session.first(LOCK, row -> row.getBoolean(1)))
                    && (images(session, cut.day()) || rights(session, cut.day())));
    if (!isMore) {
      done = day;
      next = FIRST;
    }
    return true;
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

  /** Whole images, so that what stays of each is known. Uses the primary key. */
  private static final String EVENTS =
      """
      select image_id, event_id, member_id, coalesce(to_status, visibility) is null as is_end
      from image_event where image_id > ? and image_id <= ?
      order by image_id, event_id
      """;

  /** Which of them are old. Their numbers are unique. Uses the primary key. */
  private static final String OLD =
      "select event_id from image_seal where image_id > ? and image_id <= ? and day < ?";

  private static final String LAST =
      """
      select image_id from (
        select image_id from image_event where image_id > ? order by image_id limit ?) page
      order by image_id desc limit 1
      """;

  private boolean images(Session session, LocalDate day) throws SQLException {
    UUID last = session.first(LAST, row -> row.getObject("image_id", UUID.class), next, AT_ONCE);
    if (last == null) {
      return false;
    }
    Set<Long> numbers =
        new HashSet<>(session.all(OLD, row -> row.getLong("event_id"), next, last, day));
    Map<UUID, List<Cut.Old>> old = new LinkedHashMap<>();
    session.all(
        EVENTS,
        row ->
            numbers.contains(row.getLong("event_id"))
                && old.computeIfAbsent(
                        row.getObject("image_id", UUID.class), image -> new ArrayList<>())
                    .add(
                        new Cut.Old(
                            row.getLong("event_id"),
                            row.getString("member_id"),
                            row.getBoolean("is_end"))),
        next,
        last);
    for (Map.Entry<UUID, List<Cut.Old>> image : old.entrySet()) {
      Cut.Staying lasting = new Cut.Staying();
      image.getValue().forEach(lasting::add);
      Set<Long> staying = lasting.numbers();
      Long[] gone =
          image.getValue().stream()
              .map(Cut.Old::number)
              .filter(number -> !staying.contains(number))
              .toArray(Long[]::new);
      if (gone.length > 0) {
        session.change(
            "delete from image_event_member where image_id = ? and event_id = any (?)",
            image.getKey(),
            gone);
        session.change(
            "delete from image_event where image_id = ? and event_id = any (?)",
            image.getKey(),
            gone);
      }
    }
    next = last;
    return true;
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
