package dev.vitrine.postgres.directory;

import dev.vitrine.directory.EnterpriseProject;
import dev.vitrine.directory.EnterpriseProjectStore;
import dev.vitrine.directory.Slice;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Enterprise projects in table {@code enterprise_project}. The default one has no row: it exists
 * since its domain exists.
 */
public final class PostgresEnterpriseProjects implements EnterpriseProjectStore {
  private static final String COLUMNS =
      "domain_id, enterprise_project_id, name, description, enabled, created_at, updated_at";

  /** All of one domain, the default one first. Values: the domain, twice. */
  private static final String ALL =
      """
      select domain_id, '0' as enterprise_project_id, 'default' as name, '' as description,
        true as enabled, created_at, created_at as updated_at, false as made
      from domain where domain_id = ?
      union all
      select %s, true as made from enterprise_project where domain_id = ?
      """
          .formatted(COLUMNS);

  private final Database database;

  public PostgresEnterpriseProjects(Database database) {
    this.database = database;
  }

  @Override
  public EnterpriseProject add(
      DomainId domain, EnterpriseProjectId id, String name, String description) {
    return database.inTransaction(
        session -> {
          Identities.lockDomains(session, List.of(domain.value()));
          AccessEventRecorder.recording(
              session,
              same ->
                  Identities.naming(
                      "enterprise project",
                      name,
                      domain,
                      () ->
                          same.change(
                              """
                      insert into enterprise_project
                        (domain_id, enterprise_project_id, name, description)
                      values (?, ?, ?, ?)
                      """,
                              domain.value(),
                              id.value(),
                              name,
                              description)),
              AccessEventRecorder.Subject.ENTERPRISE_PROJECT.at(id.value()));
          Identities.bump(session, List.of(domain.value()));
          return Objects.requireNonNull(find(domain, id));
        });
  }

  @Override
  public @Nullable EnterpriseProject find(DomainId domain, EnterpriseProjectId id) {
    return database.first(
        "select * from (%s) e where enterprise_project_id = ?".formatted(ALL),
        PostgresEnterpriseProjects::enterpriseProject,
        domain.value(),
        domain.value(),
        id.value());
  }

  @Override
  public boolean isOpenTo(ProjectId owner, EnterpriseProjectId id) {
    return database.first(
            """
            select 1 from project p join enterprise_project e on e.domain_id = p.domain_id
            where p.project_id = ? and e.enterprise_project_id = ? and e.enabled
            """,
            row -> true,
            owner.value(),
            id.value())
        != null;
  }

  private static final String FOUND =
      """
      from (%s) e
      where (?::text is null or strpos(name, ?) > 0) and (?::boolean is null or enabled = ?)
      """
          .formatted(ALL);

  @Override
  public Slice<EnterpriseProject> list(DomainId domain, Query query) {
    @Nullable Object[] values = {
      domain.value(), domain.value(), query.named(), query.named(), query.enabled(), query.enabled()
    };
    return Identities.slice(
        database,
        FOUND,
        "made, created_at, enterprise_project_id",
        PostgresEnterpriseProjects::enterpriseProject,
        values,
        query.offset(),
        query.limit());
  }

  @Override
  public @Nullable EnterpriseProject update(
      DomainId domain, EnterpriseProjectId id, UnaryOperator<EnterpriseProject> change) {
    return database.inTransaction(
        session -> {
          Identities.lockDomains(session, List.of(domain.value()));
          EnterpriseProject old =
              session.first(
                  """
                  select %s from enterprise_project
                  where domain_id = ? and enterprise_project_id = ? for no key update
                  """
                      .formatted(COLUMNS),
                  PostgresEnterpriseProjects::enterpriseProject,
                  domain.value(),
                  id.value());
          if (old == null) {
            return null;
          }
          save(session, change.apply(old));
          return find(domain, id);
        });
  }

  private static void save(Database.Session session, EnterpriseProject changed)
      throws SQLException {
    AccessEventRecorder.recording(
        session,
        same ->
            Identities.naming(
                "enterprise project",
                changed.name(),
                changed.domain(),
                () ->
                    same.change(
                        """
                update enterprise_project
                set name = ?, description = ?, enabled = ?, updated_at = t.now
                from (select clock_timestamp() as now) t
                where enterprise_project_id = ?
                """,
                        changed.name(),
                        changed.description(),
                        changed.enabled(),
                        changed.id().value())),
        AccessEventRecorder.Subject.ENTERPRISE_PROJECT.at(changed.id().value()));
    Identities.bump(session, List.of(changed.domain().value()));
  }

  private static EnterpriseProject enterpriseProject(ResultSet row) throws SQLException {
    return new EnterpriseProject(
        new DomainId(row.getString("domain_id")),
        new EnterpriseProjectId(row.getString("enterprise_project_id")),
        row.getString("name"),
        row.getString("description"),
        row.getBoolean("enabled"),
        Rows.time(row, "created_at"),
        Rows.time(row, "updated_at"));
  }
}
