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
import dev.vitrine.refusal.Refusal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the tables of identities have in common. */
public final class Identities {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String FOREIGN_KEY_VIOLATION = "23503";

  private Identities() {}

  /** Writes a row whose name is unique in its domain. */
  @FunctionalInterface
  public interface Write {
    int run() throws SQLException;
  }

  /** Says of a write that failed for its name or its domain which of the two it was. */
  public static int naming(String kind, String name, @Nullable DomainId domain, Write write)
      throws SQLException {
    try {
      return write.run();
    } catch (SQLException e) {
      if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw new Refusal.NameTaken(kind, name, domain).asException();
      }
      if (FOREIGN_KEY_VIOLATION.equals(e.getSQLState()) && domain != null) {
        throw new Refusal.Absent("domain", domain.value()).asException();
      }
      throw e;
    }
  }

  /** Writes what has changed. */
  @FunctionalInterface
  public interface Save<T> {
    void save(Database.Session session, T old, T changed) throws SQLException;
  }

  /**
   * Changes one row; null if it is not there.
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

  /** Narrows by {@link #values}; the columns must be unambiguous. */
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
   * A part of a list, and the length of the whole.
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
   * Makes stale whatever is kept of callers of these domains: what they may do, and that their
   * tokens stand (ruling 3, ADR 13). In the transaction of the change, which others see when they
   * see the new version. In the order of ids, so that two changes never wait for each other.
   *
   * <p>Which domains a change touches must be read when nothing can be added to them any more:
   * whoever looked earlier would miss the first grant or membership that is being made just now,
   * and what somebody compiles between the two commits would never be stale. So each writer locks
   * the domains first ({@link #lockDomains}), then the row that it changes ({@code for update}, if
   * grants and memberships hang on it, for they hold it {@code for key share}), and only then reads
   * what hangs on it.
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

  /** The same for the domain of a user, on which its groups hang as well ({@link CallerState}). */
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
   * Locks the domain of a row that is about to change, for {@link #bump}. Before the row, as
   * whoever deletes the domain with all that is in it does: else each would wait for the other.
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

  /** The same for the domain that a grant hangs on. */
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

  /** The domain a grant hangs on. */
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

  /** Keeps a row from being deleted; its domain. Refuses if it is not there (any more). */
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
