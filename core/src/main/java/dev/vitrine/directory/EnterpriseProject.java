package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import java.time.Instant;

/** An enterprise project, which groups images within a domain. Times are the database's. */
public record EnterpriseProject(
    DomainId domain,
    EnterpriseProjectId id,
    String name,
    String description,
    boolean enabled,
    Instant createdAt,
    Instant updatedAt) {

  /** The same under another name and description. */
  public EnterpriseProject named(String newName, String newDescription) {
    return new EnterpriseProject(
        domain, id, newName, newDescription, enabled, createdAt, updatedAt);
  }

  /** The same, enabled or not. */
  public EnterpriseProject enabled(boolean now) {
    return new EnterpriseProject(domain, id, name, description, now, createdAt, updatedAt);
  }
}
