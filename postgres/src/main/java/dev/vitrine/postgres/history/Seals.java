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
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Seals the events of {@code image_event} and {@code access_event} and anchors each day (ADR 47),
 * behind the requests: they pay nothing. Of several nodes one seals at a time.
 */
public final class Seals {
  private static final HexFormat HEX = HexFormat.of();

  private static final int AT_ONCE = 2_000;

  /**
   * What the database may take to hash the seals of a day, of which there may be tens of millions.
   */
  private static final Duration LONGEST_DAY = Duration.ofMinutes(30);

  /**
   * A table of events with its seals: one chain for each value of a column.
   *
   * @param of that column
   * @param type its SQL type
   * @param sealedAt the column of history_sealed with the time of the event that was sealed last
   * @param sealedEvent the one with its number
   * @param before the one with the time that was reached before the clock was set back
   * @param fields all columns of an event, as text, in the order in which they are hashed
   */
  record Log(
      String events,
      String seals,
      String of,
      String type,
      String sealedAt,
      String sealedEvent,
      String before,
      String fields) {

    /** A statement on these tables, with {@code $} before the names of components. */
    String sql(String text) {
      return text.replace("$events", events)
          .replace("$seals", seals)
          .replace("$of", of)
          .replace("$type", type)
          .replace("$sealedAt", sealedAt)
          .replace("$sealedEvent", sealedEvent)
          .replace("$before", before)
          .replace("$fields", fields);
    }
  }

  static final Log IMAGES =
      new Log(
          "image_event",
          "image_seal",
          "image_id",
          "uuid",
          "sealed_at",
          "sealed_event",
          "sealed_before",
          """
          array[e.image_id::text, e.event_id::text, extract(epoch from e.at)::text, e.owner, e.member_id, e.from_status,
        e.to_status, e.change, e.previous, e.visibility, e.image_status, e.actor, e.cause, e.request_id,
        e.client_request_id, e.removed_in::text] as fields""");

  static final Log RIGHTS =
      new Log(
          "access_event",
          "access_seal",
          "domain_id",
          "text",
          "access_at",
          "access_event",
          "access_before",
          """
          array[e.domain_id, e.event_id::text, extract(epoch from e.at)::text, e.kind, e.project_id, e.before::text,
            e.after::text, e.actor, e.request_id, e.client_request_id] as fields""");

  static final List<Log> LOGS = List.of(IMAGES, RIGHTS);

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
  private static final String READ =
      CommittedEvents.read("e.$of::text as of, e.event_id, e.at, $fields", "$events");

  /**
   * The last event that was sealed is younger than any event could be: the clock was set back. What
   * happened since is read from a minute before. Values: the time, twice.
   */
  private static final String BACK =
      """
      update history_sealed
      set $before = greatest($before, $sealedAt), $sealedAt = ?::timestamptz - interval '1 minute', $sealedEvent = 0
      where $sealedAt > ?
      """;

  /**
   * Which of these events have seals. Their numbers are unique, so the seals of each image are read
   * once, and not once for each of its events. Uses the primary key. Values: images, events.
   */
  private static final String SEALED =
      "select event_id from $seals where $of = any (?::$type[]) and event_id = any (?)";

  /** As {@link #SEALED}, of images. */
  public static final String SEALED_IMAGES = IMAGES.sql(SEALED);

  private static final String LAST =
      """
      select i.of::text as of, s.position, encode(s.hash, 'hex') as hash
      from unnest(?::$type[]) i(of)
      cross join lateral (
        select position, hash from $seals s where s.$of = i.of order by position desc limit 1
      ) s
      """;

  private static final String INSERT =
      """
      insert into $seals ($of, position, event_id, day, hash)
      select of::$type, position, event_id, ?, decode(hash, 'hex')
      from unnest(?::text[], ?::bigint[], ?::bigint[], ?::text[]) t(of, position, event_id, hash)
      """;

  /**
   * How far events are sealed.
   *
   * @param before null, or the time until which later ones may be, too
   */
  private record Reached(Cursor last, @Nullable OffsetDateTime before) {}

  private record Unsealed(
      String of, long number, OffsetDateTime at, List<@Nullable String> fields) {}

  private static final Link START = new Link(0, HEX.formatHex(Chain.start()));

  /**
   * The last seal of an image or a domain.
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
    boolean isMore = false;
    for (Log log : LOGS) {
      isMore |= seal(session, log);
    }
    return isMore;
  }

  private boolean seal(Session session, Log log) throws SQLException {
    OffsetDateTime until = CommittedEvents.until(session, age);
    session.change(log.sql(BACK), until, until);
    Reached reached =
        Objects.requireNonNull(
            session.first(
                log.sql(
                    "select $sealedAt as at, $sealedEvent as event_id, $before as before from history_sealed"),
                row -> new Reached(Cursor.of(row), row.getObject("before", OffsetDateTime.class))));
    List<Unsealed> read =
        session.all(
            log.sql(READ), Seals::unsealed, CommittedEvents.values(reached.last(), until, AT_ONCE));
    if (read.isEmpty()) {
      return false;
    }
    Unsealed newest = read.getLast();
    session.change(
        log.sql("update history_sealed set $sealedAt = ?, $sealedEvent = ?"),
        newest.at(),
        newest.number());
    List<Unsealed> events =
        reached.before() == null || reached.before().isBefore(read.getFirst().at())
            ? read
            : withoutSeals(session, log, read);
    Map<String, Link> last = new HashMap<>();
    String[] chains = events.stream().map(Unsealed::of).distinct().toArray(String[]::new);
    session
        .all(
            log.sql(LAST),
            row ->
                Map.entry(
                    row.getString("of"), new Link(row.getLong("position"), row.getString("hash"))),
            (Object) chains)
        .forEach(entry -> last.put(entry.getKey(), entry.getValue()));
    List<String> ids = new ArrayList<>();
    List<Long> positions = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    for (Unsealed event : events) {
      Link before = last.getOrDefault(event.of(), START);
      Link link =
          new Link(
              before.position() + 1,
              HEX.formatHex(Chain.seal(HEX.parseHex(before.hash()), event.fields())));
      last.put(event.of(), link);
      ids.add(event.of());
      positions.add(link.position());
      numbers.add(event.number());
      hashes.add(link.hash());
    }
    session.change(
        log.sql(INSERT),
        day(session),
        ids.toArray(String[]::new),
        positions.toArray(Long[]::new),
        numbers.toArray(Long[]::new),
        hashes.toArray(String[]::new));
    return read.size() == AT_ONCE;
  }

  private static List<Unsealed> withoutSeals(Session session, Log log, List<Unsealed> events)
      throws SQLException {
    Set<Long> sealed =
        new HashSet<>(
            session.all(
                log.sql(SEALED),
                row -> row.getLong("event_id"),
                events.stream().map(Unsealed::of).distinct().toArray(String[]::new),
                events.stream().map(Unsealed::number).toArray(Long[]::new)));
    return events.stream().filter(event -> !sealed.contains(event.number())).toList();
  }

  private static Unsealed unsealed(ResultSet row) throws SQLException {
    return new Unsealed(
        row.getString("of"),
        row.getLong("event_id"),
        row.getObject("at", OffsetDateTime.class),
        fields(row));
  }

  /** Column {@code fields}. */
  static List<@Nullable String> fields(ResultSet row) throws SQLException {
    @Nullable String[] fields = (@Nullable String[]) row.getArray("fields").getArray();
    return Arrays.asList(fields);
  }

  /** Of what is sealed now: no day that is anchored, also after the clock was set back. */
  private static LocalDate day(Session session) throws SQLException {
    return Objects.requireNonNull(
        session.first(
            "select greatest(day, (clock_timestamp() at time zone 'UTC')::date) as day from history_sealed",
            row -> row.getObject("day", LocalDate.class)));
  }

  static LocalDate today(Session session) throws SQLException {
    return Objects.requireNonNull(
        session.first(
            "select (clock_timestamp() at time zone 'UTC')::date as day",
            row -> row.getObject("day", LocalDate.class)));
  }

  /**
   * What {@link Chain#anchor} hashes of the seals of a day. Uses indexes {@code image_seal_by_day}
   * and {@code access_seal_by_day}. Values: day, twice.
   */
  public static final String OF_DAY =
      """
      with of_images as (
        select coalesce(sum(l.seals), 0) as seals,
          string_agg(uuid_send(l.image_id) || int8send(l.position) || l.hash, ''::bytea order by l.image_id) as bytes
        from (
          select distinct on (image_id) image_id, position, hash, count(*) over (partition by image_id) as seals
          from image_seal where day = ?
          order by image_id, position desc
        ) l
      ), of_rights as (
        select coalesce(sum(l.seals), 0) as seals,
          string_agg(int4send(octet_length(l.domain_id)) || convert_to(l.domain_id, 'UTF8') || int8send(l.position)
            || l.hash, ''::bytea order by l.domain_id) as bytes
        from (
          select distinct on (domain_id) domain_id, position, hash, count(*) over (partition by domain_id) as seals
          from access_seal where day = ?
          order by domain_id, position desc
        ) l
      )
      select i.seals + r.seals as seals,
        encode(sha256(coalesce(i.bytes, ''::bytea)
          || coalesce('\\x00000000000000000000000000000000'::bytea || r.bytes, ''::bytea)), 'hex') as images
      from of_images i, of_rights r
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
    session.change(CommittedEvents.NOT_WAITED_FOR);
    session.allowSilence(LONGEST_DAY);
    OfDay of =
        Objects.requireNonNull(
            session.first(
                OF_DAY, row -> new OfDay(row.getLong("seals"), row.getString("images")), day, day));
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
