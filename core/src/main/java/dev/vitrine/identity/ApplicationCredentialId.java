package dev.vitrine.identity;

/** The id of an application credential. */
public record ApplicationCredentialId(String value) {
  public ApplicationCredentialId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
