package dev.vitrine.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * Netty's decoder with stricter framing. The end of a body must be unambiguous, or its bytes could
 * be read as the next request: request smuggling (RFC 9112 §5.2, §6, §7.1). Netty accepts requests
 * that a proxy may read differently: it drops a Content-Length beside Transfer-Encoding, takes the
 * first of several lengths in HTTP/1.0, joins folded lines, and overflows on chunk sizes of nine
 * digits.
 *
 * <p>A refused request reaches the server with a failed {@code decoderResult}; a fault inside a
 * body ends the connection. Nothing after it is read.
 */
final class RequestDecoder extends VertxHttpRequestDecoder {
  private static final AsciiString CHUNKED = AsciiString.cached("chunked");

  /** With this header, Netty reads eight unannounced bytes of body (WebSocket draft 76). */
  private static final AsciiString WEBSOCKET_KEY = AsciiString.cached("sec-websocket-key1");

  private enum Place {
    /** Before or in the head of a request. */
    HEAD,
    /** In a body of a known length, or in the trailers. */
    BODY,
    /** Before the size of a chunk. */
    CHUNK_SIZE,
    /** In a chunk, or in the line end after it. */
    CHUNK,
    /** After a framing error. */
    LOST
  }

  private Place place = Place.HEAD;

  /** {@link System#nanoTime} of the first byte of an incomplete head; 0: none. */
  private long headSince;

  private boolean isFolded;
  private int contentLengths;

  /** Bytes of the chunk and its line end that are not yet decoded. */
  private long chunkLeft;

  /** Nanoseconds within which the head must arrive. */
  private final long patience;

  private RequestDecoder(HttpServerOptions options, Pace pace) {
    super(options);
    this.patience = pace.grace().toNanos();
  }

  private static final String NAME = "httpDecoder";

  /**
   * Replaces the decoder of an HTTP/1 connection, before anything is read. HTTP/2 has frames, whose
   * ends are unambiguous.
   */
  static void install(HttpConnection connection, HttpServerOptions options, Pace pace) {
    ChannelPipeline pipeline =
        ((HttpServerConnection) connection).channelHandlerContext().pipeline();
    if (pipeline.get(NAME) != null) {
      pipeline.replace(NAME, NAME, new RequestDecoder(options, pace));
    }
  }

  /** Flushes the answer, before the failed connection is closed. */
  static void flush(HttpConnection connection) {
    ((HttpServerConnection) connection).channelHandlerContext().flush();
  }

  /** Why a request is malformed; the client sees the message. */
  static final class BadFraming extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadFraming(String message) {
      super(message, null, false, false);
    }
  }

  /** The head of a request took too long to arrive. */
  static final class SlowHead extends RuntimeException {
    private static final long serialVersionUID = 1;

    SlowHead() {
      super("The request did not arrive in time.", null, false, false);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    int first = out.size();
    switch (place) {
      case HEAD -> decodeHead(ctx, in, out);
      case BODY -> super.decode(ctx, in, out);
      case CHUNK_SIZE -> decodeChunkSize(ctx, in, out);
      case CHUNK -> {
        int before = in.readerIndex();
        super.decode(ctx, in, out);
        chunkRead(in.readerIndex() - before);
      }
      case LOST -> in.skipBytes(in.readableBytes());
    }
    for (int i = first; i < out.size(); i++) {
      follow((HttpObject) out.get(i));
    }
  }

  private void follow(HttpObject decoded) {
    if (!decoded.decoderResult().isSuccess()) {
      place = Place.LOST;
    } else if (decoded instanceof LastHttpContent) {
      place = Place.HEAD;
    } else if (decoded instanceof HttpMessage message) {
      headSince = 0;
      isFolded = false;
      place =
          message.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
              ? Place.CHUNK_SIZE
              : Place.BODY;
    }
  }

  // ---- Head

  private void decodeHead(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Exception {
    if (headSince == 0) {
      HeadLines.skipEmpty(in);
      if (in.isReadable() && in.getUnsignedByte(in.readerIndex()) <= ' ') {
        // Netty would skip it and read what follows as a request.
        fail(in, out, new BadFraming("The request is not well-formed HTTP."));
        return;
      }
    }
    int first = out.size();
    isFolded |= HeadLines.hasFold(in, headSince != 0);
    super.decode(ctx, in, out);
    if (out.size() > first || (headSince == 0 && !in.isReadable())) {
      return;
    }
    long now = System.nanoTime();
    if (headSince == 0) {
      headSince = now;
    } else if (now - headSince > patience) {
      // Otherwise a client could hold its connection for hours by sending a byte at a time.
      fail(in, out, new SlowHead());
    }
  }

  private void fail(ByteBuf in, List<Object> out, Exception cause) {
    HttpMessage message = createInvalidMessage();
    message.setDecoderResult(DecoderResult.failure(cause));
    in.skipBytes(in.readableBytes());
    out.add(message);
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (length == 0) {
      throw new BadFraming("A header must have a name.");
    }
    AsciiString name = super.splitHeaderName(line, start, length);
    if (length == 14 && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
      contentLengths++;
    }
    return name;
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    contentLengths = 0;
    if (headSince == 0) {
      headSince = System.nanoTime();
    }
    return super.createMessage(initialLine);
  }

  /** Called when the head is complete; an exception makes the message a failed one. */
  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    HttpHeaders headers = message.headers();
    HttpVersion version = message.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      message.setProtocolVersion(HttpVersion.HTTP_1_1);
      throw new BadFraming("The protocol must be HTTP/1.1.");
    }
    if (isFolded) {
      throw new BadFraming("A header must not go on in another line.");
    }
    if (contentLengths > 1) {
      throw new BadFraming("Content-Length must be there once.");
    }
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
      if (codings.size() > 1 || !CHUNKED.contentEqualsIgnoreCase(codings.getFirst())) {
        throw new BadFraming("Transfer-Encoding must be chunked.");
      }
      if (contentLengths > 0) {
        throw new BadFraming("Content-Length and Transfer-Encoding exclude each other.");
      }
      if (version.equals(HttpVersion.HTTP_1_0)) {
        throw new BadFraming("HTTP/1.0 has no Transfer-Encoding.");
      }
    }
    if (headers.contains(WEBSOCKET_KEY)) {
      throw new BadFraming("There are no web sockets here.");
    }
    return false;
  }

  // ---- Chunks

  private void decodeChunkSize(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Exception {
    int before = in.readerIndex();
    int lf = in.indexOf(before, in.writerIndex(), (byte) '\n');
    if (lf < 0) {
      super.decode(ctx, in, out);
      return;
    }
    long size = lf > before && in.getByte(lf - 1) == '\r' ? ChunkSize.read(in, before, lf - 1) : -1;
    if (size < 0) {
      in.skipBytes(in.readableBytes());
      LastHttpContent bad = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
      bad.setDecoderResult(DecoderResult.failure(new BadFraming("The chunks are malformed.")));
      out.add(bad);
      return;
    }
    place = size == 0 ? Place.BODY : Place.CHUNK;
    chunkLeft = size + 2;
    super.decode(ctx, in, out);
    if (size > 0) {
      chunkRead(in.readerIndex() - lf - 1);
    }
  }

  private void chunkRead(int bytes) {
    chunkLeft -= bytes;
    if (chunkLeft == 0) {
      place = Place.CHUNK_SIZE;
    }
  }
}
