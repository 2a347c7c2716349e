package dev.vitrine.server.http;

import dev.vitrine.image.Blob;
import dev.vitrine.tracing.Span;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger.Level;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** Sends answers, and ends their exchanges. Used on event loops. */
final class Sender {
  private static final System.Logger LOG = System.getLogger(Sender.class.getName());

  /** Milliseconds in which a client must send the rest of a refused body. */
  private static final long LINGER = 30_000;

  /**
   * Milliseconds for which the rest of a refused body is discarded before its HTTP/2 stream is
   * reset, so that the client has read the answer by then. Netty answers each frame of a reset
   * stream with another reset, and closes the connection after 200 of these.
   */
  private static final long BEFORE_RESET = 1000;

  /** Error code of a reset HTTP/2 stream (RFC 9113 §7). */
  private static final long NO_ERROR = 0;

  private final Vertx vertx;
  private final ClosingConnections closing;
  private final Deliveries deliveries;
  private final BiFunction<Exchange, Throwable, Reply> unopened;
  private volatile String date = now();

  /** Seconds that connections have to end; negative: they stay open. */
  private volatile long ending = -1;

  /**
   * @param unopened the answer if the file that is to be sent cannot be opened
   */
  Sender(
      Vertx vertx,
      ClosingConnections closing,
      WebServer.Limits limits,
      BiFunction<Exchange, Throwable, Reply> unopened) {
    this.vertx = vertx;
    this.closing = closing;
    this.deliveries = new Deliveries(vertx, limits);
    this.unopened = unopened;
  }

  private static String now() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  /** Updates the {@code Date} header, and breaks off what is read too slowly. */
  void everySecond() {
    date = now();
    deliveries.requirePace();
  }

  /**
   * From now on each answer is the last on its connection and says so ({@code Connection: close};
   * GOAWAY in HTTP/2). So no client sends a request on a connection that is about to close.
   *
   * @param seconds in which answers and streams in progress must end
   */
  void endConnections(long seconds) {
    ending = seconds;
  }

  /** Sends the answer; the exchange ends when it is sent or sending fails. */
  void send(Exchange exchange, Reply plain) {
    HttpServerRequest raw = exchange.raw();
    HttpServerResponse response = raw.response();
    if (response.closed()) {
      exchange.end(false);
      return;
    }
    Reply reply = exchange.protocol().finish(exchange.request(), plain);
    exchange.answered(reply);
    response.setStatusCode(reply.status()).putHeader("Date", date);
    reply.headers().forEach(response::putHeader);
    boolean isCut = exchange.hasBody() && !raw.isEnded();
    if (isCut && !exchange.isMultiplexed()) {
      closing.add(raw.connection());
      response.putHeader("Connection", "close");
    }
    if (ending >= 0) {
      endConnection(exchange);
    }
    Future<Void> sent = write(exchange, reply);
    sent.onComplete((done, failure) -> exchange.end(failure == null));
    if (!sent.isComplete()) {
      deliveries.add(exchange, sent);
    }
    if (isCut) {
      raw.handler(null);
      raw.exceptionHandler(gone -> {});
      if (exchange.isMultiplexed()) {
        stopRest(raw, sent);
      } else {
        discardRest(raw, sent);
      }
    }
  }

  private void endConnection(Exchange exchange) {
    if (!exchange.isMultiplexed()) {
      exchange.raw().response().putHeader("Connection", "close");
    }
    var _ = exchange.raw().connection().shutdown(ending, TimeUnit.SECONDS);
  }

  private Future<Void> write(Exchange exchange, Reply reply) {
    HttpServerResponse response = exchange.raw().response();
    boolean isHead = "HEAD".equals(exchange.request().method());
    return switch (reply.body()) {
      case Reply.Body.Empty() -> {
        if (reply.status() != 304 && !response.headers().contains("Content-Length")) {
          response.putHeader("Content-Length", "0");
        }
        yield response.end();
      }
      case Reply.Body.Bytes(Buffer bytes) ->
          isHead
              ? response.putHeader("Content-Length", Integer.toString(bytes.length())).end()
              : response.end(bytes);
      case Reply.Body.Parts _ when isHead -> response.end();
      case Reply.Body.Parts(var parts) -> {
        response.setChunked(true);
        yield sender(exchange).send(() -> Pieces.of(parts));
      }
      case Reply.Body.BlobPart(Blob blob, long offset, long length) -> {
        response.putHeader("Content-Length", Long.toString(length));
        yield length == 0 || isHead ? response.end() : traced(exchange, blob, offset, length);
      }
    };
  }

  private Future<Void> traced(Exchange exchange, Blob blob, long offset, long length) {
    Span span = exchange.span().begin("send blob").set("file.size", blob.length());
    return write(exchange, blob, offset, length)
        .onComplete(
            (sent, failure) -> {
              if (failure != null) {
                span.failed(failure.getClass().getName());
              }
              span.close();
            });
  }

  private Future<Void> write(Exchange exchange, Blob blob, long offset, long length) {
    return switch (blob) {
      case Blob.InFile file when exchange.raw().isSSL() ->
          sender(exchange).send(() -> Pieces.of(file.source(), offset, length));
      case Blob.InFile(var file, long _) -> {
        HttpServerRequest raw = exchange.raw();
        FileProgress progress = FileProgress.on(raw.connection());
        exchange.sendsFile(progress);
        yield raw.response()
            .sendFile(file.toString(), offset, length)
            .onComplete(ended -> progress.stop())
            .recover(failure -> unsent(exchange, failure));
      }
      case Blob.Streamed(long _, Blob.Source source) ->
          sender(exchange).send(() -> Pieces.of(source, offset, length));
    };
  }

  /** Answers that the file cannot be opened, or breaks off the body that has begun. */
  private Future<Void> unsent(Exchange exchange, Throwable failure) {
    HttpServerResponse response = exchange.raw().response();
    if (response.headWritten() || response.closed()) {
      LOG.log(Level.DEBUG, "{0} was cut short: {1}", exchange.request().id(), failure.getMessage());
      exchange.abort();
      return Future.failedFuture(failure);
    }
    response.headers().clear();
    Reply reply = exchange.protocol().finish(exchange.request(), unopened.apply(exchange, failure));
    exchange.answered(reply);
    response.setStatusCode(reply.status()).putHeader("Date", date);
    reply.headers().forEach(response::putHeader);
    return write(exchange, reply);
  }

  private PieceSender sender(Exchange exchange) {
    return new PieceSender(exchange, vertx.getOrCreateContext());
  }

  /** Tells an HTTP/2 client, after the answer, not to send the rest of the body (RFC 9113 §8.1). */
  private void stopRest(HttpServerRequest raw, Future<Void> sent) {
    raw.endHandler(null);
    raw.resume();
    sent.onComplete(
        answered -> {
          if (!raw.isEnded()) {
            var _ = atEnd(raw, () -> {}, BEFORE_RESET, () -> raw.response().reset(NO_ERROR));
          }
        });
  }

  /**
   * A refusal may be sent before the body has arrived. Discards the rest, because some clients read
   * the answer only after they have sent everything, then closes the connection.
   */
  private void discardRest(HttpServerRequest raw, Future<Void> sent) {
    Runnable close = raw.connection()::close;
    long timer = atEnd(raw, () -> sent.onComplete(answered -> close.run()), LINGER, close);
    // A request whose answer is complete does not learn that its client goes away.
    closing.whenClosed(raw.connection(), () -> vertx.cancelTimer(timer));
    raw.resume();
  }

  /**
   * Acts when the body ends, or else after so many milliseconds. The timer goes with the request,
   * which it keeps in memory.
   *
   * @return the timer
   */
  private long atEnd(HttpServerRequest raw, Runnable ended, long millis, Runnable late) {
    long timer = vertx.setTimer(millis, now -> late.run());
    raw.endHandler(
        end -> {
          vertx.cancelTimer(timer);
          ended.run();
        });
    raw.exceptionHandler(gone -> vertx.cancelTimer(timer));
    return timer;
  }
}
