package dev.vitrine.server.http;

import dev.vitrine.identity.Caller;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.Routes.Match;
import dev.vitrine.server.http.Routes.Route;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request's way: found its protocol and route, authenticated, body awaited, handled on a thread
 * of its own, answered. The event loops never wait.
 */
public final class WebServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(WebServer.class.getName());
  private static final int MAX_REQUEST_ID = 64;
  private static final long LINGER_MILLIS = 30_000;
  private static final int IDLE_SECONDS = 300;

  /** When to ask again if there was no room. */
  private static final String RETRY_SECONDS = "1";

  /** Bytes of a body that anybody may send: nothing large is held for a stranger. */
  private static final int MAX_OPEN_BODY = 64 * 1024;

  private static final int MAX_HEADER = 32 * 1024;

  private final Vertx vertx;
  private final List<WireProtocol> protocols;
  private final Routes routes;
  private final Authenticator authenticator;
  private final Limits limits;
  private final Function<Request, Reply> badSignature;
  private final BodyMemory bodyMemory;

  /** Bodies that are being collected. */
  private final Set<Arrival> arriving = ConcurrentHashMap.newKeySet();

  /**
   * Connections of which nobody can tell any more where a request begins, until they are closed.
   */
  private final Set<HttpConnection> unframed = ConcurrentHashMap.newKeySet();

  private volatile String date = now();
  private volatile @Nullable Runnable stopListening;
  private final List<HttpServer> listeners = new CopyOnWriteArrayList<>();

  /** Tells who sends a request; throws {@link Refused} if it does not say or cannot be right. */
  @FunctionalInterface
  public interface Authenticator {
    Credentials authenticate(Request request);
  }

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
   */
  public WebServer(
      Vertx vertx,
      List<WireProtocol> protocols,
      Routes routes,
      Authenticator authenticator,
      Function<Request, Reply> badSignature,
      Limits limits) {
    this.vertx = vertx;
    this.protocols = List.copyOf(protocols);
    this.routes = routes;
    this.authenticator = authenticator;
    this.limits = limits;
    this.badSignature = badSignature;
    this.bodyMemory = new BodyMemory(limits.memory());
  }

  /**
   * Listens on {@code loops} event loops; returns the port, which the system chose if 0 was given.
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
                            .requestHandler(raw -> orBreakOff(raw, () -> accept(raw)))
                            .invalidRequestHandler(raw -> orBreakOff(raw, () -> malformed(raw)))
                            .listen();
                      }
                    },
                new DeploymentOptions().setInstances(loops))
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    long timer = vertx.setPeriodic(1000, tick -> everySecond());
    stopListening =
        () -> {
          vertx.cancelTimer(timer);
          vertx.undeploy(deployment).await();
        };
    return listeners.getFirst().actualPort();
  }

  private void everySecond() {
    date = now();
    arriving.forEach(Arrival::requirePace);
  }

  private static String now() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  private void accept(HttpServerRequest raw) {
    if (unframed.contains(raw.connection())) {
      return;
    }
    String given = givenRequestId(raw);
    boolean isIdTooLong = given != null && given.length() > MAX_REQUEST_ID;
    Request request = new Request(raw, newRequestId(), isIdTooLong ? null : given);
    WireProtocol protocol = protocol(request.path());
    raw.response().exceptionHandler(gone -> {});
    if (isIdTooLong) {
      refuse(
          raw,
          request,
          protocol,
          new Refusal.HeaderTooLarge("x-openstack-request-id", MAX_REQUEST_ID));
      return;
    }
    Match match = routes.find(request.method(), request.path());
    Handler handler = handler(match, protocol, request);
    try {
      if (needsCaller(match, protocol, request)) {
        switch (authenticator.authenticate(request)) {
          case Credentials.Proven(Caller caller) -> request.authenticated(caller);
          case Credentials.Claimed(String name, Credentials.Proof proof) -> {
            receive(raw, request, protocol, proven(proof, handler), match, name);
            return;
          }
        }
      }
    } catch (Refused refused) {
      refuse(raw, request, protocol, refused.refusal());
      return;
    }
    if (match instanceof Match.Found) {
      receive(raw, request, protocol, handler, match, "");
    } else {
      send(raw, request, protocol, handle(request, protocol, handler));
    }
  }

  /**
   * What is no request, or none of which anybody can tell where it ends: nothing that follows on
   * the connection is read, let alone executed.
   */
  private void malformed(HttpServerRequest raw) {
    if (unframed.contains(raw.connection())) {
      return;
    }
    takeNoMore(raw.connection());
    raw.response().exceptionHandler(gone -> {}).putHeader("Connection", "close");
    Request request = new Request(raw, newRequestId(), null);
    WireProtocol protocol = protocol(request.path());
    Throwable cause = raw.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      send(raw, request, protocol, Reply.empty(414));
    } else {
      refuse(raw, request, protocol, malformed(cause));
    }
    vertx.runOnContext(answered -> raw.connection().close());
  }

  private static Refusal malformed(Throwable cause) {
    return switch (cause) {
      case RequestDecoder.BadFraming framing -> new Refusal.Invalid(message(framing));
      case RequestDecoder.SlowHead _ -> new Refusal.TooSlow();
      case TooLongHttpHeaderException _ -> new Refusal.HeaderTooLarge("The header", MAX_HEADER);
      default -> new Refusal.Invalid("The request is not well-formed HTTP.");
    };
  }

  private static String message(Throwable cause) {
    return Objects.requireNonNull(cause.getMessage());
  }

  private void takeNoMore(HttpConnection connection) {
    unframed.add(connection);
    connection.closeHandler(closed -> unframed.remove(connection));
  }

  private static Handler handler(Match match, WireProtocol protocol, Request request) {
    return switch (match) {
      case Match.Nothing() -> protocol::unknownRoute;
      case Match.WrongMethod(List<String> allowed) ->
          asked -> protocol.methodNotAllowed(asked, allowed);
      case Match.Found(Route route, var parameters) -> {
        request.routed(route.operation(), parameters);
        yield route.handler();
      }
    };
  }

  private static Handler proven(Credentials.Proof proof, Handler handler) {
    return request -> {
      try {
        request.authenticated(proof.of(request));
        return handler.handle(request);
      } finally {
        request.release();
      }
    };
  }

  private static boolean needsCaller(Match match, WireProtocol protocol, Request request) {
    return match instanceof Match.Found found
        ? !found.route().operation().isOpen()
        : protocol.authenticatesFirst(request);
  }

  private void receive(
      HttpServerRequest raw,
      Request request,
      WireProtocol protocol,
      Handler handler,
      Match match,
      String claim) {
    Route route = match instanceof Match.Found found ? found.route() : null;
    if (route != null && route.isStreaming()) {
      // What it holds is bounded where it is stored: see BlobStore.receive.
      request.arriving(new ArrivingContent(raw, limits.pace()));
      run(raw, request, protocol, handler);
      return;
    }
    if (!hasBody(raw)) {
      // Its end has yet to come, and nothing before it.
      raw.exceptionHandler(gone -> {});
      raw.endHandler(end -> run(raw, request, protocol, handler));
      return;
    }
    Caller caller = request.callerIfKnown();
    boolean isOpen = route == null || route.operation().isOpen();
    new Arrival(
            raw,
            request,
            protocol,
            handler,
            isOpen ? Math.min(MAX_OPEN_BODY, limits.maxBody()) : limits.maxBody(),
            caller == null
                ? bodyMemory.ofStranger(request.address(), claim)
                : bodyMemory.of(caller))
        .begin();
  }

  /** A body that is collected before it is handled. */
  private final class Arrival {
    private final HttpServerRequest raw;
    private final Request request;
    private final WireProtocol protocol;
    private final Handler handler;
    private final int limit;
    private final BodyMemory.Body memory;
    private final Buffer body = Buffer.buffer();
    private final Context loop = vertx.getOrCreateContext();
    private final long since = System.nanoTime();

    Arrival(
        HttpServerRequest raw,
        Request request,
        WireProtocol protocol,
        Handler handler,
        int limit,
        BodyMemory.Body memory) {
      this.raw = raw;
      this.request = request;
      this.protocol = protocol;
      this.handler = handler;
      this.limit = limit;
      this.memory = memory;
    }

    void begin() {
      String announced = raw.getHeader("Content-Length");
      if (announced != null && Long.parseLong(announced) > limit) {
        giveUp(tooLarge());
        return;
      }
      arriving.add(this);
      // Also if the client goes away before.
      raw.response()
          .endHandler(
              over -> {
                arriving.remove(this);
                memory.giveBack();
              });
      if ("100-continue".equalsIgnoreCase(raw.getHeader("Expect"))) {
        raw.response().writeContinue();
      }
      raw.handler(this::take);
      raw.endHandler(end -> end());
      raw.exceptionHandler(this::broken);
    }

    private void take(Buffer part) {
      int size = body.length() + part.length();
      if (size > limit) {
        giveUp(tooLarge());
      } else if (!memory.growTo(size)) {
        giveUp(new Refusal.Busy());
      } else {
        body.appendBuffer(part);
      }
    }

    private Refusal tooLarge() {
      return new Refusal.TooLarge("Request body is over " + limit + " bytes.");
    }

    private void end() {
      arriving.remove(this);
      request.arrived(body);
      run(raw, request, protocol, handler);
    }

    /** The client went away, or its chunks make no sense: then it is told, and that is the end. */
    private void broken(Throwable cause) {
      arriving.remove(this);
      boolean isGone = cause instanceof HttpClosedException || cause instanceof IOException;
      if (!isGone && !raw.response().headWritten()) {
        takeNoMore(raw.connection());
        raw.response().putHeader("Connection", "close");
        refuse(
            raw, request, protocol, new Refusal.Invalid("The chunks of the body are malformed."));
        RequestDecoder.flush(raw.connection());
      }
    }

    /** Called by any thread. */
    void requirePace() {
      if (isTooSlow()) {
        loop.runOnContext(
            now -> {
              if (arriving.contains(this) && isTooSlow()) {
                giveUp(new Refusal.TooSlow());
              }
            });
      }
    }

    private boolean isTooSlow() {
      return System.nanoTime() - since > limits.pace().patience(body.length());
    }

    private void giveUp(Refusal refusal) {
      arriving.remove(this);
      orBreakOff(raw, () -> refuse(raw, request, protocol, refusal));
    }
  }

  /**
   * Works on a virtual thread, which may wait, and answers on the connection's own: the two never
   * wait for each other.
   */
  private void run(HttpServerRequest raw, Request request, WireProtocol protocol, Handler handler) {
    Context loop = vertx.getOrCreateContext();
    Thread.startVirtualThread(
        () -> {
          Reply reply = handle(request, protocol, handler);
          loop.runOnContext(done -> orBreakOff(raw, () -> send(raw, request, protocol, reply)));
        });
  }

  private Reply handle(Request request, WireProtocol protocol, Handler handler) {
    try {
      return handler.handle(request);
    } catch (Refused refused) {
      return refusal(request, protocol, refused.refusal());
    } catch (ClientGoneException e) {
      LOG.log(Level.DEBUG, "{0}: {1}", request.id(), e.getMessage());
      return Reply.empty(400);
    } catch (Throwable e) {
      LOG.log(Level.ERROR, request.id() + " " + request.method() + " " + request.path(), e);
      return failure(request, protocol);
    }
  }

  private static Reply failure(Request request, WireProtocol protocol) {
    try {
      return protocol.failed(request);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, request.id() + " cannot even be told that we failed", e);
      return Reply.empty(500);
    }
  }

  /** The last resort: a client sees a connection that ends, never one that hangs. */
  private static void orBreakOff(HttpServerRequest raw, Runnable work) {
    try {
      work.run();
    } catch (Throwable e) {
      LOG.log(Level.ERROR, raw.method() + " " + raw.uri() + " got no answer", e);
      raw.connection().close();
    }
  }

  private Reply refusal(Request request, WireProtocol protocol, Refusal refusal) {
    try {
      Reply reply =
          refusal instanceof Refusal.BadSignature
              ? badSignature.apply(request)
              : protocol.refused(request, refusal);
      return refusal instanceof Refusal.Busy ? reply.with("Retry-After", RETRY_SECONDS) : reply;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, request.id() + " cannot be told " + refusal, e);
      return failure(request, protocol);
    }
  }

  private void refuse(
      HttpServerRequest raw, Request request, WireProtocol protocol, Refusal refusal) {
    send(raw, request, protocol, refusal(request, protocol, refusal));
  }

  private void send(HttpServerRequest raw, Request request, WireProtocol protocol, Reply plain) {
    Reply reply = protocol.finish(request, plain);
    HttpServerResponse response = raw.response();
    response.setStatusCode(reply.status()).putHeader("Date", date);
    reply.headers().forEach(response::putHeader);
    boolean isCut = hasBody(raw) && !raw.isEnded();
    if (isCut) {
      takeNoMore(raw.connection());
      response.putHeader("Connection", "close");
    }
    Future<Void> sent = write(raw, request, reply);
    if (isCut) {
      discardRest(raw, sent);
    }
  }

  private Future<Void> write(HttpServerRequest raw, Request request, Reply reply) {
    HttpServerResponse response = raw.response();
    return switch (reply.body()) {
      case Reply.Body.Empty() -> {
        if (reply.status() != 304 && !response.headers().contains("Content-Length")) {
          response.putHeader("Content-Length", "0");
        }
        yield response.end();
      }
      case Reply.Body.Bytes(Buffer bytes) -> {
        if ("HEAD".equals(request.method())) {
          yield response.putHeader("Content-Length", Integer.toString(bytes.length())).end();
        }
        yield response.end(bytes);
      }
      case Reply.Body.Parts(var parts) -> {
        if ("HEAD".equals(request.method())) {
          yield response.end();
        }
        response.setChunked(true);
        Context loop = vertx.getOrCreateContext();
        Promise<Void> sent = Promise.promise();
        Thread.startVirtualThread(
            () -> {
              sendParts(raw, request, parts, loop);
              sent.complete();
            });
        yield sent.future();
      }
      case Reply.Body.FilePart(var file, long offset, long length) when length == 0 ->
          response.putHeader("Content-Length", "0").end();
      case Reply.Body.FilePart(var file, long offset, long length) -> {
        response.putHeader("Content-Length", Long.toString(length));
        // Deleted at this moment, or the disk failed: a body cut short says so.
        yield response
            .sendFile(file.toString(), offset, length)
            .onFailure(cause -> raw.connection().close());
      }
    };
  }

  /**
   * Makes a part only when the one before is on its way, so a client that does not read costs a
   * part and a waiting thread. A client of HTTP/1.0, which knows no chunks, reads to the end of the
   * connection.
   */
  private static void sendParts(
      HttpServerRequest raw, Request request, Iterator<Buffer> parts, Context loop) {
    HttpServerResponse response = raw.response();
    try {
      while (parts.hasNext()) {
        Buffer part = parts.next();
        await(loop, () -> response.write(part));
      }
      await(loop, response::end);
      if (raw.version() == HttpVersion.HTTP_1_0) {
        raw.connection().close();
      }
    } catch (Throwable e) {
      // Without its last chunk: the client sees that something is missing.
      raw.connection().close();
      boolean isUsual = e instanceof Refused || e instanceof ClientGoneException;
      LOG.log(isUsual ? Level.DEBUG : Level.ERROR, request.id() + " was cut short", e);
    }
  }

  private static void await(Context loop, Supplier<Future<Void>> write) throws ClientGoneException {
    Promise<Void> written = Promise.promise();
    loop.runOnContext(
        now -> {
          try {
            write.get().onComplete(written);
          } catch (RuntimeException e) {
            written.fail(e);
          }
        });
    try {
      written.future().await();
    } catch (Throwable e) {
      throw new ClientGoneException(e);
    }
  }

  /**
   * A refusal may come before the body has: say so at once, let a client that reads answers only
   * after it has sent everything finish sending, and close.
   */
  private void discardRest(HttpServerRequest raw, Future<Void> sent) {
    raw.handler(null);
    raw.exceptionHandler(gone -> {});
    raw.endHandler(end -> sent.onComplete(answered -> raw.connection().close()));
    raw.resume();
    vertx.setTimer(LINGER_MILLIS, late -> raw.connection().close());
  }

  private static boolean hasBody(HttpServerRequest raw) {
    String length = raw.getHeader("Content-Length");
    return raw.getHeader("Transfer-Encoding") != null || !(length == null || length.equals("0"));
  }

  private WireProtocol protocol(String path) {
    for (WireProtocol protocol : protocols) {
      if (protocol.owns(path)) {
        return protocol;
      }
    }
    return protocols.getLast();
  }

  private static @Nullable String givenRequestId(HttpServerRequest raw) {
    @Nullable String given = raw.getHeader("X-Openstack-Request-Id");
    if (given == null || given.isBlank()) {
      return null;
    }
    return given.startsWith("req-") ? given : "req-" + given;
  }

  private static String newRequestId() {
    return "req-" + UUID.randomUUID();
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
