package dev.vitrine.identity;

/** The public half of an access key. */
public record AccessKeyId(String value) {
  public AccessKeyId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
