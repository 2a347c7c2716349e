package dev.vitrine.directory;

import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where projects are kept. A name that is taken is refused by {@link
 * dev.vitrine.refusal.Refusal.NameTaken}. Lists are in the order of names.
 */
public interface ProjectStore {
  /**
   * Stores a new project. Refused by {@link dev.vitrine.refusal.Refusal.Absent} if its domain does
   * not exist (any more).
   */
  void add(Project project);

  @Nullable Project find(ProjectId id);

  List<Project> list(Filter filter);

  /** The enabled projects that the user may scope to (ruling 4). */
  List<Project> ofUser(UserId user, Filter filter);

  /** Changes a project under a lock; disabling ends its tokens. Null: it is gone. */
  @Nullable Project update(ProjectId id, UnaryOperator<Project> change);

  /**
   * Removes a project, the grants at it and its limits, unless it is immutable; its tokens end.
   *
   * @return whether it is gone; if not, it is immutable
   */
  boolean delete(ProjectId id);
}
