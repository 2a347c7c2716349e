package dev.vitrine.identity;

/** The id of a project. Projects own images, and images are shared with projects. */
public record ProjectId(String value) {
  public ProjectId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
