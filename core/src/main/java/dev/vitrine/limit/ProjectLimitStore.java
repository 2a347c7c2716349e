package dev.vitrine.limit;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.LimitedResource;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the limits of projects are kept. They end with their project. Each change is in the history
 * of the project's domain (ADR 49).
 */
public interface ProjectLimitStore {
  /**
   * Narrows a list; null lets everything through.
   *
   * @param domain that of the project
   */
  record Filter(
      @Nullable String id,
      @Nullable ProjectId project,
      @Nullable DomainId domain,
      @Nullable LimitedResource resource) {}

  /**
   * Stores all of these new limits or none. Refused by {@link dev.vitrine.refusal.Refusal.Invalid}
   * if a project does not exist (any more), by {@link dev.vitrine.refusal.Refusal.Conflict} if it
   * has a limit of the resource.
   */
  void add(List<ProjectLimit> limits);

  /** In the order of their creation. */
  List<ProjectLimit> list(Filter filter);

  /** Changes the maximum and the description, under a lock. Null: it is gone. */
  @Nullable ProjectLimit update(String id, UnaryOperator<ProjectLimit> change);

  /** Whether it was there. */
  boolean delete(String id);
}
