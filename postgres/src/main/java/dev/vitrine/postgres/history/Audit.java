package dev.vitrine.postgres.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.digest.Sha256;
import dev.vitrine.history.Anchor;
import dev.vitrine.history.AnchorKey;
import dev.vitrine.history.Chain;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Session;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares the history with its seals and anchors, and says what was changed by somebody who wrote
 * to the database (ADR 47). Reads all of it, as it is at one instant, and page by page, however
 * many events an image has.
 */
public final class Audit {
  private static final HexFormat HEX = HexFormat.of();

  private static final int PAGE = 1_000;

  private final AnchorKey key;
  private final List<Anchor> exported;
  private final Consumer<String> findings;
  private final LongConsumer progress;
  private long sealed;
  private long unsealed;
  private int found;

  /**
   * @param exported anchors that were kept elsewhere; each must be in the database
   * @param findings receives a sentence for each event, seal or anchor that is not as it was
   * @param progress receives the number of events read, now and then
   */
  public Audit(
      AnchorKey key, List<Anchor> exported, Consumer<String> findings, LongConsumer progress) {
    this.key = key;
    this.exported = List.copyOf(exported);
    this.findings = findings;
    this.progress = progress;
  }

  /**
   * What was read.
   *
   * @param sealed events with a seal
   * @param unsealed events that are too young for one
   * @param findings how many; 0: the history is as it was written
   * @param keptSince the day (UTC) since which all events are kept; null: everything is kept
   */
  public record Result(long sealed, long unsealed, int findings, @Nullable LocalDate keptSince) {}

  /** Reads the history. */
  public Result verify(Database database) {
    return database.inTransaction(
        session -> {
          session.change("set transaction isolation level repeatable read, read only");
          session.change(CommittedEvents.NOT_WAITED_FOR);
          // A page is hashed, and findings are printed, between two statements.
          session.change("set local idle_in_transaction_session_timeout = '60s'");
          Anchor cut = verify(session);
          return new Result(sealed, unsealed, found, cut == null ? null : cut.day());
        });
  }

  /** Reads the history, and lets it begin on a later day if it is as it was written. */
  boolean moveCut(Database database, LocalDate day) {
    moveTo = day;
    if (verify(database).findings() > 0) {
      return false;
    }
    Anchor later = cuts.getLast().signed(key);
    return database.inTransaction(
        session -> {
          Cut.store(session, later);
          return true;
        });
  }

  /** The place of an event in the order of time. */
  private record Place(OffsetDateTime at, long number) {
    boolean isBefore(Place other) {
      int order = at.compareTo(other.at());
      return order < 0 || (order == 0 && number < other.number());
    }
  }

  /** Its number and its time, without the rest. */
  private record Event(String of, Place place) {}

  /**
   * @param place null: the event is not there
   * @param fields of the event
   */
  private record Seal(
      String of,
      long position,
      long event,
      LocalDate day,
      String hash,
      @Nullable Place place,
      List<@Nullable String> fields) {
    /** Of an image, by the order of {@link Seals#IMAGES}. */
    Cut.Old old() {
      return new Cut.Old(event, fields.get(4), fields.get(6) == null && fields.get(9) == null);
    }
  }

  /** Rows in the order of images, read page by page. */
  private abstract static class Pages<T> {
    private final Deque<T> page = new ArrayDeque<>();
    private @Nullable T last;
    private boolean isOver;

    abstract List<T> after(@Nullable T last) throws SQLException;

    @Nullable T peek() throws SQLException {
      if (page.isEmpty() && !isOver) {
        List<T> next = after(last);
        page.addAll(next);
        isOver = next.size() < PAGE;
        last = next.isEmpty() ? last : next.getLast();
      }
      return page.peek();
    }

    T next() {
      return page.remove();
    }
  }

  /** Uses the primary key. */
  private static final String EVENTS =
      """
      select e.$of::text as of, e.event_id, e.at from $events e
      where (e.$of, e.event_id) > (?::$type, ?)
      order by e.$of, e.event_id
      limit ?
      """;

  /** With the events. Uses primary keys. */
  private static final String SEALS =
      """
      select s.$of::text as of, s.position, s.event_id, s.day, encode(s.hash, 'hex') as hash, e.at, e.fields
      from (
        select * from $seals
        where ($of, position) > (?::$type, ?)
        order by $of, position
        limit ?
      ) s
      left join lateral (
        select e.at, $fields from $events e where e.$of = s.$of and e.event_id = s.event_id limit 1
      ) e on true
      order by s.$of, s.position
      """;

  /** Of one chain, events with several seals. */
  private static final String TWICE =
      "select event_id from $seals where $of = ?::$type group by event_id having count(*) > 1";

  /** Of one chain, events that should have a seal and have none. */
  private static final String WITHOUT_SEAL =
      """
      select u.event_id, (
        select e.at from $events e where e.$of = ?::$type and e.event_id = u.event_id) as at
      from (
        select event_id from $events
        where $of = ?::$type and event_id > ? and (at, event_id) <= (?, ?)
        except
        select event_id from $seals where $of = ?::$type
      ) u
      order by u.event_id
      limit ?
      """;

  /** The seals of a day, as {@link Chain#anchor} takes them. */
  private static final class Day {
    private final MessageDigest images = Sha256.digest();
    private long seals;
    private boolean isOfRights;

    void add(ByteBuffer id, Seal last) {
      images.update(id);
      images.update(ByteBuffer.allocate(8).putLong(last.position()).flip());
      images.update(HEX.parseHex(last.hash()));
    }
  }

  private final Map<LocalDate, Day> days = new TreeMap<>();

  /** What stays before the day of the stored cut, and before the day that it moves to. */
  private final List<Cut> cuts = new ArrayList<>();

  private LocalDate keptSince = LocalDate.MIN;
  private @Nullable LocalDate moveTo;

  /** Begins anew: the database may abort a transaction and have it tried again. */
  private void forget() {
    sealed = 0;
    unsealed = 0;
    found = 0;
    days.clear();
    cuts.clear();
  }

  /** Where the history begins; null: nowhere. */
  private @Nullable Anchor verify(Session session) throws SQLException {
    forget();
    LocalDate open =
        session.first(
            "select day from history_sealed", row -> row.getObject("day", LocalDate.class));
    if (open == null) {
      finding("The row of history_sealed is gone");
      return null;
    }
    Anchor stored = Cut.stored(session);
    Cut read = new Cut(stored == null ? LocalDate.MIN : stored.day());
    if (stored != null) {
      keptSince = stored.day();
      cuts.add(read);
    }
    if (moveTo != null) {
      cuts.add(new Cut(moveTo));
    }
    if (open.isAfter(Seals.today(session))) {
      finding("The first day without an anchor is in the future: " + open);
    }
    verify(session, Seals.IMAGES, "Image", IMAGES, new UUID(0, 0).toString());
    verify(session, Seals.RIGHTS, "Domain", Audit::addDomain, "");
    anchors(session.all(Seals.ANCHORS, Seals::anchor), open);
    if (stored != null) {
      Anchor signed = read.signed(key);
      if (!key.hasSigned(stored)) {
        finding(
            "That the history is kept since %s is not signed by the key of this server"
                .formatted(stored.day()));
      } else if (!signed.equals(stored)) {
        finding(
            "Of the events before %s, %d stay instead of those %d that were signed, or others"
                .formatted(stored.day(), signed.seals(), stored.seals()));
      }
    }
    return stored;
  }

  /** Adds the last seal of a chain on a day to what is anchored. */
  private interface LastOfDay {
    void add(Day day, Seal last);
  }

  private static final LastOfDay IMAGES = Audit::addImage;

  /**
   * @param what a chain is of, for the findings
   * @param before all of them
   */
  private void verify(
      Session session, Seals.Log log, String what, LastOfDay anchored, String before)
      throws SQLException {
    Place sealedTo =
        Objects.requireNonNull(
            session.first(
                log.sql("select $sealedAt as at, $sealedEvent as event_id from history_sealed"),
                Audit::place));
    Pages<Event> events =
        new Pages<>() {
          @Override
          List<Event> after(@Nullable Event last) throws SQLException {
            return session.all(
                log.sql(EVENTS),
                Audit::event,
                last == null ? before : last.of(),
                last == null ? 0L : last.place().number(),
                PAGE);
          }
        };
    Pages<Seal> seals =
        new Pages<>() {
          @Override
          List<Seal> after(@Nullable Seal last) throws SQLException {
            progress.accept(sealed + unsealed);
            return session.all(
                log.sql(SEALS),
                Audit::seal,
                last == null ? before : last.of(),
                last == null ? 0L : last.position(),
                PAGE);
          }
        };
    for (String of = first(events, seals); of != null; of = first(events, seals)) {
      String name = what + " " + (of.isEmpty() ? "of all" : of);
      new One(session, log, of, name, sealedTo).verify(events, seals, anchored);
      progress.accept(sealed + unsealed);
    }
  }

  /** The chain of the next rows, in the order of the database, which is that of their texts. */
  private static @Nullable String first(Pages<Event> events, Pages<Seal> seals)
      throws SQLException {
    Event event = events.peek();
    Seal seal = seals.peek();
    if (event == null || seal == null) {
      return event != null ? event.of() : seal != null ? seal.of() : null;
    }
    return event.of().compareTo(seal.of()) <= 0 ? event.of() : seal.of();
  }

  /** One chain. */
  private final class One {
    private final Session session;
    private final Seals.Log log;
    private final String of;
    private final String name;
    private final Place sealedTo;
    private final Map<Cut, Cut.Staying> staying = new LinkedHashMap<>();
    private @Nullable Place newest;
    private @Nullable Set<Long> twice;

    /** Events that should have a seal, less those for which one was read. */
    private long missing;

    private long young;

    /**
     * @param name for the findings
     * @param sealedTo the event that was sealed last, of all chains
     */
    One(Session session, Seals.Log log, String of, String name, Place sealedTo) {
      this.session = session;
      this.log = log;
      this.of = of;
      this.name = name;
      this.sealedTo = sealedTo;
    }

    void verify(Pages<Event> events, Pages<Seal> seals, LastOfDay anchored) throws SQLException {
      if (anchored == IMAGES) {
        cuts.forEach(cut -> staying.put(cut, new Cut.Staying()));
      }
      for (Event event = events.peek();
          event != null && event.of().equals(of);
          event = events.peek()) {
        count(events.next().place(), 1);
      }
      byte[] before = Chain.start();
      long position = 0;
      Map<LocalDate, Seal> lastOfDays = new TreeMap<>();
      for (Seal seal = seals.peek(); seal != null && seal.of().equals(of); seal = seals.peek()) {
        seals.next();
        if (seal.position() != position + 1) {
          finding(
              "%s: seals %d to %d are removed".formatted(name, position + 1, seal.position() - 1));
        }
        compare(seal, seal.position() == position + 1 ? before : null);
        sealed++;
        before = HEX.parseHex(seal.hash());
        position = seal.position();
        lastOfDays.put(seal.day(), seal);
        days.computeIfAbsent(seal.day(), day -> new Day()).seals++;
      }
      staying.forEach((cut, old) -> cut.add(UUID.fromString(of), old));
      lastOfDays.forEach((day, seal) -> anchored.add(Objects.requireNonNull(days.get(day)), seal));
      unsealed += young;
      if (missing != 0) {
        nameWithoutSeal();
      }
    }

    /** Counts an event, and takes it off when its seal is read. */
    private void count(Place event, int step) {
      if (sealedTo.isBefore(event)) {
        young += step;
      } else {
        missing += step;
      }
    }

    /**
     * @param before the hash of the seal before; null: that is not there
     */
    private void compare(Seal seal, byte @Nullable [] before) throws SQLException {
      Place place = seal.place();
      if (place == null) {
        if (!seal.day().isBefore(keptSince)) {
          finding("%s: event %d of %s is removed".formatted(name, seal.event(), seal.day()));
        }
        return;
      }
      // Seals are in the order of time, so only another event than the newest can have had one.
      boolean isInOrder = newest == null || newest.isBefore(place);
      if (!isInOrder && twice().contains(seal.event())) {
        finding("%s: event %d is sealed twice".formatted(name, seal.event()));
        return;
      }
      newest = isInOrder ? place : newest;
      count(place, -1);
      staying.forEach(
          (cut, old) -> {
            if (seal.day().isBefore(cut.day())) {
              old.add(seal.old());
            }
          });
      if (before != null && !HEX.formatHex(Chain.seal(before, seal.fields())).equals(seal.hash())) {
        finding("%s: event %d of %s is altered".formatted(name, seal.event(), place.at()));
      }
    }

    /** Read if there may be some. */
    private Set<Long> twice() throws SQLException {
      if (twice == null) {
        twice = new HashSet<>(session.all(log.sql(TWICE), row -> row.getLong(1), of));
      }
      return twice;
    }

    private void nameWithoutSeal() throws SQLException {
      List<Place> page = List.of();
      do {
        page =
            session.all(
                log.sql(WITHOUT_SEAL),
                Audit::place,
                of,
                of,
                page.isEmpty() ? 0L : page.getLast().number(),
                sealedTo.at(),
                sealedTo.number(),
                of,
                PAGE);
        for (Place event : page) {
          finding(
              "%s: event %d of %s is inserted, or its seal is removed"
                  .formatted(name, event.number(), event.at()));
        }
      } while (page.size() == PAGE);
    }
  }

  private static void addImage(Day day, Seal last) {
    UUID image = UUID.fromString(last.of());
    day.add(uuid(image), last);
  }

  private static void addDomain(Day day, Seal last) {
    if (!day.isOfRights) {
      day.isOfRights = true;
      day.images.update(uuid(new UUID(0, 0)));
    }
    byte[] id = last.of().getBytes(UTF_8);
    day.add(ByteBuffer.allocate(4 + id.length).putInt(id.length).put(id).flip(), last);
  }

  private static ByteBuffer uuid(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .flip();
  }

  /**
   * @param open the first day without an anchor
   */
  private void anchors(List<Anchor> anchors, LocalDate open) {
    byte[] before = Chain.start();
    Set<LocalDate> anchored = new HashSet<>();
    for (Anchor anchor : anchors) {
      anchored.add(anchor.day());
      Day day = days.getOrDefault(anchor.day(), new Day());
      byte[] images = day.images.digest();
      byte[] hash = Chain.anchor(before, anchor.day(), day.seals, images);
      if (!HEX.formatHex(hash).equals(anchor.hash())) {
        finding("The seals of %s are not those that were anchored".formatted(anchor.day()));
      }
      if (day.seals != anchor.seals()) {
        finding(
            "The anchor of %s counts %d seals of %d"
                .formatted(anchor.day(), anchor.seals(), day.seals));
      }
      if (!key.hasSigned(anchor)) {
        finding("The anchor of %s is not signed by the key of this server".formatted(anchor.day()));
      }
      before = HEX.parseHex(anchor.hash());
    }
    for (LocalDate day : days.keySet()) {
      if (day.isBefore(open) && !anchored.contains(day)) {
        finding("The anchor of %s is removed".formatted(day));
      }
    }
    for (Anchor kept : exported) {
      if (!anchors.contains(kept)) {
        finding("The anchor of %s is not the one that was kept".formatted(kept.day()));
      }
    }
  }

  private void finding(String sentence) {
    found++;
    findings.accept(sentence);
  }

  private static Event event(ResultSet row) throws SQLException {
    return new Event(row.getString("of"), place(row));
  }

  private static Place place(ResultSet row) throws SQLException {
    return new Place(row.getObject("at", OffsetDateTime.class), row.getLong("event_id"));
  }

  private static Seal seal(ResultSet row) throws SQLException {
    boolean isThere = row.getObject("at") != null;
    return new Seal(
        row.getString("of"),
        row.getLong("position"),
        row.getLong("event_id"),
        row.getObject("day", LocalDate.class),
        row.getString("hash"),
        isThere ? place(row) : null,
        isThere ? Seals.fields(row) : List.of());
  }
}
