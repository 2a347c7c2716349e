package dev.vitrine.server.http;

import dev.vitrine.identity.Caller;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.tracing.Span;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer, from the complete head of the request to the last byte of the answer.
 * One thread uses it at a time: the event loop of its connection, or the virtual thread that
 * handles it.
 */
public final class Exchange {
  private static final System.Logger LOG = System.getLogger(Exchange.class.getName());

  /** Error code of a reset HTTP/2 stream (RFC 9113 §7). */
  private static final long INTERNAL_ERROR = 2;

  private final HttpServerRequest raw;
  private final Request request;
  private final WireProtocol protocol;
  private final Observer observer;
  private final Span span;
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
    this.span = begin(observer, request);
  }

  private static Span begin(Observer observer, Request request) {
    try {
      return observer.begins(request);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, request.id() + " could not be observed", e);
      return Span.NONE;
    }
  }

  /** The request, with its own id and the client's. */
  public Request request() {
    return request;
  }

  /** The protocol that the path belongs to. */
  public WireProtocol protocol() {
    return protocol;
  }

  /** The operation; null if no route was found. */
  public @Nullable Operation operation() {
    return request.operation();
  }

  /** The caller; null if the request is not authenticated, or the operation is open. */
  public @Nullable Caller caller() {
    return request.callerIfKnown();
  }

  /** Why the request was refused, or its answer cut short; null if no rule refused it. */
  public @Nullable Refusal refusal() {
    return refusal;
  }

  /**
   * The answer, sent or begun; null if the client disconnected before it, or no answer could be
   * created.
   */
  public @Nullable Reply reply() {
    return reply;
  }

  /** The status of the {@linkplain #reply answer}; 0 if there was none. */
  public int status() {
    return reply == null ? 0 : reply.status();
  }

  /** Whether the whole answer was sent. */
  public boolean isComplete() {
    return isComplete;
  }

  /**
   * Bytes of the answer's body that were sent, without chunk framing. If the answer was cut short,
   * the client may not have received the last of them.
   */
  public long bytesSent() {
    return file == null || isComplete ? raw.response().bytesWritten() : file.bytes();
  }

  /** Bytes of the request's body that have arrived, without chunk framing. */
  public long bytesReceived() {
    return raw.bytesRead();
  }

  /** Nanoseconds from the complete head of the request to the end of the exchange; 0 before. */
  public long nanos() {
    return nanos;
  }

  /** The span of the request; the observer that began it ends it. */
  public Span span() {
    return span;
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

  /** Records that the client closed or reset the connection. */
  void clientGone() {
    if (reply == null) {
      end(false);
    }
  }

  /**
   * Ends the exchange: no more bytes will be sent. Called on the event loop; only the first call
   * counts.
   */
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

  /** Whether other requests share the connection: HTTP/2. */
  boolean isMultiplexed() {
    return raw.version() == HttpVersion.HTTP_2;
  }

  /** Whether the request has a body, received or not. In HTTP/2, only its end tells. */
  boolean hasBody() {
    if (isMultiplexed()) {
      return !raw.isEnded();
    }
    String length = raw.getHeader("Content-Length");
    return raw.getHeader("Transfer-Encoding") != null || !(length == null || length.equals("0"));
  }

  /**
   * Breaks the answer off, so that the client notices that it is incomplete: resets an HTTP/2
   * stream, closes an HTTP/1 connection.
   */
  void abort() {
    if (isMultiplexed()) {
      var _ = raw.response().reset(INTERNAL_ERROR);
    } else {
      raw.connection().close();
    }
  }

  /** As {@link #abort}, for a client that does not read: drops what is not sent. */
  void drop() {
    if (isMultiplexed()) {
      abort();
    } else {
      ChannelPipeline pipeline =
          ((HttpServerConnection) raw.connection()).channelHandlerContext().pipeline();
      // Not through the handler of Vert.x, which would first send what waits.
      var _ = Objects.requireNonNull(pipeline.firstContext()).close();
    }
  }

  /**
   * Runs the work. If it throws, {@linkplain #abort aborts}, so that the client does not wait
   * forever.
   */
  void orBreakOff(Runnable work) {
    try {
      work.run();
    } catch (Throwable e) {
      LOG.log(Level.ERROR, request.id() + " failed before a reply was sent", e);
      abort();
      end(false);
    }
  }
}
