package dev.vitrine.operation;

/**
 * Where a grant was made (ruling 7). Whether it counts is a property of the (operation, action)
 * row.
 */
public enum GrantScope {
  /** At the caller's project, or at all projects of its domain. */
  PROJECT,
  /** At an enterprise project. */
  ENTERPRISE_PROJECT,
  /** At the domain itself. */
  DOMAIN
}
