package dev.vitrine.sharing;

import java.util.Arrays;
import java.util.Optional;

/**
 * The type of an image in IMS, derived from the stored visibility and from whether the image has
 * members (ruling 11).
 */
public enum ImageType {
  GOLD("public"),
  SHARED("shared"),
  PRIVATE("private");

  private final String visibility;

  ImageType(String visibility) {
    this.visibility = visibility;
  }

  /** The type of an image. */
  public static ImageType of(Visibility stored, boolean hasMembers) {
    return switch (stored) {
      case PUBLIC -> GOLD;
      case SHARED -> hasMembers ? SHARED : PRIVATE;
      case COMMUNITY, PRIVATE -> PRIVATE;
    };
  }

  /** The word of the protocol. */
  public String word() {
    return this == GOLD ? "gold" : visibility;
  }

  /** The visibility that goes with it, in IMS's words. */
  public String visibility() {
    return visibility;
  }

  /** The type with this word; empty if there is none. */
  public static Optional<ImageType> ofWord(String word) {
    return Arrays.stream(values()).filter(type -> type.word().equals(word)).findFirst();
  }

  /** The type of images with this visibility; empty if there is none. */
  public static Optional<ImageType> ofVisibility(String word) {
    return Arrays.stream(values()).filter(type -> type.visibility.equals(word)).findFirst();
  }
}
