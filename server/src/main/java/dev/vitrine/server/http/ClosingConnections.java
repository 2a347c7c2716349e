package dev.vitrine.server.http;

import io.vertx.core.http.HttpConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections that close after the current answer, because the beginning of the next request is
 * unknown. Further bytes on them are not requests.
 */
final class ClosingConnections {
  /** With what to do when they are closed. */
  private final Map<HttpConnection, Runnable> connections = new ConcurrentHashMap<>();

  /** Adds a connection until it is closed. */
  void add(HttpConnection connection) {
    connections.put(connection, () -> {});
    connection.closeHandler(
        closed -> {
          Runnable action = connections.remove(connection);
          if (action != null) {
            action.run();
          }
        });
  }

  boolean contains(HttpConnection connection) {
    return connections.containsKey(connection);
  }

  /** Acts when a connection that was added is closed; at once if it is closed already. */
  void whenClosed(HttpConnection connection, Runnable action) {
    if (connections.replace(connection, action) == null) {
      action.run();
    }
  }
}
