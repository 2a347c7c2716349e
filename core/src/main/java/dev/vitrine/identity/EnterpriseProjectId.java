package dev.vitrine.identity;

/** The id of an enterprise project, which groups images within a domain. */
public record EnterpriseProjectId(String value) {
  /**
   * The default enterprise project. Every domain has it; it contains all images not put into
   * another (ruling 8).
   */
  public static final EnterpriseProjectId DEFAULT = new EnterpriseProjectId("0");

  public EnterpriseProjectId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
