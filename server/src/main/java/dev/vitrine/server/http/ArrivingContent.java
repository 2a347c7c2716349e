package dev.vitrine.server.http;

import dev.vitrine.image.Content;
import dev.vitrine.refusal.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A body that the handler reads as it arrives. Holds at most {@link #WINDOW} parts, for a body of
 * any size: while the reader is busy, the client waits. A client that sends too slowly is refused.
 * Reads nothing before the first {@link #next}, so an unauthorized body uses no memory, and one
 * part at a time until the {@link Content#BEGINNING} has been read.
 */
final class ArrivingContent implements Content {
  private static final int WINDOW = 16;

  /** Parts requested at a time: each request wakes the event loop. */
  private static final int BATCH = WINDOW / 2;

  private sealed interface Event {
    record Part(Buffer bytes) implements Event {}

    record End() implements Event {}

    record Gone(Throwable cause) implements Event {}
  }

  private final HttpServerRequest raw;
  private final Pace pace;
  private final @Nullable Context loop;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** Parts taken since the last request for more. */
  private int taken;

  private boolean started;

  /** Whether the whole window has been requested. */
  private boolean isOpen;

  private long arrived;

  /** Nanoseconds spent waiting for the client, without the reader's own time. */
  private long waited;

  /** Must be called on the event loop, before any part of the body arrives. */
  ArrivingContent(HttpServerRequest raw, Pace pace) {
    this.raw = raw;
    this.pace = pace;
    this.loop = raw.version() == HttpVersion.HTTP_2 ? Vertx.currentContext() : null;
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
    }
    if (!isOpen) {
      isOpen = arrived >= BEGINNING;
      fetch(isOpen ? WINDOW : 1);
      taken = 0;
    } else if (taken == BATCH) {
      fetch(taken);
      taken = 0;
    }
    return switch (take()) {
      case Event.Part(Buffer bytes) -> {
        taken++;
        arrived += bytes.length();
        yield ((BufferInternal) bytes).getByteBuf().nioBuffer();
      }
      case Event.End() -> null;
      case Event.Gone(Throwable cause) -> throw new ClientGoneException(cause);
    };
  }

  @Override
  public OptionalLong announced() {
    String header = raw.getHeader("Content-Length");
    Long length = header == null ? null : WholeNumber.of(header);
    return length == null ? OptionalLong.empty() : OptionalLong.of(length);
  }

  /** HTTP/2 has no more to fetch when the end has arrived, which only the event loop knows. */
  private void fetch(int parts) {
    if (loop == null) {
      raw.fetch(parts);
    } else {
      loop.runOnContext(
          now -> {
            if (!raw.isEnded()) {
              raw.fetch(parts);
            }
          });
    }
  }

  private Event take() throws InterruptedIOException {
    try {
      Event event = events.poll();
      return event == null ? await() : event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private Event await() throws InterruptedException {
    long since = System.nanoTime();
    Event event = events.poll(pace.patience(arrived) - waited, TimeUnit.NANOSECONDS);
    waited += System.nanoTime() - since;
    if (event == null) {
      throw new Refusal.TooSlow().asException();
    }
    return event;
  }
}
