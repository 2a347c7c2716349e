package dev.vitrine.identity;

import dev.vitrine.Refusal;
import dev.vitrine.access.Access;
import dev.vitrine.access.Operation;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Domains: cloud administrators make, change and delete them; administrators of one see it. All
 * methods throw {@link dev.vitrine.Refused}.
 */
public final class Domains {
  private final DomainStore store;
  private final Access access;

  public Domains(DomainStore store, Access access) {
    this.store = store;
    this.access = access;
  }

  /** Makes a domain without an account: through Keystone there is none (ruling 1). */
  public Domain create(Caller caller, String name, String description, boolean enabled) {
    Authority.require(access, caller, Operation.CREATE_DOMAIN).requireCloudAdmin();
    Domain domain = new Domain(new DomainId(Ids.next()), name, description, enabled);
    store.add(domain);
    return domain;
  }

  /** Lists all domains, or the one that the caller administers. */
  public List<Domain> list(Caller caller, Filter filter) {
    Authority authority = Authority.require(access, caller, Operation.LIST_DOMAINS);
    return store.list(authority.narrow(filter));
  }

  /** The domains the caller may scope to. */
  public List<Domain> ofCaller(Caller caller) {
    access.require(caller, Operation.LIST_OWN_DOMAINS);
    return store.ofUser(caller.user());
  }

  public Domain show(Caller caller, DomainId id) {
    return find(Authority.require(access, caller, Operation.SHOW_DOMAIN), id);
  }

  /** Changes a domain. The default one stays enabled: its administrators enable all others. */
  public Domain update(Caller caller, DomainId id, UnaryOperator<Domain> change) {
    Authority authority = Authority.require(access, caller, Operation.UPDATE_DOMAIN);
    authority.requireCloudAdmin();
    Domain updated =
        store.update(
            id,
            old -> {
              Domain changed = change.apply(old);
              if (!changed.enabled()) {
                refuseDefault(id);
              }
              return changed;
            });
    if (updated == null) {
      throw absent(id).asException();
    }
    return updated;
  }

  /** Deletes a domain with all that is in it; it must have been disabled before. */
  public void delete(Caller caller, DomainId id) {
    Authority authority = Authority.require(access, caller, Operation.DELETE_DOMAIN);
    authority.requireCloudAdmin();
    refuseDefault(id);
    find(authority, id);
    if (!store.delete(id)) {
      throw new Refusal.Forbidden(
              "Cannot delete a domain that is enabled, please disable it first.")
          .asException();
    }
  }

  private static void refuseDefault(DomainId id) {
    if (id.equals(Domain.DEFAULT)) {
      throw new Refusal.Forbidden("Cannot disable or delete the default domain.").asException();
    }
  }

  private Domain find(Authority authority, DomainId id) {
    Domain domain = authority.extendsTo(id) ? store.find(id) : null;
    if (domain == null) {
      throw absent(id).asException();
    }
    return domain;
  }

  private static Refusal absent(DomainId id) {
    return new Refusal.Absent("domain", id.value());
  }
}
