package dev.vitrine.server.http;

import dev.vitrine.image.Blob;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Sends answers, and ends their exchanges. Used on event loops. */
final class Sender {
  /** Milliseconds in which a client must send the rest of a refused body. */
  private static final long LINGER = 30_000;

  private final Vertx vertx;
  private final ClosingConnections closing;
  private volatile String date = now();

  Sender(Vertx vertx, ClosingConnections closing) {
    this.vertx = vertx;
    this.closing = closing;
  }

  private static String now() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  /** Updates the {@code Date} header. Called every second. */
  void updateDate() {
    date = now();
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
    boolean isCut = hasBody(raw) && !raw.isEnded();
    if (isCut) {
      closing.add(raw.connection());
      response.putHeader("Connection", "close");
    }
    Future<Void> sent = write(exchange, reply);
    sent.onComplete((done, failure) -> exchange.end(failure == null));
    if (isCut) {
      discardRest(raw, sent);
    }
  }

  /** Whether the request has a body, received or not. */
  static boolean hasBody(HttpServerRequest raw) {
    String length = raw.getHeader("Content-Length");
    return raw.getHeader("Transfer-Encoding") != null || !(length == null || length.equals("0"));
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
        yield length == 0 || isHead ? response.end() : write(exchange, blob, offset, length);
      }
    };
  }

  private Future<Void> write(Exchange exchange, Blob blob, long offset, long length) {
    return switch (blob) {
      case Blob.InFile(var file, long _) -> {
        HttpServerRequest raw = exchange.raw();
        FileProgress progress = FileProgress.on(raw.connection());
        exchange.sendsFile(progress);
        yield raw.response()
            .sendFile(file.toString(), offset, length)
            .onComplete(
                (done, failure) -> {
                  progress.stop();
                  if (failure != null) {
                    // The file was just deleted, or the disk failed: the client sees a truncated
                    // body.
                    raw.connection().close();
                  }
                });
      }
      case Blob.Streamed(long _, Blob.Source source) ->
          sender(exchange).send(() -> Pieces.of(source, offset, length));
    };
  }

  private PieceSender sender(Exchange exchange) {
    return new PieceSender(exchange, vertx.getOrCreateContext());
  }

  /**
   * A refusal may be sent before the body has arrived. Discards the rest, because some clients read
   * the answer only after they have sent everything, then closes the connection.
   */
  private void discardRest(HttpServerRequest raw, Future<Void> sent) {
    raw.handler(null);
    raw.exceptionHandler(gone -> {});
    raw.endHandler(end -> sent.onComplete(answered -> raw.connection().close()));
    raw.resume();
    vertx.setTimer(LINGER, late -> raw.connection().close());
  }
}
