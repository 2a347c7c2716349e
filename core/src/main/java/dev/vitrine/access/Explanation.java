package dev.vitrine.access;

import dev.vitrine.access.Authorization.Grant;
import dev.vitrine.operation.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision with all that led to it (ruling 10): data, for a protocol to render.
 *
 * @param version of the authorization that it was made with
 * @param cloudAdmin whether the caller is a cloud administrator; the rules of sharing depend on it
 * @param actions what was needed, in the row's order
 */
public record Explanation(
    Decision decision, long version, boolean cloudAdmin, List<OfAction> actions) {

  /**
   * One action.
   *
   * @param nearest the least change that would allow it, null if it is allowed
   */
  public record OfAction(
      Decision.Reason reason, List<Considered> considered, @Nullable Nearest nearest) {}

  /** A grant, and its effect on the decision. */
  public record Considered(Grant grant, Finding finding) {}

  /** The least change that would allow an action. */
  public sealed interface Nearest {
    /**
     * A statement denies it. No Allow overrides a Deny, so this statement must be removed first.
     */
    record RemoveDeny(Grant grant, int statement) implements Nearest {}

    /** A statement allows it under a condition that did not hold. */
    record MeetCondition(Grant grant, Finding.ConditionFailed failed) implements Nearest {}

    /** A role would allow it if its holder also had the roles that it depends on. */
    record GrantDependencies(Grant grant, List<String> missing) implements Nearest {}

    /**
     * A role allows it, but the scope of its grant does not count: grant the role at the project.
     */
    record GrantAtProject(Grant grant) implements Nearest {}

    /** No granted statement names it. */
    record GrantAction(Action action) implements Nearest {}
  }
}
