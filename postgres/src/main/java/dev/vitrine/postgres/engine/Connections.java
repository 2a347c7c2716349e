package dev.vitrine.postgres.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens connections, and can break off all that it has opened. */
final class Connections extends PGSimpleDataSource {
  private static final long serialVersionUID = 1L;

  /** A few that are closed may be among them, until the next is opened. */
  private final transient Set<Connection> opened = ConcurrentHashMap.newKeySet();

  private final transient Timeline timeline;

  /**
   * @param timeline shared by all that open connections to this database
   */
  Connections(Database.Address address, Timeline timeline) {
    this.timeline = timeline;
    setURL(address.jdbcUrl());
    if (address.user() != null) {
      setUser(address.user());
    }
    if (address.password() != null) {
      setPassword(address.password());
    }
    setApplicationName("vitrine");
    setTcpKeepAlive(true);
  }

  /** How long it takes at most until a connection can be used. */
  void limitConnecting(Duration limit) {
    setConnectTimeout((int) limit.toSeconds());
    super.setLoginTimeout((int) limit.toSeconds());
  }

  /**
   * Does nothing: the pool would set the time that a call waits for a connection. On a busy machine
   * a new one takes longer, and is worth it.
   */
  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public Connection getConnection(@Nullable String user, @Nullable String password)
      throws SQLException {
    Connection made = super.getConnection(user, password);
    try {
      timeline.require(made);
    } catch (SQLException e) {
      made.close();
      throw e;
    }
    opened.removeIf(Connections::isClosed);
    opened.add(made);
    return made;
  }

  private static boolean isClosed(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /**
   * Closes all connections without a word to the server, which may never answer. A statement that
   * waits for an answer fails, as if the connection had been lost.
   */
  void breakOff() {
    for (Connection one : opened) {
      try {
        // A thread each: closing TLS may wait for a peer that reads nothing.
        one.abort(Thread::startVirtualThread);
      } catch (SQLException e) {
        // It is closed already.
      }
    }
    opened.clear();
  }
}
