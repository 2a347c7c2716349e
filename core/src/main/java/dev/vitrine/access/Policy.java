package dev.vitrine.access;

import java.util.List;

/**
 * A policy document: what a role means (design decision 7: a role <em>is</em> a policy document).
 *
 * @param name the role's name, for explanations
 */
public record Policy(String name, List<Statement> statements) {
  /** Allows or denies. */
  public enum Effect {
    ALLOW,
    DENY
  }

  /** One sentence of a policy. */
  public record Statement(Effect effect, List<ActionPattern> actions) {
    boolean covers(Action action) {
      for (ActionPattern pattern : actions) {
        if (pattern.matches(action)) {
          return true;
        }
      }
      return false;
    }
  }
}
