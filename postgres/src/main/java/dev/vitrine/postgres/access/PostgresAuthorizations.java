package dev.vitrine.postgres.access;

import dev.vitrine.access.Authorization;
import dev.vitrine.access.AuthorizationStore;
import dev.vitrine.access.Policy;
import dev.vitrine.access.Privilege;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.Standing;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.postgres.engine.CallerState;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A caller's grants, from table {@code role_grant}. */
public final class PostgresAuthorizations implements AuthorizationStore {
  private final Database database;

  public PostgresAuthorizations(Database database) {
    this.database = database;
  }

  @Override
  public @Nullable Standing standing(Caller caller) {
    return database.first(
        CallerState.VERSION, CallerState::standing, database.callers().values(caller));
  }

  /**
   * One row for each grant, or one row without a grant. A project token gets the grants at its
   * project, at all projects of its domain, at enterprise projects (disabled ones, too) and at the
   * domain; a domain token only those at the domain. Each operation decides which of them count.
   * Uses the primary keys and index {@code role_grant_by_principal}.
   */
  private static final String AUTHORIZATION =
      """
      with caller as (%s)
      select caller.version, d.domain_id, d.account_user_id = ? as account_owner,
        u.name as user_name, own.name as user_domain, p.name as project_name,
        g.scope_kind, g.scope_id, g.principal_kind, g.principal_id,
        r.role_id, r.name as role_name, coalesce(r.display_name, r.name) as policy_name, r.shipped, r.document,
        %s as given
      from caller
      join user_account u on u.user_id = ?
      join domain own on own.domain_id = u.domain_id
      left join project p on p.project_id = ?
      left join domain d on d.domain_id = coalesce(p.domain_id, ?)
      left join (user_grant g join role r on r.role_id = g.role_id)
        on g.user_id = ? and g.domain_id = d.domain_id
        and (g.scope_kind = 'domain'
          or (p.project_id is not null and (g.scope_kind in ('inherited', 'enterprise_project')
            or (g.scope_kind = 'project' and g.scope_id = p.project_id))))
      """
          .formatted(CallerState.STANDING, CallerState.isGiven("r.role_id"));

  @Override
  public @Nullable Authorization authorization(Caller caller) {
    String user = caller.user().value();
    String project = CallerState.project(caller);
    String domain = CallerState.domain(caller);
    String application = CallerState.application(caller);
    List<Part> parts =
        database.all(
            AUTHORIZATION,
            row -> part(caller, row),
            CallerState.ofStanding(
                caller, user, application, application, user, project, domain, user));
    if (parts.isEmpty()) {
      return null;
    }
    Part first = parts.getFirst();
    return new Authorization(
        first.version(),
        first.domain(),
        at(caller),
        first.accountOwner() && caller.application() == null,
        parts.stream().anyMatch(Part::cloudAdmin),
        parts.stream().anyMatch(Part::service),
        first.names(),
        parts.stream().map(Part::grant).filter(Objects::nonNull).toList());
  }

  private static GrantScope at(Caller caller) {
    return caller.project() == null ? GrantScope.DOMAIN : GrantScope.PROJECT;
  }

  private record Part(
      long version,
      @Nullable DomainId domain,
      boolean accountOwner,
      boolean cloudAdmin,
      boolean service,
      Authorization.Names names,
      Authorization.@Nullable Grant grant) {}

  private static Part part(Caller caller, ResultSet row) throws SQLException {
    String kind = row.getString("scope_kind");
    return new Part(
        row.getLong("version"),
        Rows.mapIfAny(row.getString("domain_id"), DomainId::new),
        row.getBoolean("account_owner"),
        kind != null && gives(Privilege.CLOUD_ADMIN, caller, kind, row),
        kind != null && gives(Privilege.SERVICE, caller, kind, row),
        new Authorization.Names(
            row.getString("user_name"),
            row.getString("user_domain"),
            row.getString("project_name")),
        kind == null ? null : grant(kind, row));
  }

  /**
   * A grant of the user that its application credential does not have keeps its denials and loses
   * its permissions: a credential may do no more than its user.
   */
  private static Authorization.Grant grant(String kind, ResultSet row) throws SQLException {
    String holder = row.getString("principal_id");
    Policy policy = RoleDocument.read(row.getString("policy_name"), row.getString("document"));
    return new Authorization.Grant(
        scope(kind),
        row.getString("scope_id"),
        kind.equals("inherited"),
        row.getString("principal_kind").equals("user")
            ? new Principal.OfUser(new UserId(holder))
            : new Principal.OfGroup(new GroupId(holder)),
        new RoleId(row.getString("role_id")),
        row.getBoolean("given") ? policy : policy.denialsOnly());
  }

  private static boolean gives(Privilege privilege, Caller caller, String kind, ResultSet row)
      throws SQLException {
    return privilege.isGivenBy(
        caller,
        scope(kind),
        row.getString("role_name"),
        row.getBoolean("shipped"),
        row.getBoolean("given"));
  }

  private static GrantScope scope(String kind) {
    return switch (kind) {
      case "project", "inherited" -> GrantScope.PROJECT;
      case "domain" -> GrantScope.DOMAIN;
      case "enterprise_project" -> GrantScope.ENTERPRISE_PROJECT;
      default -> throw new IllegalStateException(kind);
    };
  }
}
