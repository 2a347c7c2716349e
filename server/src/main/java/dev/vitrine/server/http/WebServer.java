package dev.vitrine.server.http;

import dev.vitrine.refusal.Limit;
import dev.vitrine.server.tls.Certificate;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Listens for requests and passes them to the {@link Dispatcher}. */
public final class WebServer implements AutoCloseable {
  /** Largest total size of a request's headers, in bytes. */
  static final int MAX_HEADER = 32 * 1024;

  /** Requests at a time on one HTTP/2 connection. */
  private static final int HTTP2_STREAMS = 100;

  /**
   * Bytes of bodies that a client may send ahead on an HTTP/2 connection, and on one of its
   * streams. A stream gets a small part, because an upload that has to wait must not hold up the
   * others.
   */
  private static final int HTTP2_WINDOW = 4 * 1024 * 1024;

  private static final int HTTP2_STREAM_WINDOW = HTTP2_WINDOW / 16;

  private final Vertx vertx;
  private final Dispatcher dispatcher;
  private final Limits limits;
  private final IdleCount idleCount;
  private final long timer;
  private final List<HttpServer> listeners = new CopyOnWriteArrayList<>();
  private final List<Context> eventLoops = new CopyOnWriteArrayList<>();
  private final List<String> deployments = new CopyOnWriteArrayList<>();

  /**
   * The limits of requests.
   *
   * @param maxBody largest collected body, in bytes; streaming routes have no such limit
   * @param memory heap for all collected bodies, in bytes; more is refused
   * @param pace also of reading the answer
   * @param idle how long a connection stays open while nothing is sent on it in either direction
   * @param connections bounds those of {@link #listen}; the Vert.x must be {@linkplain
   *     Connections#vertx its own}
   * @param ofAddress rate of requests of each address; null: any
   * @param ofCaller rate of requests of each authenticated user; null: any
   * @param listener learns of what a limit refused
   */
  public record Limits(
      int maxBody,
      long memory,
      Pace pace,
      Duration idle,
      Connections connections,
      @Nullable Rate ofAddress,
      @Nullable Rate ofCaller,
      LimitListener listener) {}

  /**
   * @param protocols in this order: the first that owns a path answers it; the last takes the rest
   * @param badSignature answers a request with an invalid signature
   * @param proxies believed about the addresses of clients
   * @param observer receives each exchange at its end
   * @param gate null: every request goes to its route
   */
  public WebServer(
      Vertx vertx,
      List<WireProtocol> protocols,
      Routes routes,
      Authenticator authenticator,
      Function<Request, Reply> badSignature,
      Limits limits,
      TrustedProxies proxies,
      Observer observer,
      @Nullable Gate gate) {
    this.vertx = vertx;
    this.limits = limits;
    this.idleCount = new IdleCount(limits.listener());
    this.dispatcher =
        new Dispatcher(
            vertx, protocols, routes, authenticator, badSignature, limits, proxies, observer, gate);
    this.timer = vertx.setPeriodic(1000, tick -> dispatcher.everySecond());
  }

  /** Listens without TLS; see {@link #listen(String, int, int, Certificate)}. */
  public int listen(String host, int port, int loops) throws Exception {
    return listen(host, port, loops, null);
  }

  /**
   * Listens on {@code loops} event loops; returns the port, which the system chose if 0 was given.
   * May be called for several addresses.
   *
   * @param certificate null: without TLS, and HTTP/1 only
   * @throws java.util.concurrent.ExecutionException if it cannot listen
   */
  public int listen(String host, int port, int loops, @Nullable Certificate certificate)
      throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setMaxHeaderSize(MAX_HEADER)
            .setMaxInitialLineLength(16 * 1024)
            .setMaxChunkSize(64 * 1024)
            .setHttp2ClearTextEnabled(false)
            .setHttp2ConnectionWindowSize(HTTP2_WINDOW)
            .setInitialSettings(
                new Http2Settings()
                    .setMaxConcurrentStreams(HTTP2_STREAMS)
                    .setMaxHeaderListSize(MAX_HEADER)
                    .setInitialWindowSize(HTTP2_STREAM_WINDOW))
            .setIdleTimeout(Math.toIntExact(limits.idle().toSeconds()));
    if (certificate != null) {
      certificate.applyTo(options);
    }
    int first = listeners.size();
    String deployment =
        vertx
            .deployVerticle(
                () ->
                    new VerticleBase() {
                      @Override
                      public Future<?> start() {
                        HttpServer server = vertx.createHttpServer(options);
                        listeners.add(server);
                        eventLoops.add(context);
                        return server
                            .connectionHandler(
                                made -> {
                                  RequestDecoder.install(made, options, limits.pace());
                                  idleCount.install(made);
                                  made.exceptionHandler(WebServer.this::countFlood);
                                })
                            .exceptionHandler(WebServer.this::countHandshake)
                            .requestHandler(dispatcher::accept)
                            .invalidRequestHandler(dispatcher::acceptMalformed)
                            .listen();
                      }
                    },
                new DeploymentOptions().setInstances(loops))
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    deployments.add(deployment);
    int actualPort = listeners.get(first).actualPort();
    limits.connections().bound(actualPort, limits.listener());
    return actualPort;
  }

  /**
   * Counts a connection that Netty ends because its frames cost more than they carry: HTTP/2
   * streams that are reset, above all.
   */
  private void countFlood(Throwable failure) {
    if (failure instanceof Http2Exception broken
        && broken.error() == Http2Error.ENHANCE_YOUR_CALM) {
      limits.listener().limited(Limit.HTTP2_FLOOD);
    }
  }

  /** Counts a connection that ends before it was one of HTTP, because its handshake took long. */
  private void countHandshake(Throwable failure) {
    if (failure instanceof SslHandshakeTimeoutException) {
      limits.listener().limited(Limit.TLS_HANDSHAKE);
    }
  }

  /** Uses a renewed certificate for new connections; those that are open stay. */
  public void renew(Certificate certificate) {
    Future.all(
            listeners.stream()
                .map(server -> server.updateSSLOptions(certificate.options()))
                .toList())
        .await();
  }

  /**
   * Whether every event loop, and a virtual thread, do something within this time. Asks neither the
   * database nor the disks.
   */
  public boolean isResponsive(Duration limit) {
    FutureTask<?> ping =
        new FutureTask<>(
            () -> Future.all(eventLoops.stream().map(WebServer::ping).toList()).await());
    Thread.ofVirtual().name("ping").start(ping);
    try {
      ping.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Future<?> ping(Context loop) {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(now -> done.complete());
    return done.future();
  }

  /**
   * Goes on answering, but ends each connection after its next answer, so that clients and load
   * balancers connect elsewhere.
   *
   * @param seconds in which answers in progress must end
   */
  public void endConnections(long seconds) {
    dispatcher.endConnections(seconds);
  }

  /** Accepts no new requests, waits at most {@code seconds} for those in progress, and stops. */
  public void drain(long seconds) {
    Future.all(
            listeners.stream().map(server -> server.shutdown(seconds, TimeUnit.SECONDS)).toList())
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  /** Stops listening; does not close the Vert.x instance. */
  @Override
  public void close() {
    vertx.cancelTimer(timer);
    for (String deployment : List.copyOf(deployments)) {
      vertx.undeploy(deployment).await();
    }
    deployments.clear();
  }
}
