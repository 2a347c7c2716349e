package dev.vitrine.postgres.limit;

import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.LimitedResource;
import dev.vitrine.limit.Limits;
import dev.vitrine.limit.ProjectLimit;
import dev.vitrine.limit.ProjectLimitStore;
import dev.vitrine.postgres.directory.AccessEventRecorder;
import dev.vitrine.postgres.directory.AccessEventRecorder.Subject;
import dev.vitrine.postgres.directory.Identities;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.history.CommittedEvents;
import dev.vitrine.refusal.Refusal;
import java.lang.System.Logger.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Limits in table {@code project_limit}. Who changes one locks the domain of its project first, as
 * who deletes the project or the domain does: so their events tell the limits that end with them as
 * they were.
 */
public final class PostgresProjectLimits implements ProjectLimitStore {
  private static final System.Logger LOG = System.getLogger(PostgresProjectLimits.class.getName());

  private static final String COLUMNS =
      "l.limit_id, l.project_id, l.resource_name, l.resource_limit, l.description";

  private final Database database;

  public PostgresProjectLimits(Database database) {
    this.database = database;
  }

  private static final String INSERT =
      """
      insert into project_limit (limit_id, project_id, resource_name, resource_limit, description)
      select limit_id, project_id, resource_name, resource_limit, description
      from unnest(?::text[], ?::text[], ?::text[], ?::integer[], ?::text[]) with ordinality
        given(limit_id, project_id, resource_name, resource_limit, description, number)
      order by number
      on conflict (project_id, resource_name) do nothing
      """;

  @Override
  public void add(List<ProjectLimit> limits) {
    String[] projects = texts(limits, limit -> limit.project().value());
    database.inTransaction(
        session -> {
          Identities.lockDomains(
              session,
              session.all(
                  "select distinct domain_id from project where project_id = any (?)",
                  row -> row.getString(1),
                  (Object) projects));
          Set<String> known =
              new HashSet<>(
                  session.all(
                      "select project_id from project where project_id = any (?)",
                      row -> row.getString(1),
                      (Object) projects));
          if (!known.containsAll(List.of(projects))) {
            throw Limits.unknown("project_id");
          }
          String[] ids = texts(limits, ProjectLimit::id);
          return AccessEventRecorder.recording(
              session,
              same -> insert(same, ids, projects, limits),
              Subject.LIMIT.where("t.limit_id = any (?)", (Object) ids));
        });
    awaitOthers();
  }

  /** How long to wait for other transactions; ours are ended after a second without a statement. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * Waits for the transactions that began before the change was committed. They may have added an
   * image and found no quota, and so have taken no lock: what begins after the answer must not
   * count without that image.
   */
  private void awaitOthers() {
    if (!CommittedEvents.awaitOlder(database, PATIENCE)) {
      LOG.log(
          Level.WARNING,
          "A transaction is open for longer than {0} s; an image that it adds may pass a limit that was changed meanwhile",
          PATIENCE.toSeconds());
    }
  }

  private static int insert(
      Database.Session session, String[] ids, String[] projects, List<ProjectLimit> limits)
      throws SQLException {
    int inserted =
        session.change(
            INSERT,
            ids,
            projects,
            texts(limits, limit -> limit.resource().word()),
            limits.stream().map(ProjectLimit::maximum).toArray(Integer[]::new),
            limits.stream().map(ProjectLimit::description).toArray(String[]::new));
    if (inserted < limits.size()) {
      throw new Refusal.Conflict("Conflict occurred attempting to store limit - Duplicate entry.")
          .asException();
    }
    return inserted;
  }

  private static String[] texts(List<ProjectLimit> limits, Function<ProjectLimit, String> text) {
    return limits.stream().map(text).toArray(String[]::new);
  }

  private static final String LIST =
      """
      select %s from project_limit l
      join project p on p.project_id = l.project_id
      where (?::text is null or l.limit_id = ?) and (?::text is null or l.project_id = ?)
        and (?::text is null or p.domain_id = ?) and (?::text is null or l.resource_name = ?)
      order by l.created_at, l.limit_id
      """
          .formatted(COLUMNS);

  @Override
  public List<ProjectLimit> list(Filter filter) {
    String project = filter.project() == null ? null : filter.project().value();
    String domain = filter.domain() == null ? null : filter.domain().value();
    String resource = filter.resource() == null ? null : filter.resource().word();
    return database.all(
        LIST,
        PostgresProjectLimits::limit,
        filter.id(),
        filter.id(),
        project,
        project,
        domain,
        domain,
        resource,
        resource);
  }

  @Override
  public @Nullable ProjectLimit update(String id, UnaryOperator<ProjectLimit> change) {
    ProjectLimit updated =
        database.<@Nullable ProjectLimit>inTransaction(
            session -> {
              lockDomainOf(session, id);
              return Identities.update(
                  database,
                  Subject.LIMIT,
                  "select %s from project_limit l where l.limit_id = ? for no key update"
                      .formatted(COLUMNS),
                  PostgresProjectLimits::limit,
                  id,
                  change,
                  (same, old, changed) ->
                      same.change(
                          "update project_limit set resource_limit = ?, description = ? where limit_id = ?",
                          changed.maximum(),
                          changed.description(),
                          id));
            });
    if (updated != null) {
      awaitOthers();
    }
    return updated;
  }

  @Override
  public boolean delete(String id) {
    boolean isDeleted =
        database.inTransaction(
            session -> {
              lockDomainOf(session, id);
              return AccessEventRecorder.recording(
                  session,
                  same -> same.change("delete from project_limit where limit_id = ?", id) > 0,
                  Subject.LIMIT.at(id));
            });
    if (isDeleted) {
      awaitOthers();
    }
    return isDeleted;
  }

  private static void lockDomainOf(Database.Session session, String limit) throws SQLException {
    String project =
        session.first(
            "select project_id from project_limit where limit_id = ?",
            row -> row.getString(1),
            limit);
    if (project != null) {
      Identities.lockDomainOf(session, "project", "project_id", project);
    }
  }

  private static ProjectLimit limit(ResultSet row) throws SQLException {
    return new ProjectLimit(
        row.getString("limit_id"),
        new ProjectId(row.getString("project_id")),
        Objects.requireNonNull(LimitedResource.of(row.getString("resource_name"))),
        row.getInt("resource_limit"),
        row.getString("description"));
  }
}
