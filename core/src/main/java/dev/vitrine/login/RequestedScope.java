package dev.vitrine.login;

import dev.vitrine.directory.Reference;

/** The scope that a login asks for. */
public sealed interface RequestedScope {
  /** A project. */
  record ForProject(Reference project) implements RequestedScope {}

  /** A domain. */
  record ForDomain(Reference.InDomain domain) implements RequestedScope {}

  /** Explicitly unscoped. */
  record Unscoped() implements RequestedScope {}

  /** Not given: the user's default project if the user may use it, else unscoped. */
  record Unspecified() implements RequestedScope {}
}
