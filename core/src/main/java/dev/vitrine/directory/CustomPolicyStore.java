package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleId;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where custom policies are kept: among the roles. A display name that is taken in the domain is
 * refused by {@link dev.vitrine.refusal.Refusal.NameTaken}.
 */
public interface CustomPolicyStore {
  /** Stores a new policy under the next generated name of its domain. */
  CustomPolicy add(RoleId id, DomainId domain, CustomPolicy.Content content);

  /** Null: the domain has no such policy. */
  @Nullable CustomPolicy find(DomainId domain, RoleId id);

  /** Those of a domain, in the order in which they were made. */
  Slice<CustomPolicy> list(DomainId domain, int offset, int limit);

  /**
   * Changes one under a lock, and increments the authorization versions of its holders. Null: the
   * domain has no such policy.
   */
  @Nullable CustomPolicy update(
      DomainId domain, RoleId id, UnaryOperator<CustomPolicy.Content> change);

  /** Removes one and all grants of it; false: the domain has no such policy. */
  boolean delete(DomainId domain, RoleId id);
}
