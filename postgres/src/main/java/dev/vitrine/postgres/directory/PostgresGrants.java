package dev.vitrine.postgres.directory;

import dev.vitrine.directory.GrantStore;
import dev.vitrine.directory.GrantedRole;
import dev.vitrine.directory.Named;
import dev.vitrine.directory.NamedGrant;
import dev.vitrine.directory.Role;
import dev.vitrine.directory.Slice;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.RoleGrant;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleGrant.Target;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Grants in table {@code role_grant}, one row each. */
public final class PostgresGrants implements GrantStore {
  /** Takes the values of a {@link Scope}. */
  private static final String PLACE =
      "(?::text is null or domain_id = ?) and scope_kind = ? and scope_id = ?";

  private static final String KEY = PLACE + " and principal_kind = ? and principal_id = ?";

  private final Database database;

  public PostgresGrants(Database database) {
    this.database = database;
  }

  /**
   * A target as the table stores it.
   *
   * @param domain null if the id is unique across domains
   */
  private record Scope(@Nullable String domain, String kind, String id) {
    static Scope of(Target target) {
      return switch (target) {
        case Target.OnProject(ProjectId project) -> new Scope(null, "project", project.value());
        case Target.OnDomain(DomainId domain) -> new Scope(null, "domain", domain.value());
        case Target.OnAllProjects(DomainId domain) -> new Scope(null, "inherited", domain.value());
        case Target.OnEnterpriseProject(DomainId domain, EnterpriseProjectId project) ->
            new Scope(domain.value(), "enterprise_project", project.value());
      };
    }
  }

  /** A principal as the table stores it. */
  private record Holder(String kind, String id) {
    static Holder of(Principal principal) {
      return switch (principal) {
        case Principal.OfUser(UserId user) -> new Holder("user", user.value());
        case Principal.OfGroup(GroupId group) -> new Holder("group", group.value());
      };
    }
  }

  @Override
  public Parts parts(RoleGrant grant) {
    Scope scope = Scope.of(grant.target());
    Holder holder = Holder.of(grant.principal());
    Parts parts =
        database.first(
            """
            select
              case ?
                when 'project' then (select domain_id from project where project_id = ?)
                when 'enterprise_project' then (select domain_id from domain d
                  where domain_id = ? and (? = '0' or exists (select 1 from enterprise_project e
                    where e.domain_id = d.domain_id and e.enterprise_project_id = ?)))
                else (select domain_id from domain where domain_id = ?) end as target_domain_id,
              case when ? then (select domain_id from user_account where user_id = ?)
                else (select domain_id from user_group where group_id = ?) end
                as principal_domain_id,
              r.*
            from (select 1) one
            left join role r on r.role_id = ?
            """,
            row ->
                new Parts(
                    Rows.mapIfAny(row.getString("target_domain_id"), DomainId::new),
                    Rows.mapIfAny(row.getString("principal_domain_id"), DomainId::new),
                    row.getString("role_id") == null ? null : PostgresRoles.role(row)),
            scope.kind(),
            scope.id(),
            scope.domain(),
            scope.id(),
            scope.id(),
            scope.id(),
            holder.kind().equals("user"),
            holder.id(),
            holder.id(),
            grant.role().value());
    return Objects.requireNonNull(parts);
  }

  /** Locks role, principal and target against deletion. */
  @Override
  public void grant(RoleGrant grant) {
    Scope scope = Scope.of(grant.target());
    Holder holder = Holder.of(grant.principal());
    database.inTransaction(
        session -> {
          Identities.lockDomainOf(session, grant.target());
          String domain = Identities.lockTarget(session, grant.target());
          switch (grant.principal()) {
            case Principal.OfUser(UserId user) -> Identities.lockUser(session, user);
            case Principal.OfGroup(GroupId group) -> Identities.lockGroup(session, group);
          }
          Identities.lockRole(session, grant.role());
          AccessEventRecorder.recording(
              session,
              same ->
                  same.change(
                      """
                      insert into role_grant
                        (domain_id, scope_kind, scope_id, principal_kind, principal_id, role_id)
                      values (?, ?, ?, ?, ?, ?) on conflict do nothing
                      """,
                      domain,
                      scope.kind(),
                      scope.id(),
                      holder.kind(),
                      holder.id(),
                      grant.role().value()),
              one(scope, holder, grant));
          Identities.bump(session, List.of(domain));
          return null;
        });
  }

  @Override
  public boolean exists(RoleGrant grant) {
    Scope scope = Scope.of(grant.target());
    Holder holder = Holder.of(grant.principal());
    return database.first(
            "select 1 from role_grant where %s and role_id = ?".formatted(KEY),
            row -> true,
            scope.domain(),
            scope.domain(),
            scope.kind(),
            scope.id(),
            holder.kind(),
            holder.id(),
            grant.role().value())
        != null;
  }

  @Override
  public boolean revoke(RoleGrant grant) {
    Scope scope = Scope.of(grant.target());
    Holder holder = Holder.of(grant.principal());
    return database.inTransaction(
        session -> {
          Identities.lockDomainOf(session, grant.target());
          List<String> domains =
              AccessEventRecorder.recording(
                  session,
                  same ->
                      same.all(
                          "delete from role_grant where %s and role_id = ? returning domain_id"
                              .formatted(KEY),
                          row -> row.getString(1),
                          scope.domain(),
                          scope.domain(),
                          scope.kind(),
                          scope.id(),
                          holder.kind(),
                          holder.id(),
                          grant.role().value()),
                  one(scope, holder, grant));
          Identities.bump(session, domains);
          return !domains.isEmpty();
        });
  }

  private static AccessEventRecorder.Rows one(Scope scope, Holder holder, RoleGrant grant) {
    return AccessEventRecorder.Subject.GRANT.where(
        """
        (?::text is null or t.domain_id = ?) and t.scope_kind = ? and t.scope_id = ?
          and t.principal_kind = ? and t.principal_id = ? and t.role_id = ?
        """,
        scope.domain(),
        scope.domain(),
        scope.kind(),
        scope.id(),
        holder.kind(),
        holder.id(),
        grant.role().value());
  }

  @Override
  public List<Role> roles(Target target, Principal principal) {
    return roles(target, principal, PostgresRoles::role);
  }

  @Override
  public List<GrantedRole> rolesInFull(Target target, Principal principal) {
    return roles(target, principal, PostgresCustomPolicies::inFull);
  }

  private <T> List<T> roles(Target target, Principal principal, Database.Row<T> row) {
    Scope scope = Scope.of(target);
    Holder holder = Holder.of(principal);
    return database.all(
        """
        select * from role where role_id in (select role_id from role_grant where %s)
        order by name, role_id
        """
            .formatted(KEY),
        row,
        scope.domain(),
        scope.domain(),
        scope.kind(),
        scope.id(),
        holder.kind(),
        holder.id());
  }

  /** A grant with the names of its parts. It counts for {@code holder_id} at {@code project_id}. */
  private static final String NAMED =
      """
      select g.scope_kind, g.scope_id, g.principal_kind, g.principal_id, r.role_id,
        r.name as role_name, g.user_id is null as in_group,
        coalesce(u.user_id, ug.group_id) as holder_id, coalesce(u.name, ug.name) as holder_name,
        hd.domain_id as holder_domain_id, hd.name as holder_domain_name,
        p.project_id, p.name as project_name, d.domain_id, d.name as domain_name
      from (%s) g
      join role r on r.role_id = g.role_id
      join domain d on d.domain_id = g.domain_id
      left join project p on p.project_id = g.project_id
      left join user_account u on u.user_id = g.user_id
      left join user_group ug on g.user_id is null and ug.group_id = g.principal_id
      join domain hd on hd.domain_id = coalesce(u.domain_id, ug.domain_id)
      where g.scope_kind <> 'enterprise_project'
        and (?::text is null or g.domain_id = ?)
        and (?::text is null or g.user_id = ?)
        and (?::text is null or (g.principal_kind = 'group' and g.principal_id = ?))
        and (?::text is null or g.role_id = ?)
        and (?::text is null or g.project_id = ?)
        and (?::text is null or (g.project_id is null and g.domain_id = ?))
        and (?::boolean is null or (g.scope_kind = 'inherited') = ?)
      order by d.name, p.name nulls first, holder_name, role_name, g.scope_kind, holder_id
      """;

  private static final String MADE =
      NAMED.formatted(
          """
          select *, case when principal_kind = 'user' then principal_id end as user_id,
            case when scope_kind = 'project' then scope_id end as project_id
          from role_grant
          """);

  private static final String EFFECTIVE =
      NAMED.formatted(
          """
          select g.*, coalesce(m.user_id, g.principal_id) as user_id, p.project_id
          from role_grant g
          left join group_member m on g.principal_kind = 'group' and m.group_id = g.principal_id
          left join project p on p.domain_id = g.domain_id
            and (g.scope_kind = 'inherited'
              or (g.scope_kind = 'project' and p.project_id = g.scope_id))
          where (g.principal_kind = 'user' or m.user_id is not null)
            and (g.scope_kind = 'domain' or p.project_id is not null)
          """);

  @Override
  public List<NamedGrant> list(Query query) {
    return database.all(MADE, PostgresGrants::namedGrant, values(query));
  }

  @Override
  public List<NamedGrant> listEffective(Query query) {
    return database.all(EFFECTIVE, PostgresGrants::namedGrant, values(query));
  }

  private static @Nullable Object[] values(Query query) {
    String within = query.within() == null ? null : query.within().value();
    String user = query.user() == null ? null : query.user().value();
    String group = query.group() == null ? null : query.group().value();
    String role = query.role() == null ? null : query.role().value();
    String project = query.project() == null ? null : query.project().value();
    String domain = query.domain() == null ? null : query.domain().value();
    Boolean inherited = query.inherited();
    return new @Nullable Object[] {
      within, within, user, user, group, group, role, role, project, project, domain, domain,
      inherited, inherited
    };
  }

  private static NamedGrant namedGrant(ResultSet row) throws SQLException {
    Named role = named(row, "role");
    return new NamedGrant(
        made(row, new RoleId(role.id())),
        role,
        row.getBoolean("in_group"),
        named(row, "holder"),
        named(row, "holder_domain"),
        row.getString("project_id") == null ? null : named(row, "project"),
        named(row, "domain"));
  }

  private static RoleGrant made(ResultSet row, RoleId role) throws SQLException {
    String scope = row.getString("scope_id");
    String principal = row.getString("principal_id");
    return new RoleGrant(
        switch (row.getString("scope_kind")) {
          case "project" -> new Target.OnProject(new ProjectId(scope));
          case "domain" -> new Target.OnDomain(new DomainId(scope));
          case "inherited" -> new Target.OnAllProjects(new DomainId(scope));
          default ->
              new Target.OnEnterpriseProject(
                  new DomainId(row.getString("domain_id")), new EnterpriseProjectId(scope));
        },
        row.getString("principal_kind").equals("user")
            ? new Principal.OfUser(new UserId(principal))
            : new Principal.OfGroup(new GroupId(principal)),
        role);
  }

  private static Named named(ResultSet row, String kind) throws SQLException {
    return new Named(row.getString(kind + "_id"), row.getString(kind + "_name"));
  }

  @Override
  public List<HoldingUser> users(Target target) {
    Scope scope = Scope.of(target);
    return database.all(
        """
        select u.*, held.roles
        from (select principal_id, count(*) as roles from role_grant
          where %s and principal_kind = 'user' group by principal_id) held
        join user_account u on u.user_id = held.principal_id
        order by u.name, u.user_id
        """
            .formatted(PLACE),
        row -> new HoldingUser(PostgresUsers.user(row), row.getInt("roles")),
        scope.domain(),
        scope.domain(),
        scope.kind(),
        scope.id());
  }

  @Override
  public List<HoldingGroup> groups(Target target) {
    Scope scope = Scope.of(target);
    return database.all(
        """
        select * from user_group
        where group_id in (
          select principal_id from role_grant where %s and principal_kind = 'group')
        order by name, group_id
        """
            .formatted(PLACE),
        row -> new HoldingGroup(PostgresGroups.group(row), Rows.time(row, "created_at")),
        scope.domain(),
        scope.domain(),
        scope.kind(),
        scope.id());
  }

  @Override
  public List<EnterpriseProjectId> enterpriseProjects(DomainId domain, Principal principal) {
    Holder holder = Holder.of(principal);
    return database.all(
        """
        select distinct scope_id from role_grant
        where domain_id = ? and scope_kind = 'enterprise_project'
          and principal_kind = ? and principal_id = ?
        order by scope_id
        """,
        row -> new EnterpriseProjectId(row.getString(1)),
        domain.value(),
        holder.kind(),
        holder.id());
  }

  private static final String GRANTS =
      """
      from role_grant
      where domain_id = ?
        and (?::text is null or role_id = ?)
        and (?::text is null or principal_kind = ?
          or (? and principal_kind = 'group' and principal_id in (select group_id from group_member)))
        and (?::text is null or (principal_kind = 'user' and principal_id = ?)
          or (? and principal_kind = 'group'
            and principal_id in (select group_id from group_member where user_id = ?)))
        and (?::text is null or (principal_kind = 'group' and principal_id = ?))
        and (?::text is null or scope_kind = ?)
        and (?::text is null or scope_id = ?)
      """;

  @Override
  public Slice<RoleGrant> grants(GrantQuery query) {
    String role = query.role() == null ? null : query.role().value();
    Boolean toUsers = query.toUsers();
    String kind = toUsers == null ? null : toUsers ? "user" : "group";
    String user = query.user() == null ? null : query.user().value();
    String group = query.group() == null ? null : query.group().value();
    String place = query.place() == null ? null : kind(query.place());
    @Nullable Object[] values = {
      query.domain().value(),
      role,
      role,
      kind,
      kind,
      query.withGroups(),
      user,
      user,
      query.withGroups(),
      user,
      group,
      group,
      place,
      place,
      query.placeId(),
      query.placeId()
    };
    return Identities.slice(
        database,
        GRANTS,
        "scope_kind, scope_id, principal_kind, principal_id, role_id",
        row -> made(row, new RoleId(row.getString("role_id"))),
        values,
        query.offset(),
        query.limit());
  }

  private static String kind(Place place) {
    return switch (place) {
      case PROJECT -> "project";
      case DOMAIN -> "domain";
      case ALL_PROJECTS -> "inherited";
      case ENTERPRISE_PROJECT -> "enterprise_project";
    };
  }
}
