package dev.vitrine.server.http;

import dev.vitrine.identity.Caller;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import io.vertx.core.http.HttpServerRequest;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer, from the complete head of the request to the last byte of the answer.
 * One thread uses it at a time: the event loop of its connection, or the virtual thread that
 * handles it.
 */
public final class Exchange {
  private static final System.Logger LOG = System.getLogger(Exchange.class.getName());

  private final HttpServerRequest raw;
  private final Request request;
  private final WireProtocol protocol;
  private final Observer observer;
  private final long since = System.nanoTime();
  private @Nullable Refusal refusal;
  private @Nullable Reply reply;
  private @Nullable FileProgress file;
  private boolean isEnded;
  private boolean isComplete;
  private long nanos;

  Exchange(HttpServerRequest raw, Request request, WireProtocol protocol, Observer observer) {
    this.raw = raw;
    this.request = request;
    this.protocol = protocol;
    this.observer = observer;
  }

  /** The request, with its own id and the client's. */
  public Request request() {
    return request;
  }

  /** The protocol that the path belongs to. */
  public WireProtocol protocol() {
    return protocol;
  }

  /** Null if no route was found. */
  public @Nullable Operation operation() {
    return request.operation();
  }

  /** Null if nobody was authenticated, or nobody had to be. */
  public @Nullable Caller caller() {
    return request.callerIfKnown();
  }

  /** Why the request was not carried out, or why its answer was cut; null if nothing refused it. */
  public @Nullable Refusal refusal() {
    return refusal;
  }

  /** The answer, sent or begun; null if the client had gone before it, or we could make none. */
  public @Nullable Reply reply() {
    return reply;
  }

  /** The status of the {@linkplain #reply answer}; 0 if there was none. */
  public int status() {
    return reply == null ? 0 : reply.status();
  }

  /** Whether all of the answer went out. */
  public boolean isComplete() {
    return isComplete;
  }

  /**
   * Bytes of the answer's body that went out, without the framing of chunks. If the answer broke
   * off, the last of them may not have reached the client.
   */
  public long bytesSent() {
    return file == null || isComplete ? raw.response().bytesWritten() : file.bytes();
  }

  /** Nanoseconds from the complete head of the request to the end of the exchange; 0 before. */
  public long nanos() {
    return nanos;
  }

  HttpServerRequest raw() {
    return raw;
  }

  void refused(Refusal refusal) {
    this.refusal = refusal;
  }

  void answered(Reply reply) {
    this.reply = reply;
  }

  void sendsFile(FileProgress file) {
    this.file = file;
  }

  /** The client closed the connection, or reset it. */
  void clientGone() {
    if (reply == null) {
      end(false);
    }
  }

  /** No more bytes of the answer will go out. Called on the event loop; only the first counts. */
  void end(boolean isComplete) {
    if (isEnded) {
      return;
    }
    isEnded = true;
    this.isComplete = isComplete;
    nanos = System.nanoTime() - since;
    try {
      observer.ended(this);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, request.id() + " could not be observed", e);
    }
  }

  /** The last resort: a client sees a connection that ends, never one that hangs. */
  void orBreakOff(Runnable work) {
    try {
      work.run();
    } catch (Throwable e) {
      LOG.log(Level.ERROR, raw.method() + " " + raw.uri() + " got no answer", e);
      raw.connection().close();
      end(false);
    }
  }
}
