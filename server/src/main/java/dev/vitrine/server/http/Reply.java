package dev.vitrine.server.http;

import dev.vitrine.image.Blob;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer.
 *
 * @param headers without {@code Content-Length}, which follows from the body
 */
public record Reply(int status, Map<String, String> headers, Body body) {

  /** The body of an answer. */
  public sealed interface Body {
    /** No bytes. */
    record Empty() implements Body {}

    /** Bytes in memory. */
    record Bytes(Buffer bytes) implements Body {}

    /**
     * Bytes produced while they are sent, on a thread that may wait, no faster than the client
     * reads. On a failure the client sees a truncated body.
     */
    record Parts(Iterator<Buffer> parts) implements Body {}

    /**
     * A part of a blob; offset and length in bytes. The operating system sends a file; a stream is
     * read no faster than the client reads. On a failure the client sees a truncated body.
     */
    record BlobPart(Blob blob, long offset, long length) implements Body {}
  }

  /** A reply without a body. */
  public static Reply empty(int status) {
    return new Reply(status, Map.of(), new Body.Empty());
  }

  /** A reply of UTF-8 text. */
  public static Reply text(int status, String contentType, String text) {
    return bytes(status, contentType, Buffer.buffer(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** A reply of bytes of the given type. */
  public static Reply bytes(int status, String contentType, Buffer bytes) {
    return new Reply(status, Map.of("Content-Type", contentType), new Body.Bytes(bytes));
  }

  /** The same reply with one more header. */
  public Reply with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, more, body);
  }
}
