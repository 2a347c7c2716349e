package dev.vitrine.image;

import dev.vitrine.identity.UserId;
import java.io.IOException;
import java.util.Set;
import java.util.function.Function;

/**
 * Where the bytes are. A blob is {@linkplain #receive received} first; then a transaction of the
 * catalogue assigns it to an image. After that it is {@linkplain #keep kept}; if the transaction
 * fails, it is {@linkplain #discard discarded}. Whichever process is killed at whatever moment,
 * after {@link #recover} there is no blob without an image and no image without its blob.
 */
public interface BlobStore {
  /**
   * A blob as received and synced to disk.
   *
   * @param size in bytes
   * @param md5 lower-case hexadecimal
   * @param sha512 lower-case hexadecimal
   */
  record Received(String key, long size, String md5, String sha512) {}

  /**
   * Stores all of the content, durably. Refuses with {@link dev.vitrine.refusal.Refusal.Busy}, and
   * reads nothing, if it would have to wait too long because too many uploads, of this sender or of
   * all senders, are in progress.
   *
   * @throws IOException if the client went away or the disk failed; nothing remains then
   */
  Received receive(UserId sender, Content content) throws IOException;

  /**
   * Records that the blob belongs to an image. Never fails: if it cannot be recorded, {@link
   * #recover} does it at the next start, if the image still exists.
   */
  void keep(String key);

  /**
   * Removes the blob, if it exists. Never fails: a blob that cannot be removed is logged and stays.
   *
   * @return whether no such blob exists any more
   */
  boolean discard(String key);

  /**
   * Removes the blob of an image whose deletion is committed. As {@link #discard}, but does nothing
   * while a backup copies blobs: the database that it has copied may still have the image.
   *
   * @return whether no such blob exists any more
   */
  default boolean remove(String key) {
    return discard(key);
  }

  /**
   * The blob, to be sent. Never fails and reads nothing: only the sending of the bytes shows
   * whether they are there.
   *
   * @param length in bytes, as {@linkplain Received#size received}
   */
  Blob blob(String key, long length);

  /**
   * Called once at start: keeps or discards each blob that was received and neither kept nor
   * discarded.
   *
   * @param referenced returns, of the keys that it is given, those that belong to an image
   */
  void recover(Function<Set<String>, Set<String>> referenced);
}
