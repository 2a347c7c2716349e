package dev.vitrine.server.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * The listener for operators: a few fixed pages, without TLS and without authentication. Pages run
 * on virtual threads, because they may wait.
 */
public final class ManagementServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ManagementServer.class.getName());

  private static final int IDLE_SECONDS = 60;

  /** Largest body, in bytes: a word. */
  private static final int MAX_BODY = 64;

  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer server;

  /** An answer. */
  public record Answer(int status, String contentType, String body) {
    static Answer text(int status, String body) {
      return new Answer(status, TEXT, body + "\n");
    }
  }

  /**
   * A page.
   *
   * @param methods by name; that of {@code GET} answers {@code HEAD} as well. Each is given the
   *     request's body
   */
  public record Page(Map<String, Function<String, Answer>> methods) {
    /** A page that can only be read. */
    static Page of(java.util.function.Supplier<Answer> get) {
      return new Page(Map.of("GET", body -> get.get()));
    }

    private String allowed() {
      Map<String, Boolean> names = new TreeMap<>();
      methods.keySet().forEach(name -> names.put(name, true));
      names.put("HEAD", true);
      return String.join(", ", names.keySet());
    }
  }

  private ManagementServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Listens.
   *
   * @param port 0: any free port
   * @param pages by path
   * @throws ExecutionException if it cannot listen
   */
  public static ManagementServer listen(Vertx vertx, String host, int port, Map<String, Page> pages)
      throws ExecutionException, InterruptedException {
    HttpServerOptions options =
        new HttpServerOptions().setHost(host).setPort(port).setIdleTimeout(IDLE_SECONDS);
    BrowserGuard guard = BrowserGuard.of(host);
    HttpServer server =
        vertx
            .createHttpServer(options)
            .requestHandler(
                request -> {
                  Answer refusal = guard.refusal(request);
                  if (refusal == null) {
                    accept(vertx, request, pages);
                  } else {
                    send(request, refusal);
                  }
                })
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    return new ManagementServer(server);
  }

  public int port() {
    return server.actualPort();
  }

  private static void accept(Vertx vertx, HttpServerRequest request, Map<String, Page> pages) {
    Page page = pages.get(request.path());
    if (page == null) {
      send(request, Answer.text(404, "not found; there are " + String.join(" ", pages.keySet())));
      return;
    }
    String method = request.method().name();
    Function<String, Answer> handler = page.methods().get(method.equals("HEAD") ? "GET" : method);
    if (handler == null) {
      request.response().putHeader("Allow", page.allowed());
      send(request, Answer.text(405, "not allowed; allowed are " + page.allowed()));
      return;
    }
    Context loop = vertx.getOrCreateContext();
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          if (body.length() <= MAX_BODY) {
            body.appendBuffer(part);
            refuseIfTooLong(request, body);
          }
        });
    request.endHandler(
        end -> {
          if (body.length() <= MAX_BODY) {
            Thread.ofVirtual()
                .name("management")
                .start(
                    () -> {
                      Answer answer = answer(handler, body.toString(UTF_8));
                      loop.runOnContext(now -> send(request, answer));
                    });
          }
        });
  }

  /** The rest of such a body is not read. */
  private static void refuseIfTooLong(HttpServerRequest request, Buffer body) {
    if (body.length() > MAX_BODY) {
      request.response().putHeader("Connection", "close");
      send(request, Answer.text(413, "too long; at most %d bytes".formatted(MAX_BODY)));
    }
  }

  private static Answer answer(Function<String, Answer> handler, String body) {
    try {
      return handler.apply(body);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A page of the management listener failed", e);
      return Answer.text(500, "failed; the log says why");
    }
  }

  private static void send(HttpServerRequest request, Answer answer) {
    if (request.response().closed()) {
      return;
    }
    Buffer body = Buffer.buffer(answer.body());
    request
        .response()
        .setStatusCode(answer.status())
        .putHeader("Content-Type", answer.contentType())
        .putHeader("Content-Length", Integer.toString(body.length()));
    var _ =
        request.method().name().equals("HEAD")
            ? request.response().end()
            : request.response().end(body);
  }

  @Override
  public void close() {
    server.close().await();
  }
}
