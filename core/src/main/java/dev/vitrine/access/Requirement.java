package dev.vitrine.access;

import java.util.Set;

/** One action an operation needs, and the scopes at which a grant of it counts. */
public record Requirement(Action action, Set<GrantScope> scopes) {}
