package dev.vitrine.directory;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Projects, for their administrators. Their users may show a project that they may scope to, and
 * list such projects by name (ruling 5). All methods throw {@link dev.vitrine.refusal.Refused}.
 */
public final class Projects {
  private final ProjectStore store;
  private final Access access;

  public Projects(ProjectStore store, Access access) {
    this.store = store;
    this.access = access;
  }

  /**
   * Makes a project.
   *
   * @param domain null: the one of the caller's scope
   * @param draft builds the project from its new id and its domain
   */
  public Project create(Caller caller, @Nullable DomainId domain, Draft draft) {
    Authority authority = Authority.require(access, caller, Operation.CREATE_PROJECT);
    Project project = draft.of(new ProjectId(Ids.next()), authority.domain(domain));
    store.add(project);
    return project;
  }

  /** A project without its id and its domain. */
  @FunctionalInterface
  public interface Draft {
    Project of(ProjectId id, DomainId domain);
  }

  /**
   * Lists the projects of all domains, or of one. Other callers may list by name, and get the
   * projects that they may scope to ({@link Authority#list}).
   */
  public List<Project> list(Caller caller, Filter filter) {
    return Authority.list(
        access,
        caller,
        Operation.LIST_PROJECTS,
        filter,
        store::list,
        named -> store.ofUser(caller.user(), named),
        false);
  }

  /** The projects the caller may scope to. */
  public List<Project> ofCaller(Caller caller) {
    access.require(caller, Operation.LIST_OWN_PROJECTS);
    return store.ofUser(caller.user(), new Filter(null, null, null));
  }

  /** The projects that a user may scope to; every user may ask for its own. */
  public List<Project> ofUser(Caller caller, UserId user, Filter filter) {
    if (caller.user().equals(user)) {
      access.authorization(caller);
      return store.ofUser(user, filter);
    }
    Authority authority = Authority.require(access, caller, Operation.LIST_PROJECTS_OF_USER);
    return store.ofUser(user, authority.narrow(filter));
  }

  public Project show(Caller caller, ProjectId id) {
    return show(caller, id, Operation.SHOW_PROJECT);
  }

  /**
   * Shows a project to callers that administer it or may scope to it.
   *
   * @param operation the caller's operation: showing the project, or reading its tags
   */
  public Project show(Caller caller, ProjectId id, Operation operation) {
    return Authority.show(
        access,
        caller,
        operation,
        store.find(id),
        Project::domain,
        project ->
            store
                .ofUser(caller.user(), new Filter(project.domain(), project.name(), null))
                .contains(project),
        absent(id));
  }

  public Project update(Caller caller, ProjectId id, UnaryOperator<Project> change) {
    return update(caller, id, Operation.UPDATE_PROJECT, change);
  }

  /**
   * Changes a project; its domain stays.
   *
   * @param operation the caller's operation: changing the project, or its tags
   */
  public Project update(
      Caller caller, ProjectId id, Operation operation, UnaryOperator<Project> change) {
    Authority authority = Authority.require(access, caller, operation);
    administered(authority, id);
    Project updated =
        store.update(
            id,
            old -> {
              Project changed = change.apply(old);
              Authority.refuseMove(old.domain(), changed.domain());
              if (old.immutable() && !changed.immutable(true).equals(old)) {
                throw Authority.immutable("update", "project", id.value());
              }
              return changed;
            });
    if (updated == null) {
      throw absent(id).asException();
    }
    return updated;
  }

  /**
   * Deletes a project, the grants at it, its limits and its tokens. Its images stay, as in
   * OpenStack.
   */
  public void delete(Caller caller, ProjectId id) {
    Authority authority = Authority.require(access, caller, Operation.DELETE_PROJECT);
    administered(authority, id);
    if (!store.delete(id)) {
      throw Authority.immutable("delete", "project", id.value());
    }
  }

  private Project administered(Authority authority, ProjectId id) {
    Project project = store.find(id);
    if (project == null || !authority.extendsTo(project.domain())) {
      throw absent(id).asException();
    }
    return project;
  }

  private static Refusal absent(ProjectId id) {
    return new Refusal.Absent("project", id.value());
  }
}
