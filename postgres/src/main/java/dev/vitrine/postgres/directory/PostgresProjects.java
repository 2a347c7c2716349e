package dev.vitrine.postgres.directory;

import dev.vitrine.directory.Extras;
import dev.vitrine.directory.Filter;
import dev.vitrine.directory.Project;
import dev.vitrine.directory.ProjectStore;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.engine.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Projects in table {@code project}. */
public final class PostgresProjects implements ProjectStore {
  private static final String COLUMNS =
      "p.project_id, p.domain_id, p.name, p.description, p.enabled, p.tags, p.immutable, p.extra";

  private final Database database;

  public PostgresProjects(Database database) {
    this.database = database;
  }

  @Override
  public void add(Project project) {
    database.inTransaction(
        session ->
            AccessEventRecorder.recording(
                session,
                same -> insert(same, project),
                AccessEventRecorder.Subject.PROJECT.at(project.id().value())));
  }

  private static int insert(Database.Session session, Project project) throws SQLException {
    return Identities.naming(
        "project",
        project.name(),
        project.domain(),
        () ->
            session.change(
                """
                      insert into project (project_id, domain_id, name, description, enabled,
                        tags, immutable, extra)
                      values (?, ?, ?, ?, ?, ?, ?, ?::jsonb)
                      """,
                project.id().value(),
                project.domain().value(),
                project.name(),
                project.description(),
                project.enabled(),
                array(project.tags()),
                project.immutable(),
                project.extras().json()));
  }

  @Override
  public @Nullable Project find(ProjectId id) {
    return database.first(
        "select %s from project p where project_id = ?".formatted(COLUMNS),
        PostgresProjects::project,
        id.value());
  }

  /** Filters by {@link #values}: the common filter, and tags; an empty array does not filter. */
  private static final String FILTER =
      Identities.FILTER
          + """
            and tags @> ?::text[] and (?::text[] = '{}' or tags && ?::text[])
            and (?::text[] = '{}' or not tags @> ?::text[]) and not tags && ?::text[]
          """;

  private static final String LIST =
      """
      select %s from project p where %s order by name, project_id
      """
          .formatted(COLUMNS, FILTER);

  @Override
  public List<Project> list(Filter filter) {
    return database.all(LIST, PostgresProjects::project, values(filter));
  }

  /** The values of {@link #FILTER} after {@code first}. */
  private static @Nullable Object[] values(Filter filter, @Nullable Object... first) {
    String[] any = array(filter.tags().any());
    String[] notAll = array(filter.tags().notAll());
    List<@Nullable Object> values = new ArrayList<>();
    values.addAll(Arrays.asList(Identities.values(filter, first)));
    values.addAll(
        Arrays.asList(
            array(filter.tags().all()), any, any, notAll, notAll, array(filter.tags().none())));
    return values.toArray();
  }

  private static String[] array(Collection<String> texts) {
    return texts.toArray(String[]::new);
  }

  private static final String OF_USER =
      """
      select %s from project p
      where p.enabled
        and project_id in (select project_id from user_project where user_id = ?)
        and exists (select 1 from domain d where d.domain_id = p.domain_id and d.enabled)
        and %s
      order by name, project_id
      """
          .formatted(COLUMNS, FILTER);

  @Override
  public List<Project> ofUser(UserId user, Filter filter) {
    return database.all(OF_USER, PostgresProjects::project, values(filter, user.value()));
  }

  @Override
  public @Nullable Project update(ProjectId id, UnaryOperator<Project> change) {
    return database.inTransaction(
        session -> {
          Identities.lockDomainOf(session, "project", "project_id", id.value());
          return Identities.update(
              database,
              AccessEventRecorder.Subject.PROJECT,
              "select %s from project p where project_id = ? for no key update".formatted(COLUMNS),
              PostgresProjects::project,
              id.value(),
              change,
              PostgresProjects::save);
        });
  }

  private static void save(Database.Session session, Project old, Project changed)
      throws SQLException {
    Identities.naming(
        "project",
        changed.name(),
        changed.domain(),
        () ->
            session.change(
                """
                update project set name = ?, description = ?, enabled = ?, tags = ?, immutable = ?,
                  extra = ?::jsonb,
                  tokens_valid_from = case when ? then t.now else tokens_valid_from end
                from (select clock_timestamp() as now) t
                where project_id = ?
                """,
                changed.name(),
                changed.description(),
                changed.enabled(),
                array(changed.tags()),
                changed.immutable(),
                changed.extras().json(),
                old.enabled() && !changed.enabled(),
                changed.id().value()));
    Identities.bump(session, List.of(changed.domain().value()));
  }

  @Override
  public boolean delete(ProjectId id) {
    return database.inTransaction(
        session -> {
          Identities.lockDomainOf(session, "project", "project_id", id.value());
          Boolean immutable =
              session.first(
                  "select immutable from project where project_id = ? for update",
                  row -> row.getBoolean(1),
                  id.value());
          if (immutable == null || immutable) {
            return immutable == null;
          }
          String domain =
              AccessEventRecorder.recording(
                  session,
                  same -> delete(same, id),
                  AccessEventRecorder.Subject.GRANT.where(OF_PROJECT, id.value(), id.value()),
                  AccessEventRecorder.Subject.APPLICATION_CREDENTIAL.where(
                      "t.project_id = ?", id.value()),
                  AccessEventRecorder.Subject.LIMIT.where("t.project_id = ?", id.value()),
                  AccessEventRecorder.Subject.PROJECT.at(id.value()));
          if (domain != null) {
            Identities.bump(session, List.of(domain));
          }
          return true;
        });
  }

  /** Grants at a project; the domain is the first column of their key. */
  private static final String OF_PROJECT =
      """
      t.domain_id = (select domain_id from project where project_id = ?)
        and t.scope_kind = 'project' and t.scope_id = ?
      """;

  private static @Nullable String delete(Database.Session session, ProjectId id)
      throws SQLException {
    String domain =
        session.first(
            "delete from project where project_id = ? returning domain_id",
            row -> row.getString(1),
            id.value());
    session.change(
        """
        delete from role_grant
        where domain_id = ? and scope_kind = 'project' and scope_id = ?
        """,
        domain,
        id.value());
    return domain;
  }

  private static Project project(ResultSet row) throws SQLException {
    return new Project(
        new ProjectId(row.getString("project_id")),
        new DomainId(row.getString("domain_id")),
        row.getString("name"),
        row.getString("description"),
        row.getBoolean("enabled"),
        List.of((String[]) row.getArray("tags").getArray()),
        row.getBoolean("immutable"),
        new Extras(row.getString("extra")));
  }
}
