package dev.vitrine.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On which images of a list a caller may carry out an operation (ruling 8).
 *
 * @param elsewhere what the grants at project scope say: for images of other projects, which are in
 *     no enterprise project of the caller's, and for all others but the exceptions
 * @param exceptions the enterprise projects where a grant turns it around
 */
public record Reach(boolean elsewhere, Set<String> exceptions) {
  /** All that the caller sees. */
  static final Reach EVERYWHERE = new Reach(true, Set.of());

  /**
   * Whether it includes an image.
   *
   * @param enterpriseProject the image's, null if the image is not one of the caller's project
   */
  public boolean includes(@Nullable String enterpriseProject) {
    return elsewhere != (enterpriseProject != null && exceptions.contains(enterpriseProject));
  }
}
