package dev.vitrine.identity;

/** A user. */
public record UserId(String value) {
  public UserId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
