package dev.vitrine.login;

import dev.vitrine.directory.Reference;

/** What a token is asked for. */
public sealed interface RequestedScope {
  /** A project. */
  record ForProject(Reference project) implements RequestedScope {}

  /** A domain. */
  record ForDomain(Reference.InDomain domain) implements RequestedScope {}

  /** Expressly nothing. */
  record Unscoped() implements RequestedScope {}

  /** Nothing said: the user's default project if it may have it, else nothing. */
  record Unspecified() implements RequestedScope {}
}
