package dev.vitrine.postgres.directory;

import dev.vitrine.directory.Extras;
import dev.vitrine.directory.Role;
import dev.vitrine.directory.RoleStore;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleId;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Roles in table {@code role}. */
public final class PostgresRoles implements RoleStore {
  static final String COLUMNS = "role_id, domain_id, name, description, shipped, immutable, extra";

  private static final String FIND = "select %s from role where role_id = ?".formatted(COLUMNS);

  private final Database database;

  public PostgresRoles(Database database) {
    this.database = database;
  }

  @Override
  public void add(Role role) {
    database.inTransaction(
        session ->
            AccessEventRecorder.recording(
                session,
                same -> insert(same, role),
                AccessEventRecorder.Subject.ROLE.at(role.id().value())));
  }

  private static int insert(Database.Session session, Role role) throws SQLException {
    return Identities.naming(
        "role",
        role.name(),
        role.domain(),
        () ->
            session.change(
                "insert into role (%s) values (?, ?, ?, ?, ?, ?, ?::jsonb)".formatted(COLUMNS),
                role.id().value(),
                role.domain() == null ? null : role.domain().value(),
                role.name(),
                role.description(),
                role.shipped(),
                role.immutable(),
                role.extras().json()));
  }

  @Override
  public @Nullable Role find(RoleId id) {
    return database.first(FIND, PostgresRoles::role, id.value());
  }

  @Override
  public List<Role> list(@Nullable DomainId domain, @Nullable String name) {
    return database.all(
        """
        select %s from role
        where coalesce(domain_id, '') = coalesce(?, '') and (?::text is null or name = ?)
        order by name, role_id
        """
            .formatted(COLUMNS),
        PostgresRoles::role,
        domain == null ? null : domain.value(),
        name,
        name);
  }

  @Override
  public @Nullable Role update(RoleId id, UnaryOperator<Role> change) {
    return database.inTransaction(
        session -> {
          Role old = locked(session, id);
          if (old == null) {
            return null;
          }
          Role changed = change.apply(old);
          return AccessEventRecorder.recording(
              session,
              same -> {
                save(same, changed);
                return changed;
              },
              AccessEventRecorder.Subject.ROLE.at(id.value()));
        });
  }

  private static void save(Database.Session session, Role changed) throws SQLException {
    Identities.naming(
        "role",
        changed.name(),
        changed.domain(),
        () ->
            session.change(
                """
                update role set name = ?, description = ?, immutable = ?, extra = ?::jsonb
                where role_id = ?
                """,
                changed.name(),
                changed.description(),
                changed.immutable(),
                changed.extras().json(),
                changed.id().value()));
    changed(session, changed.id());
  }

  /**
   * Locks a role before a change or deletion, so that it cannot be granted meanwhile. Locks its
   * domains first, as a grant does. False if the role does not exist.
   */
  public static boolean lock(Database.Session session, RoleId id) throws SQLException {
    Identities.lockDomains(session, concerned(session, id));
    return session.first("select 1 from role where role_id = ? for update", row -> true, id.value())
        != null;
  }

  private static @Nullable Role locked(Database.Session session, RoleId id) throws SQLException {
    return lock(session, id) ? session.first(FIND, PostgresRoles::role, id.value()) : null;
  }

  /**
   * Invalidates cached authorizations in every domain where the locked role is granted (ruling 3).
   */
  public static void changed(Database.Session session, RoleId id) throws SQLException {
    Identities.bump(session, concerned(session, id));
  }

  @Override
  public boolean isCustomPolicy(RoleId id) {
    return database.first(
            "select 1 from role where role_id = ? and custom_number is not null",
            row -> true,
            id.value())
        != null;
  }

  @Override
  public boolean delete(RoleId id) {
    return database.inTransaction(
        session -> {
          Role role = locked(session, id);
          if (role != null && role.immutable()) {
            return false;
          }
          delete(session, id);
          return true;
        });
  }

  /** Deletes a locked role and its grants. */
  static void delete(Database.Session session, RoleId id) throws SQLException {
    List<String> domains = concerned(session, id);
    AccessEventRecorder.recording(
        session,
        same -> {
          same.change("delete from role_grant where role_id = ?", id.value());
          return same.change("delete from role where role_id = ?", id.value());
        },
        AccessEventRecorder.Subject.GRANT.at(id.value()),
        AccessEventRecorder.Subject.ROLE.at(id.value()));
    Identities.bump(session, domains);
  }

  /** The role's domain, and those where it is granted. */
  private static List<String> concerned(Database.Session session, RoleId id) throws SQLException {
    return session.all(
        """
        select domain_id from role where role_id = ? and domain_id is not null
        union
        select domain_id from role_grant where role_id = ?
        """,
        row -> row.getString(1),
        id.value(),
        id.value());
  }

  static Role role(ResultSet row) throws SQLException {
    return new Role(
        new RoleId(row.getString("role_id")),
        Rows.mapIfAny(row.getString("domain_id"), DomainId::new),
        row.getString("name"),
        row.getString("description"),
        row.getBoolean("shipped"),
        row.getBoolean("immutable"),
        new Extras(row.getString("extra")));
  }
}
