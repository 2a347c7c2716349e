package dev.vitrine.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.Refusal;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Standing;
import dev.vitrine.identity.UserId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides whether a caller may carry out an operation. Nothing else looks at
 * grants.
 *
 * <p>A caller's compiled authorization is kept only while its version equals the one that the
 * request's own read returned (ruling 3), so a change of policy holds for the very next request, on
 * every node.
 */
public final class Access {
  private static final int KEPT = 100_000;

  private final GrantStore grants;
  private final Cache<Subject, Authorization> compiled =
      Caffeine.newBuilder().maximumSize(KEPT).build();

  public Access(GrantStore grants) {
    this.grants = grants;
  }

  private record Subject(UserId user, Caller.Scope scope) {}

  /**
   * Reads the caller's standing and requires the operation: for requests whose own statement does
   * not return a standing.
   *
   * @return what the caller may do
   * @throws dev.vitrine.Refused if the token no longer stands or the operation is not allowed
   */
  public Authorization require(Caller caller, Operation operation) {
    return require(caller, grants.standing(caller), operation);
  }

  /**
   * What the caller may do, for operations that some may carry out without the row's actions: a
   * user on itself, for example.
   *
   * @throws dev.vitrine.Refused if the token no longer stands
   */
  public Authorization authorization(Caller caller) {
    return authorization(caller, live(grants.standing(caller)));
  }

  /**
   * Requires the operation.
   *
   * @param standing what the request's own statement said of the caller; null if its token does not
   *     stand
   * @return what the caller may do
   * @throws dev.vitrine.Refused if the token no longer stands or the operation is not allowed
   */
  public Authorization require(Caller caller, @Nullable Standing standing, Operation operation) {
    Authorization authorization = authorization(caller, live(standing));
    Decision decision = decide(authorization, operation);
    if (!decision.allowed()) {
      throw new Refusal.NotPermitted(decision).asException();
    }
    return authorization;
  }

  /**
   * What was last known of the caller: a guess that saves a round trip, to be confirmed by {@link
   * #require} with the standing that the guessed statement returns.
   */
  public boolean isKnownCloudAdmin(Caller caller) {
    Authorization kept = compiled.getIfPresent(new Subject(caller.user(), caller.scope()));
    return kept != null && kept.cloudAdmin();
  }

  /**
   * The standing under which the caller was last known to be allowed the operation, null if it was
   * not: good for a change that is made only if that standing is still the caller's.
   */
  public @Nullable Standing foresee(Caller caller, Operation operation) {
    Authorization kept = compiled.getIfPresent(new Subject(caller.user(), caller.scope()));
    return kept != null && decide(kept, operation).allowed() ? new Standing(kept.version()) : null;
  }

  private static Standing live(@Nullable Standing standing) {
    if (standing == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    return standing;
  }

  private Authorization authorization(Caller caller, Standing standing) {
    Subject subject = new Subject(caller.user(), caller.scope());
    Authorization kept = compiled.getIfPresent(subject);
    if (kept != null && kept.version() == standing.authorizationVersion()) {
      return kept;
    }
    Authorization fresh = grants.authorization(caller);
    compiled.put(subject, fresh);
    return fresh;
  }

  /**
   * Explicit deny, then allow, then default deny; every action of the operation's row must be
   * allowed.
   */
  public static Decision decide(Authorization authorization, Operation operation) {
    List<Decision.Reason> reasons = new ArrayList<>(operation.requirements().size());
    boolean allowed = true;
    for (Requirement requirement : operation.requirements()) {
      Decision.Reason reason = decide(authorization, requirement);
      reasons.add(reason);
      allowed &= reason.allows();
    }
    return allowed
        ? new Decision.Allowed(operation, reasons)
        : new Decision.Denied(operation, reasons);
  }

  private static Decision.Reason decide(Authorization authorization, Requirement requirement) {
    Action action = requirement.action();
    if (authorization.accountOwner() && requirement.scopes().contains(authorization.at())) {
      return new Decision.Reason.AccountOwner(action);
    }
    Decision.@Nullable Reason allow = null;
    for (Authorization.Grant grant : authorization.grants()) {
      if (!requirement.scopes().contains(grant.scope())) {
        continue;
      }
      for (Policy.Statement statement : grant.policy().statements()) {
        if (!statement.covers(action)) {
          continue;
        }
        if (statement.effect() == Policy.Effect.DENY) {
          return new Decision.Reason.DeniedByGrant(action, grant, statement);
        }
        if (allow == null) {
          allow = new Decision.Reason.AllowedByGrant(action, grant, statement);
        }
      }
    }
    return allow != null ? allow : new Decision.Reason.NothingAllows(action);
  }
}
