package dev.vitrine.access;

import dev.vitrine.identity.Caller;
import dev.vitrine.operation.GrantScope;

/** A right that a shipped role gives independently of its policy (ruling 2). */
public enum Privilege {
  /** Cloud administration. */
  CLOUD_ADMIN("admin"),
  /** Validating the tokens of other users. */
  SERVICE("service");

  private final String role;

  Privilege(String role) {
    this.role = role;
  }

  /** The name of the shipped role that gives it. */
  public String role() {
    return role;
  }

  /**
   * Whether a grant gives it to the caller. Keystone: a role granted at a domain does not extend to
   * the domain's projects. So a grant at a domain counts only for a token of that domain, and a
   * grant at an enterprise project never counts.
   *
   * @param at the kind of place of the grant
   * @param name of the granted role
   * @param shipped whether that role came with Vitrine
   * @param given whether the caller itself has the role. False for an application credential that
   *     was not given this role of its user: only the denials of the role apply to it
   */
  public boolean isGivenBy(
      Caller caller, GrantScope at, String name, boolean shipped, boolean given) {
    boolean counts =
        switch (at) {
          case PROJECT -> true;
          case DOMAIN -> caller.domain() != null;
          case ENTERPRISE_PROJECT -> false;
        };
    return counts && shipped && given && name.equals(role);
  }
}
