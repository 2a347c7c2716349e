package dev.vitrine.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On which images of a list a caller may carry out an operation (ruling 8).
 *
 * @param elsewhere whether it is allowed on images outside {@code exceptions}, which grants at
 *     project scope decide. Images of other projects are among these, because they are in no
 *     enterprise project of the caller's domain
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
