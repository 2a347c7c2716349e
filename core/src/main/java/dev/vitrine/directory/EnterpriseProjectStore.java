package dev.vitrine.directory;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.ProjectId;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where enterprise projects are kept; the default one is found in every domain. Every change
 * increments the authorization version of the domain (ruling 3). A name that is taken is refused by
 * {@link dev.vitrine.refusal.Refusal.NameTaken}.
 */
public interface EnterpriseProjectStore {
  /** Stores a new one, enabled. */
  EnterpriseProject add(DomainId domain, EnterpriseProjectId id, String name, String description);

  /**
   * Whether images of the project {@code owner} may be put into the enterprise project: it must be
   * enabled and in that project's domain.
   */
  boolean isOpenTo(ProjectId owner, EnterpriseProjectId id);

  @Nullable EnterpriseProject find(DomainId domain, EnterpriseProjectId id);

  /**
   * Narrows a list; null lets everything through.
   *
   * @param named a part of the name
   * @param offset how many to leave out
   * @param limit how many at most
   */
  record Query(@Nullable String named, @Nullable Boolean enabled, int offset, int limit) {}

  /** The default one first, then in the order in which they were made. */
  Slice<EnterpriseProject> list(DomainId domain, Query query);

  /** Changes one under a lock. Null: it is not there. */
  @Nullable EnterpriseProject update(
      DomainId domain, EnterpriseProjectId id, UnaryOperator<EnterpriseProject> change);
}
