package dev.vitrine.identity;

/** An enterprise project: what groups images within a domain. */
public record EnterpriseProjectId(String value) {
  /** In every domain, and where images are that were put into no other (ruling 8). */
  public static final EnterpriseProjectId DEFAULT = new EnterpriseProjectId("0");

  public EnterpriseProjectId {
    Ids.require(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
