package dev.vitrine.postgres.bus;

import static java.lang.System.Logger.Level.WARNING;
import static java.time.ZoneOffset.UTC;

import dev.vitrine.bus.BusStore;
import dev.vitrine.bus.Notification;
import dev.vitrine.bus.Notification.Deleted;
import dev.vitrine.history.Event;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Session;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.postgres.history.CommittedEvents;
import dev.vitrine.postgres.history.CommittedEvents.Cursor;
import dev.vitrine.postgres.history.PostgresEvents;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.sharing.Visibility;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The events of {@code image_event} behind the position in {@code bus_position}. While a node
 * publishes it holds a claim with an end, not a transaction: it waits for the broker meanwhile.
 */
public final class PostgresBus implements BusStore {
  private static final System.Logger LOG = System.getLogger(PostgresBus.class.getName());

  private final Database database;
  private final Duration age;

  public PostgresBus(Database database) {
    this(database, CommittedEvents.AGE);
  }

  /**
   * @param age of the events that are read, at least
   */
  PostgresBus(Database database, Duration age) {
    this.database = database;
    this.age = age;
  }

  /** As old as the youngest event that is read: younger ones are taken for a clock set back. */
  private static final String BEGIN =
      """
      insert into bus_position (published_at, published_event) values (clock_timestamp() - ?::interval, 0)
      on conflict do nothing
      """;

  @Override
  public void begin() {
    if (database.isSpread()) {
      LOG.log(WARNING, "Nothing is published on the message bus: Citus spreads the database");
    }
    database.change(BEGIN, age.toString());
  }

  private static final String BACK =
      CommittedEvents.back("bus_position", "published_at", "published_event");

  private static final String POSITION =
      """
      select turn, claimed_until > clock_timestamp() as claimed, published_at as at, published_event as event_id
      from bus_position
      """;

  private record Position(long turn, boolean isClaimed, Cursor cursor) {
    static Position of(ResultSet row) throws SQLException {
      return new Position(row.getLong("turn"), row.getBoolean("claimed"), Cursor.of(row));
    }
  }

  /** Values: {@link CommittedEvents#values}. */
  public static final String READ =
      CommittedEvents.read(
          PostgresEvents.COLUMNS
              + """
              , e.visibility as visibility_then, e.image_status as status_then,
                (select m.created_at from image_member m
                 where m.image_id = e.image_id and m.member_id = e.member_id and m.created_at <= e.at) as member_since
              """,
          "image_event");

  /** Uses the primary key. Value: ids. */
  private static final String IMAGES =
      "select %s from image i where i.image_id = any (?)".formatted(PostgresImages.COLUMNS);

  /** Uses the primary key. Value: ids. */
  private static final String DELETED =
      "select image_id, name, size, created_at from deleted_image where image_id = any (?)";

  private record Read(
      Event event,
      @Nullable Visibility visibility,
      @Nullable ImageStatus status,
      @Nullable Instant memberSince) {
    /** Null: a kind that only a newer version knows. */
    static @Nullable Read of(ResultSet row) throws SQLException {
      return Event.Kind.of(row.getString("kind")) == null ? null : known(row);
    }

    private static Read known(ResultSet row) throws SQLException {
      return new Read(
          PostgresEvents.event(row),
          Rows.mapIfAny(row.getString("visibility_then"), Rows::visibility),
          Rows.mapIfAny(row.getString("status_then"), Rows::imageStatus),
          Rows.timeIfAny(row, "member_since"));
    }
  }

  @Override
  public @Nullable Batch next(int limit) {
    // Nodes of a database that Citus spreads do not see each other's transactions.
    return database.isSpread()
        ? null
        : database.<@Nullable Batch>inTransaction(session -> next(session, limit));
  }

  private @Nullable Batch next(Session session, int limit) throws SQLException {
    session.change(BACK, age.toString());
    OffsetDateTime until = CommittedEvents.until(session, age);
    Position position = Objects.requireNonNull(session.first(POSITION, Position::of));
    if (position.isClaimed()) {
      return null;
    }
    List<Read> events =
        session
            .all(READ, Read::of, CommittedEvents.values(position.cursor(), until, limit))
            .stream()
            .takeWhile(Objects::nonNull)
            .toList();
    return events.isEmpty() ? null : new Batch(position.turn(), notifications(session, events));
  }

  private static List<Notification> notifications(Session session, List<Read> events)
      throws SQLException {
    UUID[] ids =
        events.stream().map(read -> read.event().image().value()).distinct().toArray(UUID[]::new);
    Map<ImageId, Image> images = new HashMap<>();
    session
        .all(IMAGES, PostgresImages::image, (Object) ids)
        .forEach(image -> images.put(image.id(), image));
    Map<ImageId, Deleted> deleted = new HashMap<>();
    session
        .all(
            DELETED,
            row ->
                Map.entry(
                    new ImageId(row.getObject("image_id", UUID.class)),
                    new Deleted(
                        row.getString("name"),
                        row.getObject("size", Long.class),
                        Rows.timeIfAny(row, "created_at"))),
            (Object) ids)
        .forEach(one -> deleted.put(one.getKey(), one.getValue()));
    return events.stream()
        .map(
            read ->
                new Notification(
                    read.event(),
                    read.visibility(),
                    read.status(),
                    images.get(read.event().image()),
                    deleted.get(read.event().image()),
                    read.memberSince()))
        .toList();
  }

  /** Each claim is another turn, so whoever lost one cannot move the position. */
  private static final String CLAIM =
      """
      update bus_position set turn = turn + 1, claimed_until = clock_timestamp() + make_interval(secs => ?)
      where turn = ? and claimed_until < clock_timestamp()
      """;

  @Override
  public boolean claim(Batch batch) {
    return database.change(CLAIM, (double) LEASE.toSeconds(), batch.turn()) == 1;
  }

  private static final String PUBLISHED =
      """
      update bus_position set published_at = ?, published_event = ?, claimed_until = '-infinity'
      where turn = ?
      """;

  @Override
  public void published(Batch batch) {
    Event last = batch.notifications().getLast().event();
    database.change(PUBLISHED, last.at().atOffset(UTC), last.number(), batch.turn() + 1);
  }

  @Override
  public void release(Batch batch) {
    database.change(
        "update bus_position set claimed_until = '-infinity' where turn = ?", batch.turn() + 1);
  }

  /** Uses index {@code image_event_by_time}. */
  public static final String BEHIND =
      """
      select extract(epoch from clock_timestamp() - e.at)::float8 as seconds
      from bus_position p cross join lateral (
        select at from image_event
        where at >= p.published_at and (at, event_id) > (p.published_at, p.published_event)
        order by at, event_id
        limit 1
      ) e
      """;

  @Override
  public double behind() {
    Double seconds =
        database.isSpread() ? null : database.first(BEHIND, row -> row.getDouble("seconds"));
    return seconds == null ? 0 : seconds;
  }
}
