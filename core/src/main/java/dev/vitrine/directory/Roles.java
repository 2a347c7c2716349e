package dev.vitrine.directory;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.RoleId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Roles. Cloud administrators create roles that are known to all domains; the administrators of a
 * domain create its own roles. All methods throw {@link dev.vitrine.refusal.Refused}.
 */
public final class Roles {
  private final RoleStore store;
  private final Access access;

  public Roles(RoleStore store, Access access) {
    this.store = store;
    this.access = access;
  }

  /**
   * Makes a role.
   *
   * @param domain null: known to all domains
   * @param draft builds the role from its new id, in that domain
   */
  public Role create(Caller caller, @Nullable DomainId domain, Function<RoleId, Role> draft) {
    requireOver(Authority.require(access, caller, Operation.CREATE_ROLE), domain);
    Role role = draft.apply(new RoleId(Ids.next()));
    requireOwnName(role.name());
    store.add(role);
    return role;
  }

  /**
   * Lists the roles known to all domains, or those of one.
   *
   * @param name null: any
   */
  public List<Role> list(Caller caller, @Nullable DomainId domain, @Nullable String name) {
    Authority authority = Authority.require(access, caller, Operation.LIST_ROLES);
    if (domain != null) {
      requireOver(authority, domain);
    }
    return store.list(domain, name);
  }

  public Role show(Caller caller, RoleId id) {
    return visible(Authority.require(access, caller, Operation.SHOW_ROLE), id);
  }

  public Role update(Caller caller, RoleId id, UnaryOperator<Role> change) {
    changeable(Authority.require(access, caller, Operation.UPDATE_ROLE), id, "update");
    boolean custom = store.isCustomPolicy(id);
    Role updated =
        store.update(
            id,
            old -> {
              Role changed = change.apply(old);
              if (old.immutable() && !changed.immutable(true).equals(old)) {
                throw Authority.immutable("update", "role", id.value());
              }
              if (!changed.name().equals(old.name())) {
                requireOwnName(changed.name());
              }
              if (custom && changed.immutable()) {
                throw new Refusal.Invalid("A custom policy cannot be made immutable.")
                    .asException();
              }
              return changed;
            });
    if (updated == null) {
      throw absent(id).asException();
    }
    return updated;
  }

  /** Deletes a role and its grants. */
  public void delete(Caller caller, RoleId id) {
    changeable(Authority.require(access, caller, Operation.DELETE_ROLE), id, "delete");
    if (!store.delete(id)) {
      throw Authority.immutable("delete", "role", id.value());
    }
  }

  /** Other services would trust a role of that name in a token of theirs. */
  private static void requireOwnName(String name) {
    if (Role.resemblesPrivileged(name)) {
      throw new Refusal.Invalid("The name '%s' is kept for a role of Vitrine.".formatted(name))
          .asException();
    }
  }

  private void changeable(Authority authority, RoleId id, String verb) {
    Role role = visible(authority, id);
    requireOver(authority, role.domain());
    if (role.shipped()) {
      throw Authority.immutable(verb, "role", id.value());
    }
  }

  private static void requireOver(Authority authority, @Nullable DomainId domain) {
    if (domain == null) {
      authority.requireCloudAdmin();
    } else {
      authority.domain(domain);
    }
  }

  private Role visible(Authority authority, RoleId id) {
    Role role = store.find(id);
    if (role == null || (role.domain() != null && !authority.extendsTo(role.domain()))) {
      throw absent(id).asException();
    }
    return role;
  }

  private static Refusal absent(RoleId id) {
    return new Refusal.Absent("role", id.value());
  }
}
