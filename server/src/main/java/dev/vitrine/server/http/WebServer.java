package dev.vitrine.server.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Listens for requests, and passes them to the {@link Dispatcher}. */
public final class WebServer implements AutoCloseable {
  /** Bytes of all headers of a request. */
  static final int MAX_HEADER = 32 * 1024;

  private static final int IDLE_SECONDS = 300;

  private final Vertx vertx;
  private final Dispatcher dispatcher;
  private final Limits limits;
  private volatile @Nullable Runnable stopListening;
  private final List<HttpServer> listeners = new CopyOnWriteArrayList<>();

  /**
   * What bodies may cost.
   *
   * @param maxBody bytes of one; those of streaming routes are not bounded by it
   * @param memory bytes of the heap for all that are collected; what is beyond is refused
   */
  public record Limits(int maxBody, long memory, Pace pace) {}

  /**
   * @param protocols asked in this order whether a path is theirs; the last takes the rest
   * @param badSignature answers a request whose signature does not prove its caller
   * @param observer hears of the end of each exchange
   */
  public WebServer(
      Vertx vertx,
      List<WireProtocol> protocols,
      Routes routes,
      Authenticator authenticator,
      Function<Request, Reply> badSignature,
      Limits limits,
      Observer observer) {
    this.vertx = vertx;
    this.limits = limits;
    this.dispatcher =
        new Dispatcher(vertx, protocols, routes, authenticator, badSignature, limits, observer);
  }

  /**
   * Listens on {@code loops} event loops; returns the port, which the system chose if 0 was given.
   *
   * @throws java.util.concurrent.ExecutionException if it cannot
   */
  public int listen(String host, int port, int loops) throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setMaxHeaderSize(MAX_HEADER)
            .setMaxInitialLineLength(16 * 1024)
            .setMaxChunkSize(64 * 1024)
            // Refusing a body half sent closes its connection, which must carry no other request.
            .setHttp2ClearTextEnabled(false)
            .setIdleTimeout(IDLE_SECONDS);
    String deployment =
        vertx
            .deployVerticle(
                () ->
                    new VerticleBase() {
                      @Override
                      public Future<?> start() {
                        HttpServer server = vertx.createHttpServer(options);
                        listeners.add(server);
                        return server
                            .connectionHandler(
                                made -> RequestDecoder.install(made, options, limits.pace()))
                            .requestHandler(dispatcher::accept)
                            .invalidRequestHandler(dispatcher::acceptMalformed)
                            .listen();
                      }
                    },
                new DeploymentOptions().setInstances(loops))
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    long timer = vertx.setPeriodic(1000, tick -> dispatcher.everySecond());
    stopListening =
        () -> {
          vertx.cancelTimer(timer);
          vertx.undeploy(deployment).await();
        };
    return listeners.getFirst().actualPort();
  }

  /** Takes no new requests, lets those under way end (for at most {@code seconds}), and stops. */
  public void drain(long seconds) {
    Future.all(
            listeners.stream().map(server -> server.shutdown(seconds, TimeUnit.SECONDS)).toList())
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  /** Stops listening; what it listens with is its maker's to close. */
  @Override
  public void close() {
    Runnable stop = stopListening;
    if (stop != null) {
      stopListening = null;
      stop.run();
    }
  }
}
