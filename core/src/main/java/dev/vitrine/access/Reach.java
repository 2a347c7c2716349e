package dev.vitrine.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On which images of a list a caller may carry out an operation (ruling 8).
 *
 * @param elsewhere whether it is allowed on images that are in none of {@code exceptions}. Grants
 *     at project scope decide this. It also decides about all images of other projects: to the
 *     caller, these are in no enterprise project
 * @param exceptions the enterprise projects for which the answer is the opposite of {@code
 *     elsewhere}
 */
public record Reach(boolean elsewhere, Set<String> exceptions) {
  /** All that the caller sees. */
  static final Reach EVERYWHERE = new Reach(true, Set.of());

  /**
   * Whether it includes an image.
   *
   * @param enterpriseProject the image's enterprise project, null if the caller's project does not
   *     own the image
   */
  public boolean includes(@Nullable String enterpriseProject) {
    return elsewhere != (enterpriseProject != null && exceptions.contains(enterpriseProject));
  }
}
