package dev.vitrine.identity;

import org.jspecify.annotations.Nullable;

/**
 * A user.
 *
 * @param defaultProject what its tokens are for when it does not say; need not exist
 */
public record User(
    UserId id,
    DomainId domain,
    String name,
    @Nullable String description,
    @Nullable String email,
    boolean enabled,
    @Nullable ProjectId defaultProject) {}
