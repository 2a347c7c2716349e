package dev.vitrine.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** A receiver of webhooks on loopback. Closing it ends its connections. */
final class Receiver implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final int MEGABYTE = 1 << 20;
  private static final Duration BETWEEN_BYTES = Duration.ofMillis(10);

  /** How it answers. */
  enum Behaviour {
    CONFIRMS("confirm at once"),
    NEVER_ANSWERS("never answer"),
    DRIBBLES("send a megabyte, a byte at a time"),
    REDIRECTS("redirect to loopback"),
    BREAKS_OFF("break the connection off");

    private final String words;

    Behaviour(String words) {
      this.words = words;
    }

    /** What such receivers do. */
    String words() {
      return words;
    }
  }

  private final Behaviour behaviour;
  private final Consumer<String> bodies;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final LongAdder requests = new LongAdder();
  private final LongAdder redirected = new LongAdder();

  /**
   * @param bodies takes the body of each request
   */
  Receiver(Behaviour behaviour, Consumer<String> bodies) {
    this.behaviour = behaviour;
    this.bodies = bodies;
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::receive);
    server.createContext("/redirected", exchange -> redirected.increment());
    server.start();
  }

  String url() {
    return "http://127.0.0.1:%d/".formatted(server.getAddress().getPort());
  }

  /** Requests since the start. */
  long requests() {
    return requests.sum();
  }

  /** Those that a redirect of this receiver led to. */
  long redirected() {
    return redirected.sum();
  }

  private void receive(HttpExchange exchange) throws IOException {
    // Closed without a status, it breaks off.
    try (exchange) {
      requests.increment();
      bodies.accept(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      switch (behaviour) {
        case CONFIRMS -> exchange.sendResponseHeaders(204, -1);
        case NEVER_ANSWERS -> Thread.sleep(Duration.ofDays(1));
        case DRIBBLES -> {
          exchange.sendResponseHeaders(200, MEGABYTE);
          OutputStream out = exchange.getResponseBody();
          for (int i = 0; i < MEGABYTE; i++) {
            out.write('x');
            out.flush();
            Thread.sleep(BETWEEN_BYTES);
          }
        }
        case REDIRECTS -> {
          exchange.getResponseHeaders().set("Location", url() + "redirected");
          exchange.sendResponseHeaders(302, -1);
        }
        case BREAKS_OFF -> {}
      }
    } catch (InterruptedException end) {
      // Closed.
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
