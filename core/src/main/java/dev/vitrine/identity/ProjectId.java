package dev.vitrine.identity;

/** A project: what owns images, and what they are shared with. */
public record ProjectId(String value) {
  public ProjectId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
