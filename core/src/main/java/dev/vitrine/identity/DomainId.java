package dev.vitrine.identity;

/** A domain, that is, an account (ruling 1). */
public record DomainId(String value) {
  public DomainId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
