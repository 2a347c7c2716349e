package dev.vitrine.directory;

import dev.vitrine.access.Access;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.RoleGrant;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleGrant.Target;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is granted which role where. A domain's administrator grants to its own users and groups, at
 * its own places, any role but {@code admin} (ruling 2) and {@code service}. All methods throw
 * {@link Refused}; {@code operation} is the operation that the caller requested.
 */
public final class Grants {
  private static final RoleId NO_ROLE = new RoleId("-");

  private final GrantStore store;
  private final Access access;

  public Grants(GrantStore store, Access access) {
    this.store = store;
    this.access = access;
  }

  public void grant(Caller caller, Operation operation, RoleGrant grant) {
    grant(Authority.require(access, caller, operation), grant);
  }

  void grant(Authority authority, RoleGrant grant) {
    change(authority, grant);
    store.grant(grant);
  }

  public void revoke(Caller caller, Operation operation, RoleGrant grant) {
    revoke(Authority.require(access, caller, operation), grant);
  }

  void revoke(Authority authority, RoleGrant grant) {
    change(authority, grant);
    if (!store.revoke(grant)) {
      throw noSuchGrant(grant).asException();
    }
  }

  public void check(Caller caller, Operation operation, RoleGrant grant) {
    check(Authority.require(access, caller, operation), grant);
  }

  void check(Authority authority, RoleGrant grant) {
    parts(authority, grant);
    if (!store.exists(grant)) {
      throw noSuchGrant(grant).asException();
    }
  }

  /** The roles of a user or group at a place. */
  public List<Role> roles(Caller caller, Operation operation, Target target, Principal principal) {
    requireBoth(Authority.require(access, caller, operation), target, principal);
    return store.roles(target, principal);
  }

  /** Requires that a place and a holder exist. */
  void requireBoth(Authority authority, Target target, Principal principal) {
    GrantStore.Parts parts = store.parts(new RoleGrant(target, principal, NO_ROLE));
    requireTarget(authority, parts.target(), target);
    requirePrincipal(authority, parts.principal(), target, principal);
  }

  /**
   * Lists grants, of all domains or of the one that the caller administers.
   *
   * @param effective as they take effect on users in projects, not as they were made
   */
  public List<NamedGrant> list(Caller caller, GrantStore.Query query, boolean effective) {
    Authority authority = Authority.require(access, caller, Operation.LIST_ROLE_ASSIGNMENTS);
    GrantStore.Query narrowed =
        new GrantStore.Query(
            authority.narrow(new Filter(null, null, null)).domain(),
            query.user(),
            query.group(),
            query.role(),
            query.project(),
            query.domain(),
            query.inherited());
    return effective ? store.listEffective(narrowed) : store.list(narrowed);
  }

  private void change(Authority authority, RoleGrant grant) {
    Role role = parts(authority, grant);
    if (role.isPrivileged()) {
      authority.requireCloudAdmin();
    }
  }

  private Role parts(Authority authority, RoleGrant grant) {
    GrantStore.Parts parts = store.parts(grant);
    DomainId domain = requireTarget(authority, parts.target(), grant.target());
    requirePrincipal(authority, parts.principal(), grant.target(), grant.principal());
    Role role = parts.role();
    if (role == null || (role.domain() != null && !role.domain().equals(domain))) {
      throw new Refusal.Absent("role", grant.role().value()).asException();
    }
    return role;
  }

  private static DomainId requireTarget(
      Authority authority, @Nullable DomainId domain, Target target) {
    if (domain == null || !authority.extendsTo(domain)) {
      throw switch (target) {
        case Target.OnProject(ProjectId project) -> absent("project", project.value());
        case Target.OnDomain(DomainId id) -> absent("domain", id.value());
        case Target.OnAllProjects(DomainId id) -> absent("domain", id.value());
        case Target.OnEnterpriseProject(DomainId owner, EnterpriseProjectId id) ->
            absent("enterprise project", id.value());
      };
    }
    return domain;
  }

  /** The holder of a grant at an enterprise project must be of the same domain (IAM: 企业项目管理). */
  private static void requirePrincipal(
      Authority authority, @Nullable DomainId domain, Target target, Principal principal) {
    boolean elsewhere =
        target instanceof Target.OnEnterpriseProject(DomainId owner, var project)
            && !owner.equals(domain);
    if (domain == null || elsewhere || !authority.extendsTo(domain)) {
      throw switch (principal) {
        case Principal.OfUser(UserId user) -> absent("user", user.value());
        case Principal.OfGroup(GroupId group) -> absent("group", group.value());
      };
    }
  }

  private static Refused absent(String kind, String id) {
    return new Refusal.Absent(kind, id).asException();
  }

  private static Refusal noSuchGrant(RoleGrant grant) {
    String principal =
        switch (grant.principal()) {
          case Principal.OfUser(UserId user) -> user.value();
          case Principal.OfGroup(GroupId group) -> group.value();
        };
    String target =
        switch (grant.target()) {
          case Target.OnProject(ProjectId project) -> project.value();
          case Target.OnDomain(DomainId domain) -> domain.value();
          case Target.OnAllProjects(DomainId domain) -> domain.value();
          case Target.OnEnterpriseProject(DomainId domain, EnterpriseProjectId id) -> id.value();
        };
    return new Refusal.NotFound(
        ("Could not find role assignment with role: %s, user or group: %s, project, domain, or"
                + " system: %s.")
            .formatted(grant.role(), principal, target));
  }
}
