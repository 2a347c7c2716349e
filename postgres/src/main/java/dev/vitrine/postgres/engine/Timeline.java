package dev.vitrine.postgres.engine;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The newest timeline of the database that this node has seen. Each promotion of a standby begins a
 * new one. A server on an older timeline is a primary that was replaced: its rows are stale, and
 * what it commits will be lost. With several hosts in the URL, a node finds the new primary by it
 * (ADR 40).
 */
final class Timeline {
  /** The first eight digits of a WAL file's name are the timeline. */
  private static final String CURRENT =
      """
      select case when not pg_is_in_recovery()
        then ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end
      """;

  private final AtomicInteger newest = new AtomicInteger();

  /** The newest timeline seen; 0 before the first connection. */
  int newest() {
    return newest.get();
  }

  /** Throws if the connection leads to a server that was replaced, or that is a standby. */
  void require(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(CURRENT)) {
      rows.next();
      int found = rows.getInt(1);
      int known = newest.accumulateAndGet(found, Math::max);
      if (found < known) {
        throw new SQLTransientConnectionException(
            found == 0
                ? "it is a standby"
                : "it is on timeline %d, and timeline %d has begun".formatted(found, known));
      }
    }
  }
}
