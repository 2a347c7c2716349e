package dev.vitrine.postgres.sharing;

import dev.vitrine.identity.ImageId;
import org.jspecify.annotations.Nullable;

/**
 * Locks that order changes of an image and of its members (ADR 17). Answering an offer, or removing
 * a member, takes a shared advisory lock, which needs no write, unlike a row lock. Changing the
 * image, or carrying out a batch on it, takes that advisory lock exclusively, and the row lock.
 * Adding a member takes the row lock.
 */
public final class ImageLock {
  private ImageLock() {}

  /**
   * The exclusive lock. Waits for all changes in progress, which saw the image before this one.
   * Uses a primary key. Values: {@link #values}.
   */
  public static final String ALONE =
      "select pg_advisory_xact_lock(?) is null from image where image_id = ? for update";

  public static @Nullable Object[] values(ImageId image) {
    return new @Nullable Object[] {number(image), image.value()};
  }

  /** The shared lock, an expression. Value: {@link #number}. */
  static final String SHARED = "pg_advisory_xact_lock_shared(?) is null";

  /** The number of an image's advisory lock. Images with the same number share a lock. */
  static long number(ImageId image) {
    return image.value().getMostSignificantBits() ^ image.value().getLeastSignificantBits();
  }
}
