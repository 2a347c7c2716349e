package dev.vitrine.access;

import dev.vitrine.access.Authorization.Grant;
import dev.vitrine.access.Explanation.Considered;
import dev.vitrine.access.Explanation.Nearest;
import dev.vitrine.access.Explanation.OfAction;
import dev.vitrine.access.Policy.Effect;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Requirement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records what the {@link Evaluator} finds, and proposes the smallest change that would allow the
 * operation.
 */
final class Explainer {
  private Explainer() {}

  static Explanation explain(
      Authorization authorization,
      Operation operation,
      Circumstances circumstances,
      @Nullable String enterpriseProject) {
    List<OfAction> actions = new ArrayList<>();
    for (Requirement requirement : operation.requirements()) {
      List<Considered> considered = new ArrayList<>();
      Trace keep = (grant, finding) -> considered.add(new Considered(grant, finding));
      Decision.Reason reason =
          new Evaluator(authorization, circumstances, enterpriseProject, keep).judge(requirement);
      actions.add(
          new OfAction(
              reason, considered, reason.allows() ? null : nearest(requirement, considered)));
    }
    return new Explanation(
        Decision.of(operation, actions.stream().map(OfAction::reason).toList()),
        authorization.version(),
        authorization.cloudAdmin(),
        actions);
  }

  private static Nearest nearest(Requirement requirement, List<Considered> considered) {
    Nearest best = null;
    for (Considered one : considered) {
      Nearest step = step(requirement, one.grant(), one.finding());
      if (step instanceof Nearest.RemoveDeny) {
        return step;
      }
      if (step != null && (best == null || rank(step) < rank(best))) {
        best = step;
      }
    }
    return best == null ? new Nearest.GrantAction(requirement.action()) : best;
  }

  private static @Nullable Nearest step(Requirement requirement, Grant grant, Finding finding) {
    return switch (finding) {
      case Finding.Denies(int statement) -> new Nearest.RemoveDeny(grant, statement);
      case Finding.ConditionFailed failed
          when grant.policy().statements().get(failed.statement()).effect() == Effect.ALLOW ->
          new Nearest.MeetCondition(grant, failed);
      case Finding.DependsOn(List<String> missing) when allows(grant, requirement) ->
          new Nearest.GrantDependencies(grant, missing);
      case Finding.ScopeDoesNotCount _, Finding.OtherEnterpriseProject _
          when allows(grant, requirement) ->
          new Nearest.GrantAtProject(grant);
      case Finding.Allows _,
          Finding.Silent _,
          Finding.ConditionFailed _,
          Finding.DependsOn _,
          Finding.ScopeDoesNotCount _,
          Finding.OtherEnterpriseProject _ ->
          null;
    };
  }

  private static int rank(Nearest step) {
    return switch (step) {
      case Nearest.RemoveDeny _ -> 0;
      case Nearest.MeetCondition _ -> 1;
      case Nearest.GrantDependencies _ -> 2;
      case Nearest.GrantAtProject _ -> 3;
      case Nearest.GrantAction _ -> 4;
    };
  }

  private static boolean allows(Grant grant, Requirement requirement) {
    return grant.policy().statements().stream()
        .anyMatch(statement -> statement.effect() == Effect.ALLOW && statement.covers(requirement));
  }
}
