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

  /** What follows the headers. */
  public sealed interface Body {
    /** Nothing. */
    record Empty() implements Body {}

    /** Bytes at hand. */
    record Bytes(Buffer bytes) implements Body {}

    /**
     * Bytes that are made while they are sent, on a thread that may wait, no faster than the client
     * takes them. If that fails, the client sees a body cut short.
     */
    record Parts(Iterator<Buffer> parts) implements Body {}

    /**
     * A part of a blob; offset and length in bytes. A file is sent by the operating system, a
     * stream no faster than the client takes it. If either fails, the client sees a body cut short.
     */
    record BlobPart(Blob blob, long offset, long length) implements Body {}
  }

  /** No body. */
  public static Reply empty(int status) {
    return new Reply(status, Map.of(), new Body.Empty());
  }

  /** UTF-8 text. */
  public static Reply text(int status, String contentType, String text) {
    return bytes(status, contentType, Buffer.buffer(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Bytes of the given type. */
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
