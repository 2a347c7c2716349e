package dev.vitrine.sharing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who can see an image, as Glance stores it (ruling 11), in the order of its schema. */
public enum Visibility {
  COMMUNITY,
  PUBLIC,
  PRIVATE,
  SHARED;

  /** The visibility with this word; null if there is none. */
  public static @Nullable Visibility of(String word) {
    for (Visibility visibility : values()) {
      if (visibility.word().equals(word)) {
        return visibility;
      }
    }
    return null;
  }

  /** As written on the wire and in the database. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
