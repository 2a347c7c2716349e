package dev.vitrine.server.http;

import dev.vitrine.identity.Caller;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.WebServer.Limits;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Collects whole bodies in memory, within the {@link Limits}. Methods run on event loops unless
 * stated otherwise.
 */
final class BodyCollector {
  /** Limit for bodies of open operations, in bytes: strangers cannot use much memory. */
  private static final int MAX_OPEN_BODY = 64 * 1024;

  private static final AttributeKey<BodyMemory.Allowance> ALLOWANCE =
      AttributeKey.valueOf(BodyCollector.class, "allowance");

  private final Vertx vertx;
  private final Limits limits;
  private final ClosingConnections closing;
  private final BiConsumer<Exchange, Refusal> refuse;
  private final BodyMemory memory;
  private final Set<Arrival> arriving = ConcurrentHashMap.newKeySet();

  /**
   * @param refuse answers the exchange when collection is aborted
   */
  BodyCollector(
      Vertx vertx,
      Limits limits,
      ClosingConnections closing,
      BiConsumer<Exchange, Refusal> refuse) {
    this.vertx = vertx;
    this.limits = limits;
    this.closing = closing;
    this.refuse = refuse;
    this.memory = new BodyMemory(limits.memory());
  }

  /**
   * Collects the body of an exchange.
   *
   * @param isOpen whether the operation needs no authentication
   * @param claim the name that an unproven caller claims; empty if none
   * @param whole runs when the body is complete; never if it is refused or the client disconnects
   */
  void collect(Exchange exchange, boolean isOpen, String claim, Runnable whole) {
    Request request = exchange.request();
    Caller caller = request.callerIfKnown();
    new Arrival(
            exchange,
            isOpen ? Math.min(MAX_OPEN_BODY, limits.maxBody()) : limits.maxBody(),
            caller == null
                ? memory.ofStranger(request.origin(), claim, allowance(exchange))
                : memory.of(caller, allowance(exchange)),
            whole)
        .begin();
  }

  /** The streams of an HTTP/2 connection share one; on HTTP/1, bodies come one after the other. */
  private static BodyMemory.Allowance allowance(Exchange exchange) {
    if (!exchange.isMultiplexed()) {
      return new BodyMemory.Allowance();
    }
    Attribute<BodyMemory.Allowance> shared =
        ((HttpServerConnection) exchange.raw().connection())
            .channelHandlerContext()
            .channel()
            .attr(ALLOWANCE);
    shared.setIfAbsent(new BodyMemory.Allowance());
    return shared.get();
  }

  /** Refuses bodies that arrive too slowly. Called every second, on any thread. */
  void requirePace() {
    arriving.forEach(Arrival::requirePace);
  }

  /** A body that is arriving. */
  private final class Arrival {
    private final Exchange exchange;
    private final HttpServerRequest raw;
    private final int limit;
    private final BodyMemory.Body held;
    private final Runnable whole;
    private final Buffer body = Buffer.buffer();
    private final Context loop = vertx.getOrCreateContext();
    private final long since = System.nanoTime();

    Arrival(Exchange exchange, int limit, BodyMemory.Body held, Runnable whole) {
      this.exchange = exchange;
      this.raw = exchange.raw();
      this.limit = limit;
      this.held = held;
      this.whole = whole;
    }

    void begin() {
      String announced = raw.getHeader("Content-Length");
      if (announced != null && Long.parseLong(announced) > limit) {
        giveUp(tooLarge());
        return;
      }
      arriving.add(this);
      // Runs also if the client disconnects first.
      raw.response()
          .endHandler(
              over -> {
                arriving.remove(this);
                held.giveBack();
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
      } else if (!held.growTo(size)) {
        giveUp(new Refusal.Busy());
      } else {
        body.appendBuffer(part);
      }
    }

    private Refusal tooLarge() {
      return new Refusal.TooLarge(Limit.BODY, "Request body is over " + limit + " bytes.");
    }

    private void end() {
      arriving.remove(this);
      exchange.request().arrived(body);
      whole.run();
    }

    /**
     * The client disconnected, or its chunks are malformed; the latter is answered, and the
     * connection closes.
     */
    private void broken(Throwable cause) {
      arriving.remove(this);
      if (cause instanceof HttpClosedException
          || cause instanceof IOException
          || exchange.isMultiplexed()) {
        exchange.clientGone();
      } else if (!raw.response().headWritten()) {
        closing.add(raw.connection());
        raw.response().putHeader("Connection", "close");
        refuse(new Refusal.Invalid("The chunks of the body are malformed."));
        RequestDecoder.flush(raw.connection());
      }
    }

    /** Called on any thread. */
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
      refuse(refusal);
    }

    private void refuse(Refusal refusal) {
      exchange.orBreakOff(() -> refuse.accept(exchange, refusal));
    }
  }
}
