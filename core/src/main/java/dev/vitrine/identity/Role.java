package dev.vitrine.identity;

import org.jspecify.annotations.Nullable;

/**
 * A role, that is, a policy document with a name.
 *
 * @param domain null: known to all domains
 * @param shipped came with Vitrine, and stays as it is
 */
public record Role(
    RoleId id,
    @Nullable DomainId domain,
    String name,
    @Nullable String description,
    boolean shipped) {
  /** The name that carries cloud administration (ruling 2). */
  public static final String ADMIN = "admin";
}
