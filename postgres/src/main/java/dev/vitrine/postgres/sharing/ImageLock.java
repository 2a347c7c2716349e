package dev.vitrine.postgres.sharing;

import dev.vitrine.identity.ImageId;
import org.jspecify.annotations.Nullable;

/**
 * What keeps changes of one image and of its members apart (ADR 17). Whoever answers for a member,
 * or removes one, shares an advisory lock: it costs no write, as a lock of the row does. Whoever
 * changes the image, or carries out a batch on it, takes that lock alone, and the row. Whoever adds
 * a member has the row.
 */
public final class ImageLock {
  private ImageLock() {}

  /**
   * Waits for all others: they saw the image as it is until then. A primary key. Values: {@link
   * #values}.
   */
  public static final String ALONE =
      "select pg_advisory_xact_lock(?) is null from image where image_id = ? for update";

  public static @Nullable Object[] values(ImageId image) {
    return new @Nullable Object[] {number(image), image.value()};
  }

  /** An expression. Value: {@link #number}. */
  static final String SHARED = "pg_advisory_xact_lock_shared(?) is null";

  /** The number of an image's advisory lock. Two images with one number wait for each other. */
  static long number(ImageId image) {
    return image.value().getMostSignificantBits() ^ image.value().getLeastSignificantBits();
  }
}
