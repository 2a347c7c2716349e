package dev.vitrine.access;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can decide for one user in one scope, compiled from its grants, groups and roles.
 *
 * @param version the {@code Standing} it was read with; good for no other
 * @param domain of the scope, where an administrator of identities may act; null without a scope
 * @param at what the scope is: a project, or else its domain
 * @param accountOwner the user is the domain's account: everything in this domain (ruling 1)
 * @param cloudAdmin a flag beside the policies, carried by the role {@code admin} alone (ruling 2)
 */
public record Authorization(
    long version,
    @Nullable DomainId domain,
    GrantScope at,
    boolean accountOwner,
    boolean cloudAdmin,
    List<Grant> grants) {

  /** One role, granted somewhere that reaches the caller. */
  public record Grant(GrantScope scope, RoleId role, Policy policy) {}

  /**
   * Whether an identity operation that is allowed may touch this domain, null being all of them.
   */
  public boolean extendsTo(@Nullable DomainId other) {
    return cloudAdmin || (domain != null && domain.equals(other));
  }
}
