package dev.vitrine.postgres.directory;

import dev.vitrine.directory.Filter;
import dev.vitrine.directory.Slice;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.RoleGrant.Target;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.engine.CallerState;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.SqlState;
import dev.vitrine.refusal.Refusal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the stores of identities share: unique names, lists, locks, and the authorization version.
 */
public final class Identities {
  private Identities() {}

  /** Writes a row whose name is unique in its domain. */
  @FunctionalInterface
  public interface Write {
    int run() throws SQLException;
  }

  /** Translates a failed write: the name is taken, or the domain does not exist. */
  public static int naming(String kind, String name, @Nullable DomainId domain, Write write)
      throws SQLException {
    try {
      return write.run();
    } catch (SQLException e) {
      if (SqlState.UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw new Refusal.NameTaken(kind, name, domain).asException();
      }
      if (SqlState.FOREIGN_KEY_VIOLATION.equals(e.getSQLState()) && domain != null) {
        throw new Refusal.Absent("domain", domain.value()).asException();
      }
      throw e;
    }
  }

  /** Writes the changed value. */
  @FunctionalInterface
  public interface Save<T> {
    void save(Database.Session session, T old, T changed) throws SQLException;
  }

  /**
   * Changes one row; null if it does not exist.
   *
   * @param locking selects the row by its id, for no key update
   */
  public static <T> @Nullable T update(
      Database database,
      String locking,
      Database.Row<T> row,
      String id,
      UnaryOperator<T> change,
      Save<T> save) {
    return database.inTransaction(
        session -> {
          T old = session.first(locking, row, id);
          if (old == null) {
            return null;
          }
          T changed = change.apply(old);
          save.save(session, old, changed);
          return changed;
        });
  }

  /** The same for a row of rights, whose change is recorded. */
  public static <T> @Nullable T update(
      Database database,
      AccessEventRecorder.Subject subject,
      String locking,
      Database.Row<T> row,
      String id,
      UnaryOperator<T> change,
      Save<T> save) {
    return update(
        database,
        locking,
        row,
        id,
        change,
        (session, old, changed) ->
            AccessEventRecorder.recording(
                session,
                same -> {
                  save.save(same, old, changed);
                  return changed;
                },
                subject.at(id)));
  }

  /** Filters by {@link #values}; the column names must be unambiguous. */
  public static final String FILTER =
      """
      (?::text is null or domain_id = ?) and (?::text is null or name = ?)
        and (?::boolean is null or enabled = ?)
      """;

  /** The values of {@link #FILTER} after {@code first}. */
  public static @Nullable Object[] values(Filter filter, @Nullable Object... first) {
    String domain = filter.domain() == null ? null : filter.domain().value();
    List<@Nullable Object> values = new ArrayList<>();
    values.addAll(Arrays.asList(first));
    values.addAll(
        Arrays.asList(
            domain, domain, filter.name(), filter.name(), filter.enabled(), filter.enabled()));
    return values.toArray();
  }

  /**
   * A part of a list, and the length of the whole list.
   *
   * @param found {@code from} and {@code where}, which take {@code values}
   */
  public static <T> Slice<T> slice(
      Database database,
      String found,
      String order,
      Database.Row<T> row,
      @Nullable Object[] values,
      int offset,
      int limit) {
    Long total = database.first("select count(*) " + found, one -> one.getLong(1), values);
    List<@Nullable Object> all = new ArrayList<>();
    all.addAll(Arrays.asList(values));
    all.add(limit);
    all.add(offset);
    return new Slice<>(
        total == null ? 0 : total,
        database.all(
            "select * %s order by %s limit ? offset ?".formatted(found, order),
            row,
            all.toArray()));
  }

  /**
   * Increments the authorization version of these domains, which invalidates what nodes cache of
   * their callers: what they may do, and that their tokens are valid (ruling 3, ADR 13). Runs in
   * the transaction of the change, so the change and the new version become visible together. Runs
   * in the order of ids, so two changes cannot deadlock.
   *
   * <p>A writer must read the affected domains after it holds the locks. A read before that could
   * miss a grant or membership that another transaction is just adding, and an authorization
   * compiled between the two commits would never become stale. So each writer locks the domains
   * first ({@link #lockDomains}), then the row that it changes ({@code for update} if grants and
   * memberships refer to it, because their writers hold it {@code for key share}), and only then
   * reads the rows that refer to it.
   */
  public static void bump(Database.Session session, Collection<String> domains)
      throws SQLException {
    session.change(
        """
        update domain set authorization_version = authorization_version + 1
        where domain_id in (
          select domain_id from domain where domain_id = any (?) order by domain_id
          for no key update)
        """,
        (Object) domains.toArray(String[]::new));
  }

  /**
   * The same for the domain of a user; its version covers the user's groups too ({@link
   * CallerState}).
   */
  public static void bumpOf(Database.Session session, UserId user) throws SQLException {
    session.change(
        """
        update domain set authorization_version = authorization_version + 1
        where domain_id = (select domain_id from user_account where user_id = ?)
        """,
        user.value());
  }

  /** Locks domains for {@link #bump}, in the order of ids. */
  public static void lockDomains(Database.Session session, Collection<String> domains)
      throws SQLException {
    session.all(
        """
        select 1 from domain where domain_id = any (?) order by domain_id for no key update
        """,
        row -> true,
        (Object) domains.toArray(String[]::new));
  }

  /**
   * Locks the domain of a row that is about to change, for {@link #bump}. The domain comes before
   * the row: the deletion of a domain locks in this order, and another order would deadlock with
   * it.
   */
  public static void lockDomainOf(Database.Session session, String table, String key, String id)
      throws SQLException {
    session.first(
        """
        select 1 from domain where domain_id = (select domain_id from %s where %s = ?)
        for no key update
        """
            .formatted(table, key),
        row -> true,
        id);
  }

  /** The same for the domain of a grant's target. */
  public static void lockDomainOf(Database.Session session, Target target) throws SQLException {
    switch (target) {
      case Target.OnProject(ProjectId project) ->
          lockDomainOf(session, "project", "project_id", project.value());
      case Target.OnDomain(DomainId domain) -> lockDomain(session, domain);
      case Target.OnAllProjects(DomainId domain) -> lockDomain(session, domain);
      case Target.OnEnterpriseProject(DomainId domain, var project) -> lockDomain(session, domain);
    }
  }

  private static void lockDomain(Database.Session session, DomainId domain) throws SQLException {
    lockDomainOf(session, "domain", "domain_id", domain.value());
  }

  public static void lockUser(Database.Session session, UserId user) throws SQLException {
    lock(session, "user", "user_account", "user_id", user.value());
  }

  public static void lockGroup(Database.Session session, GroupId group) throws SQLException {
    lock(session, "group", "user_group", "group_id", group.value());
  }

  /** Locks the target of a grant; its domain. */
  public static String lockTarget(Database.Session session, Target target) throws SQLException {
    return switch (target) {
      case Target.OnProject(ProjectId project) ->
          lock(session, "project", "project", "project_id", project.value());
      case Target.OnDomain(DomainId domain) ->
          lock(session, "domain", "domain", "domain_id", domain.value());
      case Target.OnAllProjects(DomainId domain) ->
          lock(session, "domain", "domain", "domain_id", domain.value());
      case Target.OnEnterpriseProject(DomainId domain, EnterpriseProjectId project) -> {
        String locked = lock(session, "domain", "domain", "domain_id", domain.value());
        if (!project.equals(EnterpriseProjectId.DEFAULT)) {
          lock(
              session,
              "enterprise project",
              "enterprise_project",
              "enterprise_project_id",
              project.value());
        }
        yield locked;
      }
    };
  }

  public static void lockRole(Database.Session session, RoleId role) throws SQLException {
    lock(session, "role", "role", "role_id", role.value());
  }

  /** Locks a row against deletion; its domain. Refuses if the row does not exist. */
  private static String lock(
      Database.Session session, String kind, String table, String key, String id)
      throws SQLException {
    String domain =
        session.first(
            "select coalesce(domain_id, '') from %s where %s = ? for key share"
                .formatted(table, key),
            row -> row.getString(1),
            id);
    if (domain == null) {
      throw new Refusal.Absent(kind, id).asException();
    }
    return domain;
  }
}
