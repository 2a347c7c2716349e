package dev.vitrine.postgres.history;

import dev.vitrine.history.Anchor;
import dev.vitrine.history.AnchorKey;
import dev.vitrine.history.Chain;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Session;
import dev.vitrine.postgres.history.CommittedEvents.Cursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Seals the events of {@code image_event} and anchors each day (ADR 47), behind the requests: they
 * pay nothing. Of several nodes one seals at a time.
 */
public final class Seals {
  private static final HexFormat HEX = HexFormat.of();

  private static final int AT_ONCE = 2_000;

  /** All columns of an event, as text, in the order in which they are hashed. */
  static final String FIELDS =
      """
      array[e.image_id::text, e.event_id::text, extract(epoch from e.at)::text, e.owner, e.member_id, e.from_status,
        e.to_status, e.change, e.previous, e.visibility, e.image_status, e.actor, e.cause, e.request_id,
        e.client_request_id, e.removed_in::text] as fields""";

  private final Database database;
  private final AnchorKey key;
  private final Duration age;

  public Seals(Database database, AnchorKey key) {
    this(database, key, CommittedEvents.AGE);
  }

  Seals(Database database, AnchorKey key, Duration age) {
    this.database = database;
    this.key = key;
    this.age = age;
  }

  private static final String LOCK =
      "select pg_try_advisory_xact_lock(hashtextextended('vitrine seals the history', 0))";

  /** Values: {@link CommittedEvents#values}. */
  static final String READ = CommittedEvents.read("e.image_id, e.event_id, e.at, " + FIELDS);

  private static final String LAST =
      """
      select i.image_id, s.position, encode(s.hash, 'hex') as hash
      from unnest(?::uuid[]) i(image_id)
      cross join lateral (
        select position, hash from image_seal s where s.image_id = i.image_id order by position desc limit 1
      ) s
      """;

  private static final String INSERT =
      """
      insert into image_seal (image_id, position, event_id, day, hash)
      select image_id, position, event_id, ?, decode(hash, 'hex')
      from unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::text[]) t(image_id, position, event_id, hash)
      """;

  private record Unsealed(
      UUID image, long number, OffsetDateTime at, List<@Nullable String> fields) {}

  private static final Link START = new Link(0, HEX.formatHex(Chain.start()));

  /**
   * The last seal of an image.
   *
   * @param hash in hexadecimal
   */
  private record Link(long position, String hash) {}

  /**
   * Seals what is committed, or anchors a day that is over.
   *
   * @return whether there may be more to do
   */
  public boolean next() {
    // Nodes of a database that Citus spreads do not see each other's transactions.
    return !database.isSpread()
        && database.inTransaction(
            session ->
                Objects.requireNonNull(session.first(LOCK, row -> row.getBoolean(1)))
                    && (anchor(session) || seal(session)));
  }

  private boolean seal(Session session) throws SQLException {
    OffsetDateTime until = CommittedEvents.until(session, age);
    Cursor cursor =
        Objects.requireNonNull(
            session.first(
                "select sealed_at as at, sealed_event as event_id from history_sealed",
                Cursor::of));
    List<Unsealed> events =
        session.all(READ, Seals::unsealed, CommittedEvents.values(cursor, until, AT_ONCE));
    if (events.isEmpty()) {
      return false;
    }
    Map<UUID, Link> last = new HashMap<>();
    UUID[] images = events.stream().map(Unsealed::image).distinct().toArray(UUID[]::new);
    session
        .all(
            LAST,
            row ->
                Map.entry(
                    row.getObject("image_id", UUID.class),
                    new Link(row.getLong("position"), row.getString("hash"))),
            (Object) images)
        .forEach(entry -> last.put(entry.getKey(), entry.getValue()));
    List<UUID> ids = new ArrayList<>();
    List<Long> positions = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    for (Unsealed event : events) {
      Link before = last.getOrDefault(event.image(), START);
      Link link =
          new Link(
              before.position() + 1,
              HEX.formatHex(Chain.seal(HEX.parseHex(before.hash()), event.fields())));
      last.put(event.image(), link);
      ids.add(event.image());
      positions.add(link.position());
      numbers.add(event.number());
      hashes.add(link.hash());
    }
    session.change(
        INSERT,
        today(session),
        ids.toArray(UUID[]::new),
        positions.toArray(Long[]::new),
        numbers.toArray(Long[]::new),
        hashes.toArray(String[]::new));
    Unsealed newest = events.getLast();
    session.change(
        "update history_sealed set sealed_at = ?, sealed_event = ?", newest.at(), newest.number());
    return events.size() == AT_ONCE;
  }

  private static Unsealed unsealed(ResultSet row) throws SQLException {
    return new Unsealed(
        row.getObject("image_id", UUID.class),
        row.getLong("event_id"),
        row.getObject("at", OffsetDateTime.class),
        fields(row));
  }

  /** Column {@link #FIELDS}. */
  static List<@Nullable String> fields(ResultSet row) throws SQLException {
    @Nullable String[] fields = (@Nullable String[]) row.getArray("fields").getArray();
    return Arrays.asList(fields);
  }

  static LocalDate today(Session session) throws SQLException {
    return Objects.requireNonNull(
        session.first(
            "select (clock_timestamp() at time zone 'UTC')::date as day",
            row -> row.getObject("day", LocalDate.class)));
  }

  /** Values: day. */
  private static final String OF_DAY =
      """
      select coalesce(sum(l.seals), 0) as seals,
        encode(coalesce(sha256(string_agg(uuid_send(l.image_id) || int8send(l.position) || l.hash, ''::bytea
          order by l.image_id)), sha256(''::bytea)), 'hex') as images
      from (
        select distinct on (image_id) image_id, position, hash, count(*) over (partition by image_id) as seals
        from image_seal where day = ?
        order by image_id, position desc
      ) l
      """;

  private record OfDay(long seals, String images) {}

  /** Anchors the first day that is over and not anchored; false: there is none. */
  private boolean anchor(Session session) throws SQLException {
    LocalDate today = today(session);
    LocalDate day =
        Objects.requireNonNull(
            session.first(
                "select day from history_sealed", row -> row.getObject("day", LocalDate.class)));
    if (!day.isBefore(today)) {
      return false;
    }
    OfDay of =
        Objects.requireNonNull(
            session.first(
                OF_DAY, row -> new OfDay(row.getLong("seals"), row.getString("images")), day));
    if (of.seals() > 0) {
      byte[] before =
          session.first(
              "select hash from history_anchor order by day desc limit 1",
              row -> row.getBytes("hash"));
      byte[] hash =
          Chain.anchor(
              before == null ? Chain.start() : before, day, of.seals(), HEX.parseHex(of.images()));
      Anchor anchor = key.anchor(day, of.seals(), hash);
      session.change(
          """
          insert into history_anchor (day, seals, hash, signature)
          values (?, ?, decode(?, 'hex'), decode(?, 'hex'))
          """,
          day,
          anchor.seals(),
          anchor.hash(),
          anchor.signature());
    }
    // Days without events have no anchor.
    session.change("update history_sealed set day = ?", today);
    return true;
  }

  static final String ANCHORS =
      """
      select day, seals, encode(hash, 'hex') as hash, encode(signature, 'hex') as signature
      from history_anchor order by day
      """;

  /** All anchors, the oldest first. */
  public static List<Anchor> anchors(Database database) {
    return database.all(ANCHORS, Seals::anchor);
  }

  static Anchor anchor(ResultSet row) throws SQLException {
    return new Anchor(
        row.getObject("day", LocalDate.class),
        row.getLong("seals"),
        row.getString("hash"),
        row.getString("signature"));
  }
}
