package dev.vitrine.postgres.directory;

import dev.vitrine.directory.Domain;
import dev.vitrine.directory.DomainStore;
import dev.vitrine.directory.Extras;
import dev.vitrine.directory.Filter;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.directory.AccessEventRecorder.Subject;
import dev.vitrine.postgres.engine.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Domains in table {@code domain}. */
public final class PostgresDomains implements DomainStore {
  private static final String COLUMNS = "domain_id, name, description, enabled, immutable, extra";

  private final Database database;

  public PostgresDomains(Database database) {
    this.database = database;
  }

  @Override
  public void add(Domain domain) {
    database.inTransaction(
        session ->
            AccessEventRecorder.recording(
                session,
                same -> insert(same, domain),
                AccessEventRecorder.Subject.DOMAIN.at(domain.id().value())));
  }

  private static int insert(Database.Session session, Domain domain) throws SQLException {
    return Identities.naming(
        "domain",
        domain.name(),
        null,
        () ->
            session.change(
                """
                        insert into domain (%s) values (?, ?, ?, ?, ?, ?::jsonb)
                        """
                    .formatted(COLUMNS),
                domain.id().value(),
                domain.name(),
                domain.description(),
                domain.enabled(),
                domain.immutable(),
                domain.extras().json()));
  }

  @Override
  public @Nullable Domain find(DomainId id) {
    return database.first(
        "select %s from domain where domain_id = ?".formatted(COLUMNS),
        PostgresDomains::domain,
        id.value());
  }

  @Override
  public List<Domain> list(Filter filter) {
    return database.all(
        "select %s from domain where %s order by name, domain_id"
            .formatted(COLUMNS, Identities.FILTER),
        PostgresDomains::domain,
        Identities.values(filter));
  }

  @Override
  public List<Domain> ofUser(UserId user) {
    return database.all(
        """
        select %s from domain
        where enabled
          and (domain_id in (select domain_id from user_domain where user_id = ?)
            or (account_user_id is not null
              and domain_id = (select domain_id from user_account where user_id = ?)))
        order by name, domain_id
        """
            .formatted(COLUMNS),
        PostgresDomains::domain,
        user.value(),
        user.value());
  }

  @Override
  public List<Domain> knownTo(UserId user, Filter filter) {
    return database.all(
        """
        select %s from domain
        where domain_id in (
            select domain_id from user_account where user_id = ?
            union all
            select domain_id from user_domain where user_id = ?
            union all
            select p.domain_id from user_project may join project p on p.project_id = may.project_id
            where may.user_id = ?)
          and %s
        order by name, domain_id
        """
            .formatted(COLUMNS, Identities.FILTER),
        PostgresDomains::domain,
        Identities.values(filter, user.value(), user.value(), user.value()));
  }

  @Override
  public @Nullable Domain update(DomainId id, UnaryOperator<Domain> change) {
    return Identities.update(
        database,
        AccessEventRecorder.Subject.DOMAIN,
        "select %s from domain where domain_id = ? for no key update".formatted(COLUMNS),
        PostgresDomains::domain,
        id.value(),
        change,
        PostgresDomains::save);
  }

  private static void save(Database.Session session, Domain old, Domain changed)
      throws SQLException {
    Identities.naming(
        "domain",
        changed.name(),
        null,
        () ->
            session.change(
                """
                update domain set name = ?, description = ?, enabled = ?, immutable = ?,
                  extra = ?::jsonb,
                  tokens_valid_from = case when ? then t.now else tokens_valid_from end
                from (select clock_timestamp() as now) t
                where domain_id = ?
                """,
                changed.name(),
                changed.description(),
                changed.enabled(),
                changed.immutable(),
                changed.extras().json(),
                old.enabled() && !changed.enabled(),
                changed.id().value()));
    Identities.bump(session, List.of(changed.id().value()));
  }

  @Override
  public boolean delete(DomainId id) {
    return database.inTransaction(
        session -> {
          // Of what ends with a large domain, the events take longer to make than the usual limit.
          session.change("set local idle_in_transaction_session_timeout = '60s'");
          // Waits for transactions that add something to the domain, and blocks later ones.
          Identities.lockDomains(session, concerned(session, id));
          Boolean free =
              session.first(
                  "select not enabled and not immutable from domain where domain_id = ? for update",
                  row -> row.getBoolean(1),
                  id.value());
          if (free == null || !free) {
            return false;
          }
          // Blocks grants and memberships from other domains that refer to something in this
          // domain.
          for (String table : List.of("user_account", "user_group", "role")) {
            session.all(
                "select 1 from %s where domain_id = ? for update".formatted(table),
                row -> true,
                id.value());
          }
          Identities.bump(session, concerned(session, id));
          return AccessEventRecorder.recording(
              session, same -> delete(same, id), ofDomain(id.value()));
        });
  }

  private static boolean delete(Database.Session session, DomainId id) throws SQLException {
    session.change(
        "delete from role_grant where " + GRANTS, id.value(), id.value(), id.value(), id.value());
    for (String table : List.of("role", "project", "user_group", "user_account", "domain")) {
      session.change("delete from %s where domain_id = ?".formatted(table), id.value());
    }
    return true;
  }

  /** Grants that end with a domain. Values: the domain, four times. */
  private static final String GRANTS =
      """
      principal_id in (select user_id from user_account where domain_id = ?)
        or principal_id in (select group_id from user_group where domain_id = ?)
        or role_id in (select role_id from role where domain_id = ?)
        or domain_id = ?
      """;

  /** Everything that ends with a domain. */
  private static AccessEventRecorder.Rows[] ofDomain(String id) {
    String users = "t.user_id in (select user_id from user_account where domain_id = ?)";
    String groups = "t.group_id in (select group_id from user_group where domain_id = ?)";
    String projects = "t.project_id in (select project_id from project where domain_id = ?)";
    String own = "t.domain_id = ?";
    return new AccessEventRecorder.Rows[] {
      Subject.GRANT.where(
          """
          (t.domain_id, t.scope_kind, t.scope_id, t.principal_kind, t.principal_id, t.role_id) in (
            select domain_id, scope_kind, scope_id, principal_kind, principal_id, role_id
            from role_grant where %s)
          """
              .formatted(GRANTS),
          id,
          id,
          id,
          id),
      Subject.GROUP_MEMBER.where(users + " or " + groups, id, id),
      Subject.ACCESS_KEY.where(users, id),
      Subject.APPLICATION_CREDENTIAL.where(users + " or " + projects, id, id),
      Subject.LIMIT.where(projects, id),
      Subject.ROLE.where(own, id),
      Subject.GROUP.where(own, id),
      Subject.USER.where(own, id),
      Subject.ENTERPRISE_PROJECT.where(own, id),
      Subject.PROJECT.where(own, id),
      Subject.DOMAIN.at(id)
    };
  }

  /**
   * The domain, the domains of its groups' members, and those where its users or groups hold grants
   * or its roles are granted.
   */
  private static List<String> concerned(Database.Session session, DomainId id) throws SQLException {
    return session.all(
        """
        select ?::text
        union
        select u.domain_id
        from user_group g
        join group_member m on m.group_id = g.group_id
        join user_account u on u.user_id = m.user_id
        where g.domain_id = ?
        union
        select domain_id from role_grant
        where principal_id in (select user_id from user_account where domain_id = ?)
          or principal_id in (select group_id from user_group where domain_id = ?)
          or role_id in (select role_id from role where domain_id = ?)
        """,
        row -> row.getString(1),
        id.value(),
        id.value(),
        id.value(),
        id.value(),
        id.value());
  }

  private static Domain domain(ResultSet row) throws SQLException {
    return new Domain(
        new DomainId(row.getString("domain_id")),
        row.getString("name"),
        row.getString("description"),
        row.getBoolean("enabled"),
        row.getBoolean("immutable"),
        new Extras(row.getString("extra")));
  }
}
