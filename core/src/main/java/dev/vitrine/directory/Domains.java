package dev.vitrine.directory;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Domains: cloud administrators make, change and delete them; the administrators of a domain see
 * that domain. All methods throw {@link dev.vitrine.refusal.Refused}.
 */
public final class Domains {
  private final DomainStore store;
  private final Access access;

  public Domains(DomainStore store, Access access) {
    this.store = store;
    this.access = access;
  }

  /**
   * Makes a domain without an account user, like every domain created through Keystone's API
   * (ruling 1).
   *
   * @param draft builds the domain from its new id
   */
  public Domain create(Caller caller, Function<DomainId, Domain> draft) {
    Authority.require(access, caller, Operation.CREATE_DOMAIN).requireCloudAdmin();
    Domain domain = draft.apply(new DomainId(Ids.next()));
    store.add(domain);
    return domain;
  }

  /**
   * Lists all domains. Other callers may list by name, and get the domains that they know ({@link
   * Authority#list}).
   */
  public List<Domain> list(Caller caller, Filter filter) {
    return Authority.list(
        access,
        caller,
        Operation.LIST_DOMAINS,
        filter,
        store::list,
        named -> store.knownTo(caller.user(), named),
        false);
  }

  /**
   * The domains that the caller may scope to, and its own domain if that has an account user
   * (ruling 32).
   */
  public List<Domain> ofCaller(Caller caller) {
    access.require(caller, Operation.LIST_OWN_DOMAINS);
    return store.ofUser(caller.user());
  }

  /** Shows a domain to callers that administer it or may know it. */
  public Domain show(Caller caller, DomainId id) {
    return Authority.show(
        access,
        caller,
        Operation.SHOW_DOMAIN,
        store.find(id),
        Domain::id,
        domain -> !store.knownTo(caller.user(), new Filter(id, null, null)).isEmpty(),
        absent(id));
  }

  /**
   * Changes a domain. The default one cannot be disabled: that would lock out the cloud
   * administrators, and only they could enable it again.
   */
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
              if (old.immutable() && !changed.immutable(true).equals(old)) {
                throw Authority.immutable("update", "domain", id.value());
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
    if (store.delete(id)) {
      return;
    }
    Domain domain = store.find(id);
    if (domain == null) {
      throw absent(id).asException();
    }
    throw domain.immutable()
        ? Authority.immutable("delete", "domain", id.value())
        : new Refusal.Forbidden("Cannot delete a domain that is enabled, please disable it first.")
            .asException();
  }

  private static void refuseDefault(DomainId id) {
    if (id.equals(Domain.DEFAULT)) {
      throw new Refusal.Forbidden("Cannot disable or delete the default domain.").asException();
    }
  }

  private static Refusal absent(DomainId id) {
    return new Refusal.Absent("domain", id.value());
  }
}
