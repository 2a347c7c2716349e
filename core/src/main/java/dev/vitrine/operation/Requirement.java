package dev.vitrine.operation;

import java.util.List;
import java.util.Set;

/**
 * One action that an operation needs, and the scopes at which a grant of it counts.
 *
 * @param aliases other names of the action that a policy may write in full. Newer editions of IMS
 *     split {@code action} into several actions, one for each operation. An alias is the name of
 *     the new action for this operation, so it matches this requirement only. A wildcard matches an
 *     alias only where that takes rights away, so aliases do not widen any existing policy (ADR 20)
 */
public record Requirement(Action action, List<Action> aliases, Set<GrantScope> scopes) {
  /**
   * Whether a policy's pattern names the action, or an alias of it.
   *
   * @param byWildcard whether a wildcard may match an alias
   */
  public boolean isNamedBy(ActionPattern pattern, boolean byWildcard) {
    return pattern.matches(action)
        || ((byWildcard || !pattern.hasWildcard()) && aliases.stream().anyMatch(pattern::matches));
  }
}
