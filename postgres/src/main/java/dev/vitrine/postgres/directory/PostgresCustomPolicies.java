package dev.vitrine.postgres.directory;

import dev.vitrine.directory.CustomPolicy;
import dev.vitrine.directory.CustomPolicyStore;
import dev.vitrine.directory.GrantedRole;
import dev.vitrine.directory.Role;
import dev.vitrine.directory.Slice;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleId;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Custom policies: the rows of table {@code role} that have a {@code custom_number}. */
public final class PostgresCustomPolicies implements CustomPolicyStore {
  private static final String COLUMNS =
      """
      role_id, domain_id, name, display_name, type, description, description_cn, document,
        (select count(*) from role_grant g where g.role_id = role.role_id) as grants,
        created_at, updated_at
      """;

  private static final String ONE =
      "select %s from role where domain_id = ? and role_id = ? and custom_number is not null"
          .formatted(COLUMNS);

  private final Database database;

  public PostgresCustomPolicies(Database database) {
    this.database = database;
  }

  /** Locks the domain, so that two policies cannot get the same number. */
  @Override
  public CustomPolicy add(RoleId id, DomainId domain, CustomPolicy.Content content) {
    return database.inTransaction(
        session -> {
          Identities.lockDomains(session, List.of(domain.value()));
          insert(session, id, domain, content);
          return Objects.requireNonNull(find(domain, id));
        });
  }

  private static void insert(
      Database.Session session, RoleId id, DomainId domain, CustomPolicy.Content content)
      throws SQLException {
    AccessEventRecorder.recording(
        session,
        same ->
            naming(
                content,
                domain,
                () ->
                    same.change(
                        """
                      insert into role (role_id, domain_id, name, custom_number,
                        display_name, type, description, description_cn, document)
                      select ?, ?, 'custom_' || ? || '_' || n, n, ?, ?, ?, ?, ?::json
                      from (select coalesce(max(custom_number), 0) + 1 as n
                        from role where domain_id = ?) next
                      """,
                        id.value(),
                        domain.value(),
                        domain.value(),
                        content.displayName(),
                        word(content.type()),
                        content.description(),
                        content.descriptionCn(),
                        content.document(),
                        domain.value())),
        AccessEventRecorder.Subject.ROLE.at(id.value()));
  }

  private static int naming(CustomPolicy.Content content, DomainId domain, Identities.Write write)
      throws SQLException {
    return Identities.naming("role", content.displayName(), domain, write);
  }

  @Override
  public @Nullable CustomPolicy find(DomainId domain, RoleId id) {
    return database.first(ONE, PostgresCustomPolicies::policy, domain.value(), id.value());
  }

  @Override
  public Slice<CustomPolicy> list(DomainId domain, int offset, int limit) {
    return Identities.slice(
        database,
        "from (select %s from role where domain_id = ? and custom_number is not null) p"
            .formatted(COLUMNS),
        "created_at, role_id",
        PostgresCustomPolicies::policy,
        new @Nullable Object[] {domain.value()},
        offset,
        limit);
  }

  @Override
  public @Nullable CustomPolicy update(
      DomainId domain, RoleId id, UnaryOperator<CustomPolicy.Content> change) {
    return database.inTransaction(
        session -> {
          CustomPolicy old = PostgresRoles.lock(session, id) ? find(domain, id) : null;
          if (old == null) {
            return null;
          }
          save(session, old, change.apply(old.content()));
          return find(domain, id);
        });
  }

  private static void save(Database.Session session, CustomPolicy old, CustomPolicy.Content changed)
      throws SQLException {
    AccessEventRecorder.recording(
        session,
        same ->
            naming(
                changed,
                old.domain(),
                () ->
                    same.change(
                        """
                update role set display_name = ?, type = ?, description = ?, description_cn = ?,
                  document = ?::json, updated_at = t.now
                from (select clock_timestamp() as now) t
                where role_id = ?
                """,
                        changed.displayName(),
                        word(changed.type()),
                        changed.description(),
                        changed.descriptionCn(),
                        changed.document(),
                        old.id().value())),
        AccessEventRecorder.Subject.ROLE.at(old.id().value()));
    PostgresRoles.changed(session, old.id());
  }

  @Override
  public boolean delete(DomainId domain, RoleId id) {
    return database.inTransaction(
        session -> {
          boolean isThere = PostgresRoles.lock(session, id) && find(domain, id) != null;
          if (isThere) {
            PostgresRoles.delete(session, id);
          }
          return isThere;
        });
  }

  private static String word(CustomPolicy.Type type) {
    return switch (type) {
      case PROJECT -> "XA";
      case GLOBAL -> "AX";
    };
  }

  private static CustomPolicy.Type type(ResultSet row) throws SQLException {
    return row.getString("type").equals("XA")
        ? CustomPolicy.Type.PROJECT
        : CustomPolicy.Type.GLOBAL;
  }

  /** A role of any kind, with the fields that IAM shows. */
  static GrantedRole inFull(ResultSet row) throws SQLException {
    Role role = PostgresRoles.role(row);
    return new GrantedRole(
        role,
        Objects.requireNonNullElse(row.getString("display_name"), role.name()),
        type(row),
        row.getString("description_cn"),
        row.getObject("custom_number") != null,
        row.getString("document"));
  }

  private static CustomPolicy policy(ResultSet row) throws SQLException {
    return new CustomPolicy(
        new RoleId(row.getString("role_id")),
        new DomainId(row.getString("domain_id")),
        row.getString("name"),
        new CustomPolicy.Content(
            row.getString("display_name"),
            type(row),
            row.getString("description"),
            row.getString("description_cn"),
            row.getString("document")),
        row.getLong("grants"),
        Rows.time(row, "created_at"),
        Rows.time(row, "updated_at"));
  }
}
