package dev.vitrine.limit;

import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.LimitedResource;
import org.jspecify.annotations.Nullable;

/**
 * How much of a resource one project may own, in place of the setting.
 *
 * @param maximum in the {@link LimitedResource#unit} of the resource; {@link #UNLIMITED}
 */
public record ProjectLimit(
    String id,
    ProjectId project,
    LimitedResource resource,
    int maximum,
    @Nullable String description) {
  /** As a maximum: any number. */
  public static final int UNLIMITED = -1;

  public ProjectLimit {
    if (maximum < UNLIMITED) {
      throw new IllegalArgumentException("no limit: " + maximum);
    }
  }
}
