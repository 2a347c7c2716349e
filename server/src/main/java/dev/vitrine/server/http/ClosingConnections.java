package dev.vitrine.server.http;

import io.vertx.core.http.HttpConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections that close after the current answer, because nobody can tell where the next request
 * begins: whatever else arrives on them is not a request.
 */
final class ClosingConnections {
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();

  /** The connection leaves the set when it is closed. */
  void add(HttpConnection connection) {
    connections.add(connection);
    connection.closeHandler(closed -> connections.remove(connection));
  }

  boolean contains(HttpConnection connection) {
    return connections.contains(connection);
  }
}
