package dev.vitrine.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.digest.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hashes that make the history tamper-evident, all SHA-256 (ADR 47). Each event of an image,
 * and of the rights in a domain, has a seal: the hash of the previous seal and of the event. Each
 * day has an anchor: the hash of the previous anchor and of the last seal of each image and domain
 * on that day.
 */
public final class Chain {
  /** The length of a hash, in bytes. */
  public static final int LENGTH = 32;

  private Chain() {}

  /**
   * Takes the place of the previous seal for the first seal of an image or a domain, and of the
   * previous anchor for the first anchor.
   */
  public static byte[] start() {
    return new byte[LENGTH];
  }

  /**
   * The seal of an event.
   *
   * @param before the previous seal of the same image or domain
   * @param fields of the event; each is hashed with its length, so that none can be moved into
   *     another
   */
  public static byte[] seal(byte[] before, List<@Nullable String> fields) {
    MessageDigest digest = Sha256.digest();
    digest.update(before);
    for (String field : fields) {
      byte[] bytes = field == null ? new byte[0] : field.getBytes(UTF_8);
      digest.update(ByteBuffer.allocate(4).putInt(field == null ? -1 : bytes.length).flip());
      digest.update(bytes);
    }
    return digest.digest();
  }

  /**
   * The anchor of a day.
   *
   * @param before the previous anchor
   * @param seals how many events were sealed that day
   * @param images one hash of the last seals that day. It covers, for each image in the order of
   *     ids, the id (16 bytes), the position of the last seal (8 bytes) and the hash of that seal.
   *     If rights changed that day, it also covers 16 bytes of zero and, for each domain, the
   *     length of its id (4 bytes), the id, and the position and the hash of its last seal
   */
  public static byte[] anchor(byte[] before, LocalDate day, long seals, byte[] images) {
    MessageDigest digest = Sha256.digest();
    digest.update(before);
    digest.update(day.toString().getBytes(UTF_8));
    digest.update(ByteBuffer.allocate(8).putLong(seals).flip());
    return digest.digest(images);
  }
}
