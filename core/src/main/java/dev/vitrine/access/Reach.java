package dev.vitrine.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On which images of a list a caller may carry out an operation (ruling 8).
 *
 * @param elsewhere whether grants at project scope allow it. Applies to every image except those in
 *     {@code exceptions}; that includes images of other projects, which are in no enterprise
 *     project of the caller's domain
 * @param exceptions the enterprise projects for which the answer is the opposite of {@code
 *     elsewhere}
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
