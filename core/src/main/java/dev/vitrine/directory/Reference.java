package dev.vitrine.directory;

/** A user or a project as a client names it at login. */
public sealed interface Reference {
  /** By its id. */
  record ById(String id) implements Reference {}

  /** By its name in a domain. */
  record ByName(String name, InDomain domain) implements Reference {}

  /** The domain itself. */
  sealed interface InDomain {
    /** By its id. */
    record ById(String id) implements InDomain {}

    /** By its name. */
    record ByName(String name) implements InDomain {}
  }
}
