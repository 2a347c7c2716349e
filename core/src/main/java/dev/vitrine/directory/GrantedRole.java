package dev.vitrine.directory;

import org.jspecify.annotations.Nullable;

/**
 * A role with all that IAM shows of it.
 *
 * @param isCustom it is a {@link CustomPolicy}
 * @param document what it means: JSON
 */
public record GrantedRole(
    Role role,
    String displayName,
    CustomPolicy.Type type,
    @Nullable String descriptionCn,
    boolean isCustom,
    String document) {}
