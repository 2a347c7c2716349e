package dev.vitrine.operation;

/**
 * Where a grant was made (ruling 7). The {@link Requirement}s of an operation say whether such a
 * grant counts for it.
 */
public enum GrantScope {
  /** At the caller's project, or at all projects of its domain. */
  PROJECT,
  /** At an enterprise project. */
  ENTERPRISE_PROJECT,
  /** At the domain itself. */
  DOMAIN
}
