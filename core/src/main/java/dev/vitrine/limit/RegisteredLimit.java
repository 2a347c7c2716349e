package dev.vitrine.limit;

import dev.vitrine.image.LimitedResource;

/**
 * How much of a resource a project may own that has no limit of its own: a setting.
 *
 * @param maximum in the {@link LimitedResource#unit} of the resource; {@link
 *     ProjectLimit#UNLIMITED}
 */
public record RegisteredLimit(String id, LimitedResource resource, long maximum) {}
