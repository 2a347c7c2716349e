package dev.vitrine.identity;

/** A domain, that is, an account (ruling 1). */
public record Domain(DomainId id, String name, String description, boolean enabled) {
  /** Where the cloud's administrators live. */
  public static final DomainId DEFAULT = new DomainId("default");
}
