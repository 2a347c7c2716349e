package dev.vitrine.access;

import dev.vitrine.identity.RoleId;
import java.util.List;

/**
 * Everything that can decide for one user in one scope, compiled from its grants, groups and roles.
 *
 * @param version the {@code Standing} it was read with; good for no other
 * @param accountOwner the user is its domain's account: everything in its own domain (ruling 1)
 * @param cloudAdmin a flag beside the policies, carried by the role {@code admin} alone (ruling 2)
 */
public record Authorization(
    long version, boolean accountOwner, boolean cloudAdmin, List<Grant> grants) {

  /** One role, granted somewhere that reaches the caller. */
  public record Grant(GrantScope scope, RoleId role, Policy policy) {}
}
