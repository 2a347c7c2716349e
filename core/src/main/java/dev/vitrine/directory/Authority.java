package dev.vitrine.directory;

import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.access.Decision;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may administer, once the operation is allowed. A cloud administrator administers
 * everything. The domain's account user and the holders of the action administer the domain of
 * their scope only; to them, nothing outside that domain exists (rulings 1, 2).
 */
public record Authority(Authorization authorization, Operation operation) {

  /** Requires the operation; throws {@link dev.vitrine.refusal.Refused} otherwise. */
  public static Authority require(Access access, Caller caller, Operation operation) {
    return new Authority(access.require(caller, operation), operation);
  }

  /**
   * Accepts, for something that belongs to a user, the user itself and the administrators of its
   * domain. For all other administrators it does not exist.
   *
   * @param owner null: it does not exist
   * @return null for the owner itself
   */
  public static @Nullable Authority requireUnlessOwner(
      Access access,
      UserStore users,
      Caller caller,
      Operation operation,
      @Nullable UserId owner,
      Refusal absent) {
    if (caller.user().equals(owner)) {
      access.authorization(caller);
      return null;
    }
    Authority authority = require(access, caller, operation);
    User user = owner == null ? null : users.find(owner);
    if (user == null || !authority.extendsTo(user.domain())) {
      throw absent.asException();
    }
    return authority;
  }

  /**
   * Why the operation is refused: the decision does not allow it, or allows it, but only in the
   * caller's domain.
   */
  static Refusal refusal(Decision decision) {
    return decision.allowed() ? outside(decision.operation()) : decision.refusal();
  }

  private static Refusal outside(Operation operation) {
    return new Refusal.NotCloudAdmin(operation.requirements().getFirst().action().toString());
  }

  /**
   * Refuses a restricted application credential. Every operation that creates, changes or deletes
   * credentials asks this first, because they would outlive the restricted one.
   */
  public static void refuseRestricted(Caller caller) {
    if (caller.isRestricted()) {
      throw new Refusal.Forbidden(
              "A restricted application credential cannot make, change or delete credentials.")
          .asException();
    }
  }

  /** Nothing moves from one domain to another. */
  static void refuseMove(DomainId from, DomainId to) {
    if (!from.equals(to)) {
      throw new Refusal.Invalid("Cannot change Domain ID").asException();
    }
  }

  /**
   * Lists what the caller administers. A caller that does not administer all that the filter
   * matches may still filter by a name, and gets the entries that it administers or may know. If
   * there are none, it is refused instead of getting an empty list: after a refusal, stock clients
   * try the name as an id; after an empty list, they give up (ruling 5).
   *
   * @param all lists everything that the filter matches
   * @param known lists what the caller may know without administering it
   * @param wholeDomain whether a caller that filters by neither name nor domain gets all that it
   *     administers; if false, it is refused
   */
  static <T> List<T> list(
      Access access,
      Caller caller,
      Operation operation,
      Filter filter,
      Function<Filter, List<T>> all,
      Function<Filter, List<T>> known,
      boolean wholeDomain) {
    Authorization authorization = access.authorization(caller);
    Decision decision = access.decide(caller, authorization, operation);
    if (decision.allowed() && authorization.extendsTo(filter.domain())) {
      return all.apply(filter);
    }
    DomainId domain = authorization.domain();
    boolean inDomain = decision.allowed() && domain != null && filter.domain() == null;
    if (filter.name() != null) {
      List<T> administered = inDomain ? all.apply(filter.in(domain)) : List.of();
      List<T> found =
          Stream.concat(known.apply(filter).stream(), administered.stream()).distinct().toList();
      if (!found.isEmpty()) {
        return found;
      }
    } else if (inDomain && wholeDomain) {
      return all.apply(filter.in(domain));
    }
    throw refusal(decision).asException();
  }

  /**
   * Shows a resource to a caller that administers it or may know it. Any other caller gets the same
   * refusal whether or not the resource exists (ruling 5).
   *
   * @param found null: it does not exist
   * @param absent the refusal for a cloud administrator to whom the operation is allowed; all
   *     others get that of the decision
   */
  static <T> T show(
      Access access,
      Caller caller,
      Operation operation,
      @Nullable T found,
      Function<T, DomainId> domain,
      Predicate<T> known,
      Refusal absent) {
    Authorization authorization = access.authorization(caller);
    Decision decision = access.decide(caller, authorization, operation);
    if (found != null
        && ((decision.allowed() && authorization.extendsTo(domain.apply(found)))
            || known.test(found))) {
      return found;
    }
    boolean mayKnow = decision.allowed() && authorization.cloudAdmin();
    throw (mayKnow ? absent : refusal(decision)).asException();
  }

  /**
   * Refuses every change of an immutable resource except to make it mutable (Keystone: resource
   * options).
   *
   * @param verb the change, for the message
   */
  static Refused immutable(String verb, String kind, String id) {
    return new Refusal.Forbidden(
            "Unable to %s immutable %s resource: `%s. Set resource option \"immutable\" to false first."
                .formatted(verb, kind, id))
        .asException();
  }

  public boolean extendsTo(@Nullable DomainId domain) {
    return authorization.extendsTo(domain);
  }

  public void requireCloudAdmin() {
    if (!authorization.cloudAdmin()) {
      throw outside(operation).asException();
    }
  }

  /**
   * Requires a cloud administrator if the user is the account user of a domain or holds one of the
   * roles in {@link Role#PRIVILEGED}, because whoever sets a user's password, or creates an access
   * key for it, can act as that user. Not for a change by the user itself.
   */
  public void requireOver(UserId user, UserStore users) {
    if (users.isPrivileged(user)) {
      requireCloudAdmin();
    }
  }

  /** The domain to act in: the one that is asked for, else the one of the scope. */
  public DomainId domain(@Nullable DomainId asked) {
    DomainId domain = asked == null ? authorization.domain() : asked;
    if (domain == null || !extendsTo(domain)) {
      throw outside(operation).asException();
    }
    return domain;
  }

  /**
   * Restricts a list to what the caller may see. A filter without a domain becomes one for the
   * caller's domain.
   */
  Filter narrow(Filter filter) {
    return authorization.cloudAdmin() ? filter : filter.in(domain(filter.domain()));
  }
}
