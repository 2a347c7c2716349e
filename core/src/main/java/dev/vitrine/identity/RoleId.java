package dev.vitrine.identity;

/** A role, that is, a policy document with a name. */
public record RoleId(String value) {
  public RoleId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
