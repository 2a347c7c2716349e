package dev.vitrine.postgres.login;

import dev.vitrine.directory.Named;
import dev.vitrine.directory.Reference;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.LoginStore;
import dev.vitrine.login.RequestedScope;
import dev.vitrine.login.TokenDetails;
import dev.vitrine.login.Tokens;
import dev.vitrine.postgres.directory.Identities;
import dev.vitrine.postgres.engine.CallerState;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Logins, and the tokens revoked in table {@code revoked_token}. */
public final class PostgresLogins implements LoginStore {
  private static final int SWEEP = 1_000;

  private final Database database;

  public PostgresLogins(Database database) {
    this.database = database;
  }

  /** Uses primary and unique keys. Values: name, id of the domain, name of the domain. */
  private static final String RESOLVE =
      """
      select u.user_id, d.domain_id
      from domain d
      left join user_account u on u.domain_id = d.domain_id and u.name = ?
      where d.domain_id = ? or d.name = ?
      """;

  @Override
  public Reference resolve(Reference user) {
    return switch (user) {
      case Reference.ById _ -> user;
      case Reference.ByName(String name, Reference.InDomain domain) -> {
        Reference resolved =
            database.first(
                RESOLVE,
                row -> {
                  String id = row.getString("user_id");
                  return id == null
                      ? new Reference.ByName(
                          name, new Reference.InDomain.ById(row.getString("domain_id")))
                      : new Reference.ById(id);
                },
                name,
                id(domain),
                name(domain));
        yield resolved == null ? user : resolved;
      }
    };
  }

  /**
   * Locks the user: this waits for a change of password in progress and delays the next one, so the
   * time read here is before that of the next change. Uses primary and unique keys.
   */
  private static final String CANDIDATE =
      """
      select u.user_id, u.password_hash, clock_timestamp() as read_at,
        coalesce(u.password_expires_at <= clock_timestamp(), false) as has_expired
      from user_account u
      where u.user_id = coalesce(?, (
        select user_id from user_account where name = ?
          and domain_id = (select domain_id from domain where domain_id = ? or name = ?)))
      for share of u
      """;

  @Override
  public @Nullable Candidate candidate(Reference user) {
    return database.first(
        CANDIDATE,
        row ->
            new Candidate(
                new UserId(row.getString("user_id")),
                row.getString("password_hash"),
                row.getBoolean("has_expired"),
                Rows.time(row, "read_at")),
        values(user));
  }

  /**
   * The enabled projects that a user may scope to; callers append conditions. {@code %s}: the user.
   */
  static final String PROJECTS =
      """
      select p.project_id
      from project p
      join domain d on d.domain_id = p.domain_id and d.enabled
      join user_project may on may.user_id = %s and may.project_id = p.project_id
      where p.enabled
      """;

  /**
   * The enabled domains that a user may scope to; callers append conditions. {@code %s}: the user.
   */
  static final String DOMAINS =
      """
      select d.domain_id
      from domain d
      join user_domain may on may.user_id = %s and may.domain_id = d.domain_id
      where d.enabled
      """;

  /** Values: user, then the project's four. */
  private static final String PROJECT_SCOPE =
      PROJECTS.formatted("?")
          + """
          and p.project_id = coalesce(?, (
            select project_id from project where name = ?
              and domain_id = (select domain_id from domain where domain_id = ? or name = ?)))
          """;

  private static final String DOMAIN_SCOPE =
      DOMAINS.formatted("?") + "and (d.domain_id = ? or d.name = ?)";

  private static final String DEFAULT_PROJECT =
      "select default_project_id from user_account where user_id = ?";

  @Override
  public Caller.@Nullable Scope scope(UserId user, RequestedScope requested) {
    return switch (requested) {
      case RequestedScope.ForProject(Reference project) -> projectScope(user, project);
      case RequestedScope.ForDomain(Reference.InDomain domain) ->
          database.first(
              DOMAIN_SCOPE,
              row -> new Caller.Scope.InDomain(new DomainId(row.getString(1))),
              user.value(),
              id(domain),
              name(domain));
      case RequestedScope.Unscoped() -> new Caller.Scope.Unscoped();
      case RequestedScope.Unspecified() -> {
        String id = database.first(DEFAULT_PROJECT, row -> row.getString(1), user.value());
        Caller.Scope scope = id == null ? null : projectScope(user, new Reference.ById(id));
        yield scope == null ? new Caller.Scope.Unscoped() : scope;
      }
    };
  }

  private Caller.@Nullable Scope projectScope(UserId user, Reference project) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(user.value());
    values.addAll(Arrays.asList(values(project)));
    return database.first(
        PROJECT_SCOPE,
        row -> new Caller.Scope.InProject(new ProjectId(row.getString(1))),
        values.toArray());
  }

  /** Id, name, id of the domain, name of the domain. */
  static @Nullable Object[] values(Reference reference) {
    return switch (reference) {
      case Reference.ById(String id) -> new @Nullable Object[] {id, null, null, null};
      case Reference.ByName(String name, Reference.InDomain domain) ->
          new @Nullable Object[] {null, name, id(domain), name(domain)};
    };
  }

  private static @Nullable String id(Reference.InDomain domain) {
    return domain instanceof Reference.InDomain.ById(String id) ? id : null;
  }

  private static @Nullable String name(Reference.InDomain domain) {
    return domain instanceof Reference.InDomain.ByName(String name) ? name : null;
  }

  /** One row for each role, or one row without a role. Uses primary keys. */
  private static final String DETAILS =
      """
      with caller as (%s)
      select u.user_id, u.name as user_name, ud.domain_id as user_domain_id,
        ud.name as user_domain_name, p.project_id, p.name as project_name,
        d.domain_id, d.name as domain_name, r.role_id, r.name as role_name, r.domain_id is null as role_is_global,
        a.application_credential_id as application_id, a.name as application_name
      from caller
      join user_account u on u.user_id = ?
      join domain ud on ud.domain_id = u.domain_id
      left join project p on p.project_id = ?
      left join domain d on d.domain_id = coalesce(p.domain_id, ?)
      left join application_credential a on a.application_credential_id = ?
      left join role r on %s and r.role_id in (
        select g.role_id from user_grant g
        where g.user_id = u.user_id and g.domain_id = d.domain_id
          and case when p.project_id is null then g.scope_kind = 'domain'
              else g.scope_kind = 'inherited'
                or (g.scope_kind = 'project' and g.scope_id = p.project_id) end)
      order by r.name, r.role_id
      """
          .formatted(CallerState.STANDING, CallerState.isGiven("r.role_id"));

  @Override
  public @Nullable TokenDetails details(Caller caller) {
    List<Named> roles = new ArrayList<>();
    List<Named> globalRoles = new ArrayList<>();
    List<TokenDetails> found =
        database.all(
            DETAILS,
            row -> {
              Named role = named(row, "role");
              if (role != null) {
                roles.add(role);
                if (row.getBoolean("role_is_global")) {
                  globalRoles.add(role);
                }
              }
              return details(caller, row, roles, globalRoles);
            },
            CallerState.ofStanding(
                caller,
                caller.user().value(),
                CallerState.project(caller),
                CallerState.domain(caller),
                CallerState.application(caller),
                CallerState.application(caller),
                CallerState.application(caller)));
    return found.isEmpty() ? null : found.getFirst();
  }

  private static TokenDetails details(
      Caller caller, ResultSet row, List<Named> roles, List<Named> globalRoles)
      throws SQLException {
    return new TokenDetails(
        caller,
        new Named(row.getString("user_id"), row.getString("user_name")),
        new Named(row.getString("user_domain_id"), row.getString("user_domain_name")),
        named(row, "project"),
        named(row, "domain"),
        roles,
        globalRoles,
        named(row, "application"));
  }

  private static @Nullable Named named(ResultSet row, String kind) throws SQLException {
    String id = row.getString(kind + "_id");
    return id == null ? null : new Named(id, row.getString(kind + "_name"));
  }

  @Override
  public void revoke(Caller token) {
    database.inTransaction(
        session -> {
          session.change(
              """
              insert into revoked_token (audit_id, expires_at) values (?, ?)
              on conflict do nothing
              """,
              token.auditId(),
              token.expiresAt().atOffset(ZoneOffset.UTC));
          Identities.bumpOf(session, token.user());
          return null;
        });
  }

  /**
   * Deletes revoked tokens, in small batches, that have expired and that no service may validate
   * any more. Uses index {@code revoked_token_by_end}.
   */
  @Override
  public void sweep() {
    String sql =
        """
        delete from revoked_token where audit_id in (
          select audit_id from revoked_token where expires_at < clock_timestamp() - make_interval(secs => ?)
          order by expires_at limit ? for update skip locked)
        """;
    while (database.change(sql, Tokens.EXPIRED_WINDOW.toSeconds(), SWEEP) == SWEEP) {
      // There may be more.
    }
  }
}
