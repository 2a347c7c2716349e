package dev.vitrine.server.http;

import dev.vitrine.refusal.Refused;
import dev.vitrine.refusal.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.util.function.Supplier;

/**
 * Sends a body in pieces. It makes a piece only when the one before is sent, so a client that does
 * not read costs one piece and a waiting virtual thread.
 */
final class PieceSender {
  private static final System.Logger LOG = System.getLogger(PieceSender.class.getName());

  /** Opens the pieces, on the thread that sends them. */
  @FunctionalInterface
  interface Body {
    Pieces open() throws IOException;
  }

  private final Exchange exchange;
  private final Context loop;

  /**
   * @param loop the event loop of the connection
   */
  PieceSender(Exchange exchange, Context loop) {
    this.exchange = exchange;
    this.loop = loop;
  }

  /** Completes on the event loop; after a failure, which is logged, the exchange is aborted. */
  Future<Void> send(Body body) {
    Promise<Void> sent = Promise.promise();
    Thread.startVirtualThread(
        () -> {
          try (Pieces pieces = body.open()) {
            sendAll(pieces);
            loop.runOnContext(now -> sent.complete());
          } catch (Throwable e) {
            cut(e);
            loop.runOnContext(now -> sent.tryFail(e));
          }
        });
    return sent.future();
  }

  private void sendAll(Pieces pieces) throws IOException {
    HttpServerRequest raw = exchange.raw();
    HttpServerResponse response = raw.response();
    for (Buffer piece = pieces.next(); piece != null; piece = pieces.next()) {
      Buffer next = piece;
      await(() -> response.write(next));
    }
    await(response::end);
    if (raw.version() == HttpVersion.HTTP_1_0 && !response.headers().contains("Content-Length")) {
      // HTTP/1.0 has no chunks: the client reads to the end of the connection.
      raw.connection().close();
    }
  }

  private void cut(Throwable cause) {
    exchange.abort();
    if (cause instanceof Refused refused) {
      exchange.refused(refused.refusal());
    }
    boolean isUsual =
        cause instanceof Refused
            || cause instanceof ClientGoneException
            || cause instanceof NoSuchFileException
            || (cause instanceof StoreException store && store.isUnavailable());
    String id = exchange.request().id();
    if (isUsual) {
      LOG.log(Level.DEBUG, "{0} was cut short: {1}", id, cause.getMessage());
    } else if (!Descriptors.areUsedUp(cause)) {
      LOG.log(Level.ERROR, id + " was cut short", cause);
    }
  }

  private void await(Supplier<Future<Void>> write) throws ClientGoneException {
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
}
