package dev.vitrine.server.http;

import io.vertx.core.http.HttpConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections that close after the current answer, because the beginning of the next request is
 * unknown. Further bytes on them are not requests.
 */
final class ClosingConnections {
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();

  /** Adds a connection until it is closed. */
  void add(HttpConnection connection) {
    connections.add(connection);
    connection.closeHandler(closed -> connections.remove(connection));
  }

  boolean contains(HttpConnection connection) {
    return connections.contains(connection);
  }
}
