package dev.vitrine.postgres.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.digest.Sha256;
import dev.vitrine.history.Anchor;
import dev.vitrine.history.AnchorKey;
import dev.vitrine.postgres.engine.Database.Session;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the history begins that is kept, and what stays of the time before: the last event of each
 * image and of each membership that had not ended, which the answers about later instants need. It
 * is signed, so that the removal of what stays is noticed.
 */
final class Cut {
  /** Before the hash, so that an anchor of a day is never taken for one of these. */
  private static final byte[] NAME = "history.kept".getBytes(UTF_8);

  private final LocalDate day;
  private final MessageDigest kept = Sha256.digest();
  private long count;

  Cut(LocalDate day) {
    this.day = day;
  }

  LocalDate day() {
    return day;
  }

  /**
   * An event of an image that was sealed before the day.
   *
   * @param member null: of the image itself
   * @param isEnd whether there is no membership, or no image, after it
   */
  record Old(long number, @Nullable String member, boolean isEnd) {}

  /** What stays of an image. Holds an event of each member, however many there were. */
  static final class Staying {
    private final Map<@Nullable String, Old> last = new HashMap<>();
    private long added;

    void add(Old event) {
      added++;
      last.merge(event.member(), event, (a, b) -> a.number() > b.number() ? a : b);
    }

    /** Whether everything that was added stays. */
    boolean isAll() {
      return numbers().size() == added;
    }

    /** The numbers of the events. */
    Set<Long> numbers() {
      return last.values().stream()
          .filter(event -> !event.isEnd())
          .map(Old::number)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Adds what stays of an image, in the order of images. */
  void add(UUID image, Staying staying) {
    for (long number : staying.numbers()) {
      kept.update(
          ByteBuffer.allocate(24)
              .putLong(image.getMostSignificantBits())
              .putLong(image.getLeastSignificantBits())
              .putLong(number)
              .flip());
      count++;
    }
  }

  /** All of it, signed. Ends the additions. */
  Anchor signed(AnchorKey key) {
    return key.anchor(day, count, hash());
  }

  private byte[] hash() {
    MessageDigest all = Sha256.digest();
    all.update(NAME);
    all.update(day.toString().getBytes(UTF_8));
    all.update(ByteBuffer.allocate(8).putLong(count).flip());
    return all.digest(kept.digest());
  }

  /** The one that holds; null: everything is kept. */
  static @Nullable Anchor stored(Session session) throws SQLException {
    return session.first(
        """
        select day, kept as seals, encode(hash, 'hex') as hash, encode(signature, 'hex') as signature from history_cut
        """,
        Seals::anchor);
  }

  /** Stores it, unless another node has stored a later one. */
  static void store(Session session, Anchor cut) throws SQLException {
    session.change(
        """
        insert into history_cut as c (day, kept, hash, signature)
        values (?, ?, decode(?, 'hex'), decode(?, 'hex'))
        on conflict (one) do update
        set day = excluded.day, kept = excluded.kept, hash = excluded.hash, signature = excluded.signature
        where c.day < excluded.day
        """,
        cut.day(),
        cut.seals(),
        cut.hash(),
        cut.signature());
  }
}
