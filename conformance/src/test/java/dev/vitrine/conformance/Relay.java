package dev.vitrine.conformance;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP port that forwards to another one of this host, until it is cut. */
final class Relay implements AutoCloseable {
  private final int target;
  private final int port;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket listener;

  Relay(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.port = listener.getLocalPort();
    accept(listener);
  }

  int port() {
    return port;
  }

  /** Breaks all connections and refuses new ones. */
  void cut() throws IOException {
    listener.close();
    for (Closeable socket : open) {
      socket.close();
    }
    open.clear();
  }

  /** Forwards again, after {@link #cut}. */
  void restore() throws IOException {
    listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    accept(listener);
  }

  @Override
  public void close() throws IOException {
    cut();
  }

  private void accept(ServerSocket from) {
    Thread.startVirtualThread(
        () -> {
          try {
            while (true) {
              Socket client = from.accept();
              Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
              open.add(client);
              open.add(server);
              Thread.startVirtualThread(() -> forward(client, server));
              Thread.startVirtualThread(() -> forward(server, client));
            }
          } catch (IOException closed) {
            // It is cut.
          }
        });
  }

  private static void forward(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException closed) {
      // One of the two ends it, or it is cut.
    }
  }
}
