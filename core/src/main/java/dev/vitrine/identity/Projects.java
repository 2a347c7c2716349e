package dev.vitrine.identity;

import dev.vitrine.Refusal;
import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.access.Decision;
import dev.vitrine.access.Operation;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Projects, for those who administer them, and for their users as far as ruling 5 lets them look.
 * All methods throw {@link dev.vitrine.Refused}.
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
   */
  public Project create(
      Caller caller, @Nullable DomainId domain, String name, String description, boolean enabled) {
    Authority authority = Authority.require(access, caller, Operation.CREATE_PROJECT);
    Project project =
        new Project(
            new ProjectId(Ids.next()), authority.domain(domain), name, description, enabled);
    store.add(project);
    return project;
  }

  /**
   * Lists the projects of all domains, or of one. Who does not administer it may still ask for a
   * name, and is told of projects it may scope to; stock clients rely on a refusal where there is
   * none, never on an empty list, to take the name for an id (ruling 5).
   */
  public List<Project> list(Caller caller, Filter filter) {
    Authorization authorization = access.authorization(caller);
    Decision decision = access.decide(caller, authorization, Operation.LIST_PROJECTS);
    if (decision.allowed() && authorization.extendsTo(filter.domain())) {
      return store.list(filter);
    }
    if (filter.name() != null) {
      List<Project> own = store.ofUser(caller.user(), filter);
      DomainId domain = authorization.domain();
      List<Project> administered =
          decision.allowed() && domain != null && filter.domain() == null
              ? store.list(filter.in(domain))
              : List.of();
      List<Project> found = Stream.concat(own.stream(), administered.stream()).distinct().toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    throw Authority.refusal(decision).asException();
  }

  /** The projects the caller may scope to. */
  public List<Project> ofCaller(Caller caller) {
    access.require(caller, Operation.LIST_OWN_PROJECTS);
    return store.ofUser(caller.user(), new Filter(null, null, null));
  }

  /** The projects a user may scope to: anybody asks for its own. */
  public List<Project> ofUser(Caller caller, UserId user, Filter filter) {
    if (caller.user().equals(user)) {
      access.authorization(caller);
      return store.ofUser(user, filter);
    }
    Authority authority = Authority.require(access, caller, Operation.LIST_PROJECTS_OF_USER);
    return store.ofUser(user, authority.narrow(filter));
  }

  /**
   * Shows a project. Who neither administers it nor may scope to it gets the same refusal as for
   * one that does not exist.
   */
  public Project show(Caller caller, ProjectId id) {
    Authorization authorization = access.authorization(caller);
    Decision decision = access.decide(caller, authorization, Operation.SHOW_PROJECT);
    Project project = store.find(id);
    if (project != null
        && ((decision.allowed() && authorization.extendsTo(project.domain()))
            || store
                .ofUser(caller.user(), new Filter(project.domain(), project.name(), null))
                .contains(project))) {
      return project;
    }
    throw (authorization.cloudAdmin() ? absent(id) : Authority.refusal(decision)).asException();
  }

  /** Changes a project; its domain stays. */
  public Project update(Caller caller, ProjectId id, UnaryOperator<Project> change) {
    Authority authority = Authority.require(access, caller, Operation.UPDATE_PROJECT);
    administered(authority, id);
    Project updated =
        store.update(
            id,
            old -> {
              Project changed = change.apply(old);
              Authority.refuseMove(old.domain(), changed.domain());
              return changed;
            });
    if (updated == null) {
      throw absent(id).asException();
    }
    return updated;
  }

  /** Deletes a project, the grants at it and its tokens. Its images stay, as in OpenStack. */
  public void delete(Caller caller, ProjectId id) {
    Authority authority = Authority.require(access, caller, Operation.DELETE_PROJECT);
    administered(authority, id);
    store.delete(id);
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
