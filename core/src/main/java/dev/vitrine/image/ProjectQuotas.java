package dev.vitrine.image;

import java.util.OptionalLong;

/**
 * The quotas of a project, or those of the settings.
 *
 * @param images how many images a project may own; empty: any number
 * @param bytes how many bytes these images may have together; empty: any number
 */
public record ProjectQuotas(OptionalLong images, OptionalLong bytes) {
  public static final ProjectQuotas NONE =
      new ProjectQuotas(OptionalLong.empty(), OptionalLong.empty());

  /** How much of it a project may own; empty: any number. */
  public OptionalLong of(LimitedResource resource) {
    return switch (resource) {
      case IMAGES -> images;
      case BYTES -> bytes;
    };
  }
}
