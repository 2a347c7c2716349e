package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleId;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where roles are kept. A name that is taken is refused by {@link
 * dev.vitrine.refusal.Refusal.NameTaken}. Lists are in the order of names.
 */
public interface RoleStore {
  /** Stores a new role, which allows nothing (ruling 9). */
  void add(Role role);

  @Nullable Role find(RoleId id);

  /**
   * Lists roles of one level.
   *
   * @param domain null: the roles known to all domains
   * @param name null: any
   */
  List<Role> list(@Nullable DomainId domain, @Nullable String name);

  /** Changes a role under a lock. Null: it is gone. */
  @Nullable Role update(RoleId id, UnaryOperator<Role> change);

  /** Whether it is a custom policy, which IAM's API changes and deletes as well. */
  boolean isCustomPolicy(RoleId id);

  /**
   * Removes a role and all grants of it, unless it is immutable.
   *
   * @return whether it is gone; if not, it is immutable
   */
  boolean delete(RoleId id);
}
