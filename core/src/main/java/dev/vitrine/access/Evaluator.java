package dev.vitrine.access;

import dev.vitrine.access.Authorization.Grant;
import dev.vitrine.access.Authorization.Voice;
import dev.vitrine.access.Policy.Effect;
import dev.vitrine.access.Policy.Statement;
import dev.vitrine.operation.Action;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.operation.Requirement;
import org.jspecify.annotations.Nullable;

/**
 * The one function that decides about an action: explicit Deny, then Allow, then default deny (IAM:
 * 策略鉴权规则). An explanation is the same evaluation with a {@link Trace} that records it.
 *
 * @param enterpriseProject the image's enterprise project; null if there is no image, or if the
 *     caller's project does not own it
 */
record Evaluator(
    Authorization authorization,
    Circumstances circumstances,
    @Nullable String enterpriseProject,
    Trace trace) {

  /** Decides one requirement and gives the reason. */
  Decision.Reason judge(Requirement requirement) {
    Action action = requirement.action();
    if (authorization.accountOwner() && requirement.scopes().contains(authorization.at())) {
      return new Decision.Reason.AccountOwner(action);
    }
    Decision.@Nullable Reason allow = null;
    Decision.@Nullable Reason deny = null;
    for (Voice voice : authorization.voices(requirement)) {
      Grant grant = voice.grant();
      Finding ignored = ignored(requirement, voice);
      if (ignored != null) {
        trace.found(grant, ignored);
        continue;
      }
      for (int number : voice.statements()) {
        Statement statement = grant.policy().statements().get(number);
        Finding finding = hear(number, statement, action);
        trace.found(grant, finding);
        if (finding instanceof Finding.Denies && deny == null) {
          deny = new Decision.Reason.DeniedByGrant(action, grant, statement);
        } else if (finding instanceof Finding.Allows && allow == null) {
          allow = new Decision.Reason.AllowedByGrant(action, grant, statement);
        }
      }
    }
    if (deny != null) {
      return deny;
    }
    return allow != null ? allow : new Decision.Reason.NothingAllows(action);
  }

  private @Nullable Finding ignored(Requirement requirement, Voice voice) {
    Grant grant = voice.grant();
    if (!requirement.scopes().contains(grant.scope())) {
      return new Finding.ScopeDoesNotCount(grant.scope());
    }
    if (grant.scope() == GrantScope.ENTERPRISE_PROJECT
        && !grant.place().equals(enterpriseProject)) {
      return new Finding.OtherEnterpriseProject(enterpriseProject);
    }
    if (voice.statements().isEmpty()) {
      return new Finding.Silent();
    }
    return voice.unmet().isEmpty() ? null : new Finding.DependsOn(voice.unmet());
  }

  private Finding hear(int number, Statement statement, Action action) {
    for (Condition condition : statement.conditions()) {
      if (!condition.holds(circumstances, action.service())) {
        return new Finding.ConditionFailed(
            number, condition, circumstances.value(condition.key(), action.service()));
      }
    }
    return statement.effect() == Effect.ALLOW
        ? new Finding.Allows(number)
        : new Finding.Denies(number);
  }
}
