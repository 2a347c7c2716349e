package dev.vitrine.server.http;

import dev.vitrine.identity.Author;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.UserId;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.refusal.StoreException;
import dev.vitrine.server.http.Routes.Match;
import dev.vitrine.server.http.Routes.Route;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Passes a request to its handler and the reply to the {@link Sender}: finds protocol and route,
 * authenticates, waits for the body, and runs the handler on a virtual thread. Event loops never
 * block.
 */
final class Dispatcher {
  private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());
  private static final int MAX_REQUEST_ID = 64;

  /** {@code Retry-After} of a refusal for lack of resources, or of the database. */
  private static final String RETRY_SECONDS = "1";

  private final Vertx vertx;
  private final List<WireProtocol> protocols;
  private final Routes routes;
  private final Authenticator authenticator;
  private final Function<Request, Reply> badSignature;
  private final WebServer.Limits limits;
  private final TrustedProxies proxies;
  private final Observer observer;
  private final @Nullable Gate gate;
  private final @Nullable RateLimit<String> addresses;
  private final @Nullable RateLimit<UserId> callers;
  private final ClosingConnections closing = new ClosingConnections();
  private final Sender sender;
  private final BodyCollector bodies;

  /** Takes the parameters of {@link WebServer}. */
  Dispatcher(
      Vertx vertx,
      List<WireProtocol> protocols,
      Routes routes,
      Authenticator authenticator,
      Function<Request, Reply> badSignature,
      WebServer.Limits limits,
      TrustedProxies proxies,
      Observer observer,
      @Nullable Gate gate) {
    this.vertx = vertx;
    this.protocols = List.copyOf(protocols);
    this.routes = routes;
    this.authenticator = authenticator;
    this.badSignature = badSignature;
    this.limits = limits;
    this.addresses =
        limits.ofAddress() == null
            ? null
            : new RateLimit<>(Limit.RATE_OF_ADDRESS, limits.ofAddress());
    this.callers =
        limits.ofCaller() == null ? null : new RateLimit<>(Limit.RATE_OF_CALLER, limits.ofCaller());
    this.proxies = proxies;
    this.observer = observer;
    this.gate = gate;
    this.sender = new Sender(vertx, closing, limits, this::unopened);
    this.bodies = new BodyCollector(vertx, limits, closing, this::refuse);
  }

  void everySecond() {
    sender.everySecond();
    bodies.requirePace();
  }

  /** See {@link Sender#endConnections}. */
  void endConnections(long seconds) {
    sender.endConnections(seconds);
  }

  /** Accepts a well-formed request. */
  void accept(HttpServerRequest raw) {
    if (closing.contains(raw.connection())) {
      return;
    }
    if (raw.version() == HttpVersion.HTTP_2 && hasControlCharacter(raw)) {
      Exchange exchange = exchange(raw, null);
      exchange.orBreakOff(() -> refuse(exchange, malformed(null)));
      return;
    }
    String given = givenRequestId(raw);
    boolean isIdTooLong = given != null && given.length() > MAX_REQUEST_ID;
    Exchange exchange = exchange(raw, isIdTooLong ? null : given);
    raw.response().exceptionHandler(gone -> {});
    exchange.orBreakOff(
        () -> {
          if (isIdTooLong) {
            refuse(exchange, new Refusal.HeaderTooLarge("x-openstack-request-id", MAX_REQUEST_ID));
          } else if (gate == null) {
            dispatch(exchange);
          } else {
            obey(gate.judge(exchange.request()), exchange);
          }
        });
  }

  private void obey(Gate.Verdict verdict, Exchange exchange) {
    switch (verdict) {
      case Gate.Verdict.Pass() -> dispatch(exchange);
      case Gate.Verdict.Delay(var by) -> {
        HttpServerRequest raw = exchange.raw().pause();
        vertx.setTimer(
            Math.max(1, by.toMillis()),
            late ->
                exchange.orBreakOff(
                    () -> {
                      raw.resume();
                      dispatch(exchange);
                    }));
      }
      case Gate.Verdict.Refuse(Refusal refusal) -> refuse(exchange, refusal);
      case Gate.Verdict.Drop() -> {
        exchange.raw().connection().close();
        exchange.end(false);
      }
      case Gate.Verdict.Answer(Handler handler) ->
          receive(exchange, handler, new Match.Nothing(), "");
      case Gate.Verdict.WrongMethod(List<String> allowed) ->
          sender.send(exchange, exchange.protocol().methodNotAllowed(exchange.request(), allowed));
    }
  }

  /**
   * Answers a malformed request, or one whose end is ambiguous. Nothing after it on the connection
   * is read as a request.
   */
  void acceptMalformed(HttpServerRequest raw) {
    if (closing.contains(raw.connection())) {
      return;
    }
    Exchange exchange = exchange(raw, null);
    exchange.orBreakOff(
        () -> {
          closing.add(raw.connection());
          raw.response().exceptionHandler(gone -> {}).putHeader("Connection", "close");
          Throwable cause = raw.decoderResult().cause();
          if (cause instanceof TooLongHttpLineException) {
            limits.listener().limited(Limit.HEAD);
            sender.send(exchange, Reply.empty(414));
          } else {
            refuse(exchange, malformed(cause));
          }
          vertx.runOnContext(answered -> raw.connection().close());
        });
  }

  /** Netty verifies this in HTTP/1 only (RFC 9113 §8.2.1). */
  private static boolean hasControlCharacter(HttpServerRequest raw) {
    for (Map.Entry<String, String> header : raw.headers()) {
      String value = header.getValue();
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c < ' ' && c != '\t') {
          return true;
        }
      }
    }
    return false;
  }

  private static Refusal malformed(@Nullable Throwable cause) {
    return switch (cause) {
      case RequestDecoder.BadFraming framing ->
          new Refusal.Invalid(Objects.requireNonNull(framing.getMessage()));
      case RequestDecoder.SlowHead _ -> new Refusal.TooSlow();
      case TooLongHttpHeaderException _ ->
          new Refusal.HeaderTooLarge("The header", WebServer.MAX_HEADER);
      case null, default -> new Refusal.Invalid("The request is not well-formed HTTP.");
    };
  }

  private Exchange exchange(HttpServerRequest raw, @Nullable String given) {
    Request request = new Request(raw, "req-" + UUID.randomUUID(), given, proxies);
    return new Exchange(raw, request, protocol(request.path()), observer);
  }

  private static @Nullable String givenRequestId(HttpServerRequest raw) {
    @Nullable String given = raw.getHeader("X-Openstack-Request-Id");
    if (given == null || given.isBlank()) {
      return null;
    }
    return given.startsWith("req-") ? given : "req-" + given;
  }

  private WireProtocol protocol(String path) {
    for (WireProtocol protocol : protocols) {
      if (protocol.owns(path)) {
        return protocol;
      }
    }
    return protocols.getLast();
  }

  private void dispatch(Exchange exchange) {
    Request request = exchange.request();
    Match match = routes.find(request.method(), request.path());
    Handler handler = handler(match, exchange);
    try {
      if (addresses != null) {
        addresses.count(request.origin());
      }
      if (needsCaller(match, exchange)) {
        switch (authenticator.authenticate(request)) {
          case Credentials.Proven(Caller caller) -> authenticated(request, caller);
          case Credentials.Claimed(String name, Credentials.Proof proof) -> {
            receive(exchange, proven(proof, handler), match, name);
            return;
          }
        }
      }
    } catch (Refused refused) {
      refuse(exchange, refused.refusal());
      return;
    }
    if (match instanceof Match.Found) {
      receive(exchange, handler, match, "");
    } else {
      sender.send(exchange, handle(exchange, handler));
    }
  }

  private static Handler handler(Match match, Exchange exchange) {
    WireProtocol protocol = exchange.protocol();
    return switch (match) {
      case Match.Nothing() -> protocol::unknownRoute;
      case Match.WrongMethod(List<String> allowed) ->
          request -> protocol.methodNotAllowed(request, allowed);
      case Match.Found(Route route, var parameters) -> {
        exchange.request().routed(route.operation(), parameters);
        yield route.handler();
      }
    };
  }

  private static boolean needsCaller(Match match, Exchange exchange) {
    return match instanceof Match.Found found
        ? !found.route().operation().isOpen()
        : exchange.protocol().authenticatesFirst(exchange.request());
  }

  private void authenticated(Request request, Caller caller) {
    request.authenticated(caller);
    if (callers != null) {
      callers.count(caller.user());
    }
  }

  private Handler proven(Credentials.Proof proof, Handler handler) {
    return request -> {
      try {
        authenticated(request, proof.of(request));
        return handler.handle(request);
      } finally {
        request.release();
      }
    };
  }

  /**
   * Runs the handler when the body is complete, or at once if the handler reads the body as it
   * arrives.
   */
  private void receive(Exchange exchange, Handler handler, Match match, String claim) {
    HttpServerRequest raw = exchange.raw();
    Route route = match instanceof Match.Found found ? found.route() : null;
    if (route != null && route.isStreaming()) {
      // BlobStore.receive bounds the memory of uploads.
      exchange.request().arriving(new ArrivingContent(raw, limits.pace()));
      run(exchange, handler);
    } else if (exchange.hasBody()) {
      boolean isOpen = route == null || route.operation().isOpen();
      bodies.collect(exchange, isOpen, claim, () -> run(exchange, handler));
    } else {
      // An empty body: only its end is still to come.
      raw.exceptionHandler(gone -> exchange.clientGone());
      raw.endHandler(end -> run(exchange, handler));
    }
  }

  /**
   * Runs the handler on a virtual thread, which may wait, and sends on the connection's event loop.
   * Neither waits for the other. A client that resets its streams at once gets no work done.
   */
  private void run(Exchange exchange, Handler handler) {
    Context loop = vertx.getOrCreateContext();
    Thread.startVirtualThread(
        () -> {
          if (exchange.raw().response().closed()) {
            loop.runOnContext(gone -> exchange.end(false));
            return;
          }
          Reply reply = exchange.span().call(() -> handle(exchange, handler));
          loop.runOnContext(done -> exchange.orBreakOff(() -> sender.send(exchange, reply)));
        });
  }

  private Reply handle(Exchange exchange, Handler handler) {
    Request request = exchange.request();
    try {
      return Author.during(request::author, () -> handler.handle(request));
    } catch (Refused refused) {
      return refusal(exchange, refused.refusal());
    } catch (ClientGoneException e) {
      LOG.log(Level.DEBUG, "{0}: {1}", request.id(), e.getMessage());
      return Reply.empty(400);
    } catch (Throwable e) {
      // Not the path, in which a client may have put a secret.
      String what = request.id() + " " + Objects.toString(request.operation(), "none");
      if (e instanceof StoreException store && store.isUnavailable()) {
        LOG.log(Level.DEBUG, "{0}: {1}", what, e.getMessage());
        return refusal(exchange, new Refusal.Unavailable());
      }
      if (Descriptors.areUsedUp(e)) {
        return refusal(exchange, new Refusal.Unavailable());
      }
      LOG.log(Level.ERROR, what, e);
      return failure(exchange);
    }
  }

  /** The file of an image cannot be opened: most likely the image was just deleted. */
  private Reply unopened(Exchange exchange, Throwable failure) {
    if (Descriptors.areUsedUp(failure)) {
      return refusal(exchange, new Refusal.Unavailable());
    }
    LOG.log(
        Level.WARNING,
        "{0} {1}: {2}. If the image was not deleted meanwhile, its bytes are lost",
        exchange.request().id(),
        exchange.request().path(),
        failure.getMessage());
    return refusal(exchange, new Refusal.NotFound("The bytes of the image are not there."));
  }

  private void refuse(Exchange exchange, Refusal refusal) {
    sender.send(exchange, refusal(exchange, refusal));
  }

  private Reply refusal(Exchange exchange, Refusal refusal) {
    exchange.refused(refusal);
    count(refusal);
    Request request = exchange.request();
    try {
      Reply reply =
          refusal instanceof Refusal.BadSignature
              ? badSignature.apply(request)
              : exchange.protocol().refused(request, refusal);
      if (refusal instanceof Refusal.Busy || refusal instanceof Refusal.Unavailable) {
        return reply.with("Retry-After", RETRY_SECONDS);
      }
      if (refusal instanceof Refusal.TooManyRequests(Limit _, Duration delay)) {
        return reply.with("Retry-After", Long.toString(Math.ceilDiv(delay.toMillis() + 1, 1000L)));
      }
      return reply;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, request.id() + ": cannot send the refusal " + refusal, e);
      return failure(exchange);
    }
  }

  private void count(Refusal refusal) {
    Limit limit = refusal.limit();
    if (limit != null) {
      limits.listener().limited(limit);
    }
  }

  private static Reply failure(Exchange exchange) {
    try {
      return exchange.protocol().failed(exchange.request());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, exchange.request().id() + ": cannot send the error reply", e);
      return Reply.empty(500);
    }
  }
}
