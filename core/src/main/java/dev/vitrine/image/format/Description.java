package dev.vitrine.image.format;

import org.jspecify.annotations.Nullable;

/**
 * What the header of a format says.
 *
 * @param danger why opening it would read other files, or might; null: it is safe
 * @param virtualSize in bytes; null if it is not known
 */
record Description(@Nullable String danger, @Nullable Long virtualSize) {
  static Description safe(long virtualSize) {
    return new Description(null, virtualSize > 0 ? virtualSize : null);
  }

  static Description unsafe(String danger) {
    return new Description(danger, null);
  }
}
