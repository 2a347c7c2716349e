package dev.vitrine.identity;

/** A group of users. */
public record GroupId(String value) {
  public GroupId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
