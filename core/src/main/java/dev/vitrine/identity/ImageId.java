package dev.vitrine.identity;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An image's id: a UUID, never used twice. */
public record ImageId(UUID value) {
  /** An id that no image can have. */
  private static final ImageId NONE = new ImageId(new UUID(0, 0));

  /** Parses the text as an id. If it is not a valid id, returns one that no image has. */
  public static ImageId named(String text) {
    ImageId id = of(text);
    return id == null ? NONE : id;
  }

  /** Whether an image may have it. */
  public boolean isUsable() {
    return !equals(NONE);
  }

  /** Null if the text is no UUID in its usual form of 36 characters. */
  public static @Nullable ImageId of(String text) {
    return isValid(text) ? new ImageId(UUID.fromString(text)) : null;
  }

  /**
   * Whether {@link #of} has an id for the text. Without a regular expression, because each request
   * asks this, some several times.
   */
  public static boolean isValid(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      char c = text.charAt(i);
      boolean isHyphen = i == 8 || i == 13 || i == 18 || i == 23;
      if (isHyphen ? c != '-' : c > 'f' || Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** A random id. */
  public static ImageId next() {
    return new ImageId(UUID.randomUUID());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
