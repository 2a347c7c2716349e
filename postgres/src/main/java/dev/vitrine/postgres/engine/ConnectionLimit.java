package dev.vitrine.postgres.engine;

import static java.lang.System.Logger.Level.WARNING;

import java.util.Objects;

/** How many connections the server still allows: the nodes of one database share its limit. */
final class ConnectionLimit {
  private static final System.Logger LOG = System.getLogger(ConnectionLimit.class.getName());

  /** The limits of the server, of the database and of the role; a negative one is none. */
  private static final String QUERY =
      """
      select least(
          current_setting('max_connections')::int
            - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true)::int, 0),
          nullif(greatest(d.datconnlimit, -1), -1), nullif(greatest(r.rolconnlimit, -1), -1)),
        (select sum(numbackends) from pg_stat_database)
      from pg_database d, pg_roles r
      where d.datname = current_database() and r.rolname = current_user
      """;

  private record Found(int allowed, int inUse) {}

  private ConnectionLimit() {}

  /**
   * Warns if this node may not get all that it is set to.
   *
   * @param open how many this node has now, about
   * @param wanted how many it may open
   */
  static void warnIfExceeded(Database database, int open, int wanted) {
    Found found =
        Objects.requireNonNull(
            database.first(QUERY, row -> new Found(row.getInt(1), row.getInt(2))));
    int others = Math.max(0, found.inUse - open);
    if (others + wanted > found.allowed) {
      LOG.log(
          WARNING,
          "The database allows {0,number,#} connections, others use {1,number,#} of them, and this"
              + " node may open {2,number,#} (db.connections, and one). It serves with those it gets;"
              + " lower db.connections of the nodes, or raise max_connections of PostgreSQL",
          found.allowed,
          others,
          wanted);
    }
  }
}
