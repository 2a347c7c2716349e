package dev.vitrine.server.http;

import dev.vitrine.Refusal;
import dev.vitrine.Refused;
import dev.vitrine.identity.Caller;
import dev.vitrine.server.http.Routes.Match;
import dev.vitrine.server.http.Routes.Route;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.lang.System.Logger.Level;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request's way: found its door and route, authenticated, body awaited, handled on a thread of
 * its own, answered. The event loops never wait.
 */
public final class WebServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(WebServer.class.getName());
  private static final int MAX_REQUEST_ID = 64;
  private static final long LINGER_MILLIS = 30_000;
  private static final int IDLE_SECONDS = 300;

  /** Bytes that a body holds on its way, if its handler reads it as it arrives. */
  private static final long STREAMED = 1024 * 1024;

  private final Vertx vertx;
  private final List<Protocol> doors;
  private final Routes routes;
  private final Authenticator authenticator;
  private final int maxBody;
  private final BodyMemory bodyMemory;

  /**
   * Connections of which nobody can tell any more where a request begins, until they are closed.
   */
  private final Set<HttpConnection> unframed = ConcurrentHashMap.newKeySet();

  private volatile String date = now();
  private final List<HttpServer> listeners = new CopyOnWriteArrayList<>();

  /** Tells who sends a request; throws {@link Refused} if it does not say or cannot be right. */
  @FunctionalInterface
  public interface Authenticator {
    Credentials authenticate(Request request);
  }

  /**
   * @param maxBody bytes; bodies of streaming routes are not bounded by it
   * @param bodyMemory bytes of the heap for all bodies on their way; what is beyond is refused
   */
  public WebServer(
      Vertx vertx,
      List<Protocol> doors,
      Routes routes,
      Authenticator authenticator,
      int maxBody,
      long bodyMemory) {
    this.vertx = vertx;
    this.doors = List.copyOf(doors);
    this.routes = routes;
    this.authenticator = authenticator;
    this.maxBody = maxBody;
    this.bodyMemory = new BodyMemory(bodyMemory);
  }

  /**
   * Listens on {@code loops} event loops; returns the port, which the system chose if 0 was given.
   */
  public int listen(String host, int port, int loops) throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setMaxHeaderSize(32 * 1024)
            .setMaxInitialLineLength(16 * 1024)
            .setMaxChunkSize(64 * 1024)
            // Refusing a body half sent closes its connection, which must carry no other request.
            .setHttp2ClearTextEnabled(false)
            .setIdleTimeout(IDLE_SECONDS);
    vertx
        .deployVerticle(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    HttpServer server = vertx.createHttpServer(options);
                    listeners.add(server);
                    return server
                        .requestHandler(raw -> orBreakOff(raw, () -> accept(raw)))
                        .listen();
                  }
                },
            new DeploymentOptions().setInstances(loops))
        .toCompletionStage()
        .toCompletableFuture()
        .get();
    vertx.setPeriodic(1000, timer -> date = now());
    return listeners.getFirst().actualPort();
  }

  private static String now() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  private void accept(HttpServerRequest raw) {
    if (unframed.contains(raw.connection())) {
      return;
    }
    String id = requestId(raw);
    boolean isIdTooLong = id.length() > MAX_REQUEST_ID;
    Request request = new Request(raw, isIdTooLong ? newRequestId() : id);
    Protocol door = door(request.path());
    raw.response().exceptionHandler(gone -> {});
    if (isIdTooLong) {
      refuse(
          raw, request, door, new Refusal.HeaderTooLarge("x-openstack-request-id", MAX_REQUEST_ID));
      return;
    }
    if (!isFramed(raw)) {
      takeNoMore(raw.connection());
      refuse(raw, request, door, new Refusal.Invalid("Transfer-Encoding must be chunked."));
      vertx.runOnContext(answered -> raw.connection().close());
      return;
    }
    Match match = routes.find(request.method(), request.path());
    Handler handler = handler(match, door, request);
    boolean isStreaming = match instanceof Match.Found found && found.route().isStreaming();
    try {
      if (needsCaller(match, door, request)) {
        switch (authenticator.authenticate(request)) {
          case Credentials.Proven(Caller caller) -> request.authenticated(caller);
          case Credentials.Claimed(Credentials.Proof proof) -> {
            receive(raw, request, door, proven(proof, handler), isStreaming);
            return;
          }
        }
      }
    } catch (Refused refused) {
      refuse(raw, request, door, refused.refusal());
      return;
    }
    if (match instanceof Match.Found) {
      receive(raw, request, door, handler, isStreaming);
    } else {
      send(raw, request, door, handle(request, door, handler));
    }
  }

  /**
   * Whether it is known where the body ends. In any other coding than chunks it is not, and its
   * bytes would be taken for the next request.
   */
  private static boolean isFramed(HttpServerRequest raw) {
    List<String> codings = raw.headers().getAll("Transfer-Encoding");
    return codings.isEmpty()
        || (codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"));
  }

  private void takeNoMore(HttpConnection connection) {
    unframed.add(connection);
    connection.closeHandler(closed -> unframed.remove(connection));
  }

  private static Handler handler(Match match, Protocol door, Request request) {
    return switch (match) {
      case Match.Nothing() -> door::unknownRoute;
      case Match.WrongMethod(List<String> allowed) ->
          asked -> door.methodNotAllowed(asked, allowed);
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

  private static boolean needsCaller(Match match, Protocol door, Request request) {
    return match instanceof Match.Found found
        ? !found.route().operation().isOpen()
        : door.authenticatesFirst(request);
  }

  private void receive(
      HttpServerRequest raw, Request request, Protocol door, Handler handler, boolean isStreaming) {
    long size = isStreaming ? STREAMED : Math.min(declaredSize(raw), maxBody);
    if (!bodyMemory.take(size)) {
      refuse(raw, request, door, new Refusal.Busy());
      return;
    }
    // Also if the client goes away before.
    raw.response().endHandler(over -> bodyMemory.giveBack(size));
    if (isStreaming) {
      request.arriving(new ArrivingContent(raw));
      run(raw, request, door, handler);
      return;
    }
    if ("100-continue".equalsIgnoreCase(raw.getHeader("Expect"))) {
      raw.response().writeContinue();
    }
    Buffer body = Buffer.buffer();
    raw.handler(
        part -> {
          if (body.length() + part.length() <= maxBody) {
            body.appendBuffer(part);
          } else if (!raw.response().headWritten()) {
            refuse(
                raw,
                request,
                door,
                new Refusal.TooLarge("Request body is over " + maxBody + " bytes."));
          }
        });
    raw.endHandler(
        end -> {
          if (!raw.response().headWritten()) {
            request.arrived(body);
            run(raw, request, door, handler);
          }
        });
    raw.exceptionHandler(gone -> {});
  }

  /**
   * Works on a virtual thread, which may wait, and answers on the connection's own: the two never
   * wait for each other.
   */
  private void run(HttpServerRequest raw, Request request, Protocol door, Handler handler) {
    Context loop = vertx.getOrCreateContext();
    Thread.startVirtualThread(
        () -> {
          Reply reply = handle(request, door, handler);
          loop.runOnContext(done -> orBreakOff(raw, () -> send(raw, request, door, reply)));
        });
  }

  private Reply handle(Request request, Protocol door, Handler handler) {
    try {
      return handler.handle(request);
    } catch (Refused refused) {
      return refusal(request, door, refused.refusal());
    } catch (ClientGoneException e) {
      LOG.log(Level.DEBUG, "{0}: {1}", request.id(), e.getMessage());
      return Reply.empty(400);
    } catch (Throwable e) {
      LOG.log(Level.ERROR, request.id() + " " + request.method() + " " + request.path(), e);
      return failure(request, door);
    }
  }

  private static Reply failure(Request request, Protocol door) {
    try {
      return door.failed(request);
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

  private static Reply refusal(Request request, Protocol door, Refusal refusal) {
    try {
      return refusal instanceof Refusal.BadSignature
          ? Gateway.badSignature(request)
          : door.refused(request, refusal);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, request.id() + " cannot be told " + refusal, e);
      return failure(request, door);
    }
  }

  private void refuse(HttpServerRequest raw, Request request, Protocol door, Refusal refusal) {
    send(raw, request, door, refusal(request, door, refusal));
  }

  private void send(HttpServerRequest raw, Request request, Protocol door, Reply plain) {
    Reply reply = door.finish(request, plain);
    HttpServerResponse response = raw.response();
    response.setStatusCode(reply.status()).putHeader("Date", date);
    reply.headers().forEach(response::putHeader);
    if (hasBody(raw) && !raw.isEnded()) {
      discardRest(raw);
    }
    switch (reply.body()) {
      case Reply.Body.Empty() -> {
        if (reply.status() != 304 && !response.headers().contains("Content-Length")) {
          response.putHeader("Content-Length", "0");
        }
        response.end();
      }
      case Reply.Body.Bytes(Buffer bytes) -> {
        if ("HEAD".equals(request.method())) {
          response.putHeader("Content-Length", Integer.toString(bytes.length())).end();
        } else {
          response.end(bytes);
        }
      }
      case Reply.Body.Parts(var parts) -> {
        if ("HEAD".equals(request.method())) {
          response.end();
        } else {
          response.setChunked(true);
          Context loop = vertx.getOrCreateContext();
          Thread.startVirtualThread(() -> sendParts(raw, request, parts, loop));
        }
      }
      case Reply.Body.FilePart(var file, long offset, long length) when length == 0 ->
          response.putHeader("Content-Length", "0").end();
      case Reply.Body.FilePart(var file, long offset, long length) -> {
        response.putHeader("Content-Length", Long.toString(length));
        // Deleted at this moment, or the disk failed: a body cut short says so.
        response
            .sendFile(file.toString(), offset, length)
            .onFailure(cause -> raw.connection().close());
      }
    }
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
  private void discardRest(HttpServerRequest raw) {
    raw.response().putHeader("Connection", "close");
    raw.handler(null);
    raw.resume();
    vertx.setTimer(LINGER_MILLIS, timer -> raw.connection().close());
  }

  private static boolean hasBody(HttpServerRequest raw) {
    String length = raw.getHeader("Content-Length");
    return raw.getHeader("Transfer-Encoding") != null || !(length == null || length.equals("0"));
  }

  /** Bytes of the body to come; of one in chunks nobody knows. */
  private static long declaredSize(HttpServerRequest raw) {
    String length = raw.getHeader("Content-Length");
    return length != null ? Long.parseLong(length) : hasBody(raw) ? Long.MAX_VALUE : 0;
  }

  private Protocol door(String path) {
    for (Protocol door : doors) {
      if (door.owns(path)) {
        return door;
      }
    }
    return doors.getLast();
  }

  private static String requestId(HttpServerRequest raw) {
    @Nullable String given = raw.getHeader("X-Openstack-Request-Id");
    if (given == null || given.isBlank()) {
      return newRequestId();
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

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
