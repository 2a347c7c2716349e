package dev.vitrine.operation;

import java.util.List;
import java.util.Set;

/**
 * One action an operation needs, and the scopes at which a grant of it counts.
 *
 * @param aliases names that newer editions of IMS give to this operation's part of the action. A
 *     policy that contains an alias literally matches this requirement only. A wildcard never
 *     matches an alias, so aliases do not widen any existing policy (decision 20)
 */
public record Requirement(Action action, List<Action> aliases, Set<GrantScope> scopes) {
  /** Whether a policy's pattern names the action, or writes out an alias of it. */
  public boolean isNamedBy(ActionPattern pattern) {
    return pattern.matches(action)
        || (!pattern.hasWildcard() && aliases.stream().anyMatch(pattern::matches));
  }
}
