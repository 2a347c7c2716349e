package dev.vitrine.identity;

import dev.vitrine.Refusal;
import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.access.Decision;
import dev.vitrine.access.Operation;
import org.jspecify.annotations.Nullable;

/**
 * What somebody may administer, once the operation is allowed: everything for a cloud
 * administrator, the domain of the scope for its account and for holders of the action (rulings 1,
 * 2). To them, what lies outside does not exist.
 */
record Authority(Authorization authorization, Operation operation) {

  /** Requires the operation; throws {@link dev.vitrine.Refused} otherwise. */
  static Authority require(Access access, Caller caller, Operation operation) {
    return new Authority(access.require(caller, operation), operation);
  }

  /** Why an operation is refused outside the caller's domain, or at all. */
  static Refusal refusal(Decision decision) {
    return decision.allowed() ? outside(decision.operation()) : new Refusal.NotPermitted(decision);
  }

  private static Refusal outside(Operation operation) {
    return new Refusal.NotCloudAdmin(operation.requirements().getFirst().action().toString());
  }

  /** Nothing moves from one domain to another. */
  static void refuseMove(DomainId from, DomainId to) {
    if (!from.equals(to)) {
      throw new Refusal.Invalid("Cannot change Domain ID").asException();
    }
  }

  boolean extendsTo(@Nullable DomainId domain) {
    return authorization.extendsTo(domain);
  }

  void requireCloudAdmin() {
    if (!authorization.cloudAdmin()) {
      throw outside(operation).asException();
    }
  }

  /**
   * Domains' accounts and cloud administrators are changed by cloud administrators and by
   * themselves: whoever could set their password, or make them a key, could be them.
   */
  void requireOver(UserId user, UserStore users) {
    if (users.isPrivileged(user)) {
      requireCloudAdmin();
    }
  }

  /** The domain to act in: the one that is asked for, else the one of the scope. */
  DomainId domain(@Nullable DomainId asked) {
    DomainId domain = asked == null ? authorization.domain() : asked;
    if (domain == null || !extendsTo(domain)) {
      throw outside(operation).asException();
    }
    return domain;
  }

  /** Narrows a list to what the caller may see: a list of all of its domain, if it names none. */
  Filter narrow(Filter filter) {
    return authorization.cloudAdmin() ? filter : filter.in(domain(filter.domain()));
  }
}
