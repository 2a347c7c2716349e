package dev.vitrine.directory;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.RoleGrant;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleGrant.Target;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import java.util.List;

/**
 * Who is granted which role at an enterprise project of the caller's domain (IAM: 企业项目管理). The
 * users and groups are of that domain, too. All methods throw {@link dev.vitrine.refusal.Refused};
 * {@code operation} is the operation that the caller requested.
 */
public final class EnterpriseProjectGrants {
  private final Grants grants;
  private final GrantStore store;
  private final EnterpriseProjectStore projects;
  private final UserStore users;
  private final GroupStore groups;
  private final Access access;

  public EnterpriseProjectGrants(
      Grants grants,
      GrantStore store,
      EnterpriseProjectStore projects,
      UserStore users,
      GroupStore groups,
      Access access) {
    this.grants = grants;
    this.store = store;
    this.projects = projects;
    this.users = users;
    this.groups = groups;
    this.access = access;
  }

  /** A grant in the domain of the caller's scope. */
  public record Grant(EnterpriseProjectId project, Principal principal, RoleId role) {
    RoleGrant in(DomainId domain) {
      return new RoleGrant(new Target.OnEnterpriseProject(domain, project), principal, role);
    }
  }

  public void grant(Caller caller, Operation operation, Grant grant) {
    Authority authority = authority(caller, operation);
    grants.grant(authority, grant.in(authority.domain(null)));
  }

  public void revoke(Caller caller, Operation operation, Grant grant) {
    Authority authority = authority(caller, operation);
    grants.revoke(authority, grant.in(authority.domain(null)));
  }

  public void check(Caller caller, Operation operation, Grant grant) {
    Authority authority = authority(caller, operation);
    grants.check(authority, grant.in(authority.domain(null)));
  }

  /** The roles of a user or group there. */
  public List<GrantedRole> roles(
      Caller caller, Operation operation, EnterpriseProjectId project, Principal principal) {
    Authority authority = authority(caller, operation);
    Target target = new Target.OnEnterpriseProject(authority.domain(null), project);
    grants.requireBoth(authority, target, principal);
    return store.rolesInFull(target, principal);
  }

  /** The users that have a grant of their own there; a grant to a group does not count. */
  public List<GrantStore.HoldingUser> users(Caller caller, EnterpriseProjectId project) {
    return store.users(place(caller, Operation.LIST_USERS_ON_ENTERPRISE_PROJECT, project));
  }

  /** The groups that have a grant there. */
  public List<GrantStore.HoldingGroup> groups(Caller caller, EnterpriseProjectId project) {
    return store.groups(place(caller, Operation.LIST_GROUPS_ON_ENTERPRISE_PROJECT, project));
  }

  private Target place(Caller caller, Operation operation, EnterpriseProjectId project) {
    DomainId domain = authority(caller, operation).domain(null);
    if (projects.find(domain, project) == null) {
      throw new Refusal.Absent("enterprise project", project.value()).asException();
    }
    return new Target.OnEnterpriseProject(domain, project);
  }

  /** The enterprise projects at which a user has a grant of its own. */
  public List<EnterpriseProjectId> ofUser(Caller caller, UserId id) {
    DomainId domain = authority(caller, Operation.LIST_ENTERPRISE_PROJECTS_OF_USER).domain(null);
    User user = users.find(id);
    if (user == null || !user.domain().equals(domain)) {
      throw new Refusal.Absent("user", id.value()).asException();
    }
    return store.enterpriseProjects(domain, new Principal.OfUser(id));
  }

  /** The enterprise projects at which a group has a grant. */
  public List<EnterpriseProjectId> ofGroup(Caller caller, GroupId id) {
    DomainId domain = authority(caller, Operation.LIST_ENTERPRISE_PROJECTS_OF_GROUP).domain(null);
    Group group = groups.find(id);
    if (group == null || !group.domain().equals(domain)) {
      throw new Refusal.Absent("group", id.value()).asException();
    }
    return store.enterpriseProjects(domain, new Principal.OfGroup(id));
  }

  /** The grants of a domain as they were made: a grant to a group is one grant. */
  public Slice<RoleGrant> all(Caller caller, GrantStore.GrantQuery query) {
    authority(caller, Operation.LIST_GRANTS).domain(query.domain());
    return store.grants(query);
  }

  private Authority authority(Caller caller, Operation operation) {
    return Authority.require(access, caller, operation);
  }
}
