package dev.vitrine.identity;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An image's id: a UUID, never used twice. */
public record ImageId(UUID value) {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

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
    String lower = text.length() == 36 ? text.toLowerCase(Locale.ROOT) : "";
    return FORM.matcher(lower).matches() ? new ImageId(UUID.fromString(lower)) : null;
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
