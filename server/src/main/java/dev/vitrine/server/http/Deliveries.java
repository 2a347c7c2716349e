package dev.vitrine.server.http;

import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers that clients are reading. One that is read slower than the {@link Pace} is broken off:
 * whoever does not read would hold its bytes, a connection and perhaps a thread.
 */
final class Deliveries {
  private final Vertx vertx;
  private final WebServer.Limits limits;
  private final Set<Delivery> all = ConcurrentHashMap.newKeySet();

  Deliveries(Vertx vertx, WebServer.Limits limits) {
    this.vertx = vertx;
    this.limits = limits;
  }

  /** Watches an answer until it is sent. Called on the event loop. */
  void add(Exchange exchange, Future<Void> sent) {
    Delivery delivery = new Delivery(exchange);
    all.add(delivery);
    sent.onComplete(done -> all.remove(delivery));
  }

  /** Breaks off what is read too slowly. Called every second, on any thread. */
  void requirePace() {
    all.forEach(Delivery::requirePace);
  }

  private final class Delivery {
    private final Exchange exchange;
    private final Context loop = vertx.getOrCreateContext();
    private final long since = System.nanoTime();

    Delivery(Exchange exchange) {
      this.exchange = exchange;
    }

    void requirePace() {
      if (hasTaken(limits.pace().patience(0))) {
        loop.runOnContext(
            now -> {
              if (hasTaken(limits.pace().patience(exchange.bytesSent())) && all.remove(this)) {
                limits.listener().limited(Limit.RATE_OF_TRANSFER);
                exchange.refused(new Refusal.TooSlow());
                exchange.drop();
                exchange.end(false);
              }
            });
      }
    }

    private boolean hasTaken(long nanos) {
      return System.nanoTime() - since > nanos;
    }
  }
}
