package dev.vitrine.access;

import dev.vitrine.operation.ActionPattern;
import dev.vitrine.operation.Requirement;
import java.util.List;

/**
 * A policy document: what a role means (design decision 7: a role <em>is</em> a policy document).
 *
 * @param name the role's name, used in explanations and by the roles that depend on it
 * @param isRole true for documents of version 1.0, which only Vitrine ships. Only these can depend
 *     on other roles or be depended on
 * @param depends names of the roles without which this one is not in effect
 */
public record Policy(
    String name, boolean isRole, List<Statement> statements, List<String> depends) {

  /**
   * A copy with the Deny statements only. An application credential that lacks one of its user's
   * roles is still bound by the denials of that role.
   */
  public Policy denialsOnly() {
    return new Policy(
        name,
        isRole,
        statements.stream().filter(statement -> statement.effect() == Effect.DENY).toList(),
        depends);
  }

  /** Allows or denies. */
  public enum Effect {
    ALLOW,
    DENY
  }

  /**
   * One sentence of a policy. It names an action if its list contains the action (or, for {@code
   * NotAction}, does not contain it) and its resources cover the whole service. It applies if all
   * its conditions hold.
   *
   * @param excluding whether the list is a {@code NotAction}
   * @param resources empty: all. Version 1.1 does not authorize single resources of IMS and IAM, so
   *     a statement whose resources do not cover the whole service never applies (IAM:
   *     支持IAM资源粒度授权的云服务)
   */
  public record Statement(
      Effect effect,
      boolean excluding,
      List<ActionPattern> actions,
      List<ResourcePattern> resources,
      List<Condition> conditions) {

    /** A statement without resources and conditions. */
    public Statement(Effect effect, List<ActionPattern> actions) {
      this(effect, false, actions, List.of(), List.of());
    }

    boolean covers(Requirement requirement) {
      return names(requirement) != excluding && takesIn(requirement.action().service());
    }

    private boolean names(Requirement requirement) {
      boolean takesAway = (effect == Effect.DENY) != excluding;
      for (ActionPattern pattern : actions) {
        if (requirement.isNamedBy(pattern, takesAway)) {
          return true;
        }
      }
      return false;
    }

    private boolean takesIn(String service) {
      return resources.isEmpty()
          || resources.stream().anyMatch(resource -> resource.takesInAll(service));
    }
  }
}
