package dev.vitrine.conformance;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP port that forwards to another one of this host, until it is cut or silenced. */
final class Relay implements AutoCloseable {
  private final int target;
  private final int port;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket listener;
  private volatile boolean isSilent;

  /** How often it was silenced: a connection of an earlier time stays silent forever. */
  private final AtomicInteger silences = new AtomicInteger();

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

  /** Forwards nothing more and closes nothing, like a network that drops packets. */
  void silence() {
    isSilent = true;
    silences.incrementAndGet();
  }

  /** Forwards on new connections, after {@link #silence}. */
  void speak() {
    isSilent = false;
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
              int time = silences.get();
              Thread.startVirtualThread(() -> forward(client, server, time));
              Thread.startVirtualThread(() -> forward(server, client, time));
            }
          } catch (IOException closed) {
            // It is cut.
          }
        });
  }

  /** Whether a connection that was made then forwards now. */
  private boolean forwards(int time) {
    return !isSilent && time == silences.get();
  }

  private void forward(Socket from, Socket to, int time) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[1 << 16];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        while (!forwards(time)) {
          Thread.sleep(10);
          if (from.isClosed()) {
            return;
          }
        }
        out.write(bytes, 0, read);
      }
      // The end is a packet, too.
      while (!forwards(time) && !from.isClosed()) {
        Thread.sleep(10);
      }
    } catch (IOException | InterruptedException closed) {
      // One of the two ends it, or it is cut.
    }
  }
}
