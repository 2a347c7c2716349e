package dev.vitrine.server.http;

import dev.vitrine.image.Content;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way: at most {@link #WINDOW} parts are held, whatever the size of the whole; the
 * client waits when the reader does.
 */
final class ArrivingContent implements Content {
  private static final int WINDOW = 16;

  /** To ask for more wakes the event loop: not for each part. */
  private static final int BATCH = WINDOW / 2;

  private sealed interface Event {
    record Part(Buffer bytes) implements Event {}

    record End() implements Event {}

    record Gone(Throwable cause) implements Event {}
  }

  private final HttpServerRequest raw;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** Parts taken, and no others asked for yet. */
  private int taken;

  private boolean started;

  /** Called on the event loop, before any part of the body is lost. */
  ArrivingContent(HttpServerRequest raw) {
    this.raw = raw;
    raw.pause();
    raw.handler(part -> events.add(new Event.Part(part)));
    raw.endHandler(end -> events.add(new Event.End()));
    raw.exceptionHandler(cause -> events.add(new Event.Gone(cause)));
  }

  @Override
  public @Nullable ByteBuffer next() throws IOException {
    if (!started) {
      started = true;
      if ("100-continue".equalsIgnoreCase(raw.getHeader("Expect"))) {
        raw.response().writeContinue();
      }
      raw.fetch(WINDOW);
    }
    if (taken == BATCH) {
      raw.fetch(taken);
      taken = 0;
    }
    return switch (take()) {
      case Event.Part(Buffer bytes) -> {
        taken++;
        yield ((BufferInternal) bytes).getByteBuf().nioBuffer();
      }
      case Event.End() -> null;
      case Event.Gone(Throwable cause) -> throw new ClientGoneException(cause);
    };
  }

  private Event take() throws InterruptedIOException {
    try {
      return events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }
}
