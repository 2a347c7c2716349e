package dev.vitrine.postgres.history;

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
 * to the database (ADR 47). Reads all of it once, as it is at one instant.
 */
public final class Audit {
  private static final HexFormat HEX = HexFormat.of();

  private static final int PAGE = 5_000;

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
   */
  public record Result(long sealed, long unsealed, int findings) {}

  /** Reads the history. */
  public Result verify(Database database) {
    return database.inTransaction(
        session -> {
          session.change("set transaction isolation level repeatable read, read only");
          verify(session);
          return new Result(sealed, unsealed, found);
        });
  }

  private record Watermark(OffsetDateTime at, long event, LocalDate day) {
    boolean isBefore(Event other) {
      int order = at.compareTo(other.at());
      return order < 0 || (order == 0 && event < other.number());
    }
  }

  private record Event(UUID image, long number, OffsetDateTime at, List<@Nullable String> fields) {}

  private record Seal(UUID image, long position, long event, LocalDate day, String hash) {}

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

  private static final UUID FIRST = new UUID(0, 0);

  /** Uses the primary key. */
  private static final String EVENTS =
      """
      select e.image_id, e.event_id, e.at, %s from image_event e
      where (e.image_id, e.event_id) > (?, ?)
      order by e.image_id, e.event_id
      limit ?
      """
          .formatted(Seals.FIELDS);

  /** Uses the primary key. */
  private static final String SEALS =
      """
      select image_id, position, event_id, day, encode(hash, 'hex') as hash from image_seal
      where (image_id, position) > (?, ?)
      order by image_id, position
      limit ?
      """;

  /** The seals of a day, as {@link Chain#anchor} takes them. */
  private static final class Day {
    private final MessageDigest images = Chain.sha256();
    private long seals;
  }

  private final Map<LocalDate, Day> days = new TreeMap<>();

  private void verify(Session session) throws SQLException {
    Watermark watermark =
        session.first(
            "select sealed_at, sealed_event, day from history_sealed",
            row ->
                new Watermark(
                    row.getObject("sealed_at", OffsetDateTime.class),
                    row.getLong("sealed_event"),
                    row.getObject("day", LocalDate.class)));
    if (watermark == null) {
      finding("The row of history_sealed is gone");
      return;
    }
    LocalDate today = Seals.today(session);
    if (watermark.day().isAfter(today)) {
      finding("The first day without an anchor is in the future: " + watermark.day());
    }
    Pages<Event> events =
        new Pages<>() {
          @Override
          List<Event> after(@Nullable Event last) throws SQLException {
            return session.all(
                EVENTS,
                Audit::event,
                last == null ? FIRST : last.image(),
                last == null ? 0L : last.number(),
                PAGE);
          }
        };
    Pages<Seal> seals =
        new Pages<>() {
          @Override
          List<Seal> after(@Nullable Seal last) throws SQLException {
            return session.all(
                SEALS,
                Audit::seal,
                last == null ? FIRST : last.image(),
                last == null ? 0L : last.position(),
                PAGE);
          }
        };
    for (UUID image = first(events, seals); image != null; image = first(events, seals)) {
      Map<Long, Event> ofImage = new LinkedHashMap<>();
      for (Event event = events.peek();
          event != null && event.image().equals(image);
          event = events.peek()) {
        ofImage.put(event.number(), events.next());
      }
      verify(image, ofImage, seals, watermark);
      progress.accept(sealed + unsealed);
    }
    anchors(session.all(Seals.ANCHORS, Seals::anchor), watermark.day());
  }

  /** The image of the next rows, in the order of the database, which is that of their texts. */
  private static @Nullable UUID first(Pages<Event> events, Pages<Seal> seals) throws SQLException {
    Event event = events.peek();
    Seal seal = seals.peek();
    if (event == null || seal == null) {
      return event != null ? event.image() : seal != null ? seal.image() : null;
    }
    return event.image().toString().compareTo(seal.image().toString()) <= 0
        ? event.image()
        : seal.image();
  }

  /** One image. */
  private void verify(UUID image, Map<Long, Event> events, Pages<Seal> seals, Watermark watermark)
      throws SQLException {
    byte[] before = Chain.start();
    long position = 0;
    Map<LocalDate, Seal> lastOfDays = new TreeMap<>();
    Set<Long> seen = new HashSet<>();
    for (Seal seal = seals.peek();
        seal != null && seal.image().equals(image);
        seal = seals.peek()) {
      seals.next();
      Event event = events.remove(seal.event());
      boolean isNext = seal.position() == position + 1;
      if (!isNext) {
        finding(
            "Image %s: seals %d to %d are removed"
                .formatted(image, position + 1, seal.position() - 1));
      }
      if (event == null) {
        finding(
            seen.contains(seal.event())
                ? "Image %s: event %d is sealed twice".formatted(image, seal.event())
                : "Image %s: event %d of %s is removed".formatted(image, seal.event(), seal.day()));
      } else if (isNext && !HEX.formatHex(Chain.seal(before, event.fields())).equals(seal.hash())) {
        finding("Image %s: event %d of %s is altered".formatted(image, event.number(), event.at()));
      }
      seen.add(seal.event());
      sealed++;
      before = HEX.parseHex(seal.hash());
      position = seal.position();
      lastOfDays.put(seal.day(), seal);
      days.computeIfAbsent(seal.day(), day -> new Day()).seals++;
    }
    lastOfDays.forEach((day, seal) -> add(Objects.requireNonNull(days.get(day)), seal));
    for (Event event : events.values()) {
      if (watermark.isBefore(event)) {
        unsealed++;
      } else {
        finding(
            "Image %s: event %d of %s is inserted, or its seal is removed"
                .formatted(image, event.number(), event.at()));
      }
    }
  }

  private static void add(Day day, Seal last) {
    byte[] hash = HEX.parseHex(last.hash());
    ByteBuffer bytes = ByteBuffer.allocate(24 + hash.length);
    bytes.putLong(last.image().getMostSignificantBits());
    bytes.putLong(last.image().getLeastSignificantBits());
    bytes.putLong(last.position());
    day.images.update(bytes.put(hash).flip());
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
    return new Event(
        row.getObject("image_id", UUID.class),
        row.getLong("event_id"),
        row.getObject("at", OffsetDateTime.class),
        Seals.fields(row));
  }

  private static Seal seal(ResultSet row) throws SQLException {
    return new Seal(
        row.getObject("image_id", UUID.class),
        row.getLong("position"),
        row.getLong("event_id"),
        row.getObject("day", LocalDate.class),
        row.getString("hash"));
  }
}
