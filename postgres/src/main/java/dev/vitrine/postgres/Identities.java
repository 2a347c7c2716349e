package dev.vitrine.postgres;

import dev.vitrine.Refusal;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Filter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the tables of identities have in common. */
final class Identities {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String FOREIGN_KEY_VIOLATION = "23503";

  private Identities() {}

  /** Writes a row whose name is unique in its domain. */
  @FunctionalInterface
  interface Write {
    int run() throws SQLException;
  }

  /** Says of a write that failed for its name or its domain which of the two it was. */
  static void naming(String kind, String name, @Nullable DomainId domain, Write write)
      throws SQLException {
    try {
      write.run();
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

  /**
   * Narrows by {@link #values}; the columns must be unambiguous. Planned for the values at hand, so
   * that keys serve those that are given.
   */
  static final String FILTER =
      """
      (?::text is null or domain_id = ?) and (?::text is null or name = ?)
        and (?::boolean is null or enabled = ?)
      """;

  /** The values of {@link #FILTER} after {@code first}. */
  static @Nullable Object[] values(Filter filter, @Nullable Object... first) {
    String domain = filter.domain() == null ? null : filter.domain().value();
    List<@Nullable Object> values = new ArrayList<>();
    values.addAll(Arrays.asList(first));
    values.addAll(
        Arrays.asList(
            domain, domain, filter.name(), filter.name(), filter.enabled(), filter.enabled()));
    return values.toArray();
  }

  /**
   * Makes every authorization compiled in these domains stale (ruling 3). In the order of ids, so
   * that two changes never wait for each other.
   */
  static void bump(Database.Session session, Collection<String> domains) throws SQLException {
    session.change(
        """
        update domain set authorization_version = authorization_version + 1
        where domain_id in (
          select domain_id from domain where domain_id = any (?) order by domain_id
          for no key update)
        """,
        (Object) domains.toArray(String[]::new));
  }
}
