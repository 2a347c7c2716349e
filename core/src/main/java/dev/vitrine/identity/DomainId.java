package dev.vitrine.identity;

/** The id of a domain. Huawei Cloud calls a domain an account (ruling 1). */
public record DomainId(String value) {
  public DomainId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
