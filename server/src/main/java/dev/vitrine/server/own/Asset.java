package dev.vitrine.server.own;

import dev.vitrine.digest.Sha256;
import dev.vitrine.server.http.Accepted;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import io.vertx.core.buffer.Buffer;
import java.util.stream.Stream;

/**
 * Bytes that never change while the server runs, plain and compressed.
 *
 * @param type its media type
 */
record Asset(String type, Buffer plain, Buffer gzip) {
  private static final int ETAG_DIGITS = 16;

  /** The bytes in the coding that the client prefers. */
  Reply answer(Request request) {
    boolean zipped = Accepted.quality(request.list("Accept-Encoding"), "gzip") > 0;
    Reply reply =
        Reply.bytes(200, type, zipped ? gzip : plain)
            .with("X-Content-Type-Options", "nosniff")
            .with("Vary", "Accept-Encoding");
    return zipped ? reply.with("Content-Encoding", "gzip") : reply;
  }

  /** An entity tag for the bytes in any coding, therefore a weak one (RFC 9110, 8.8.1). */
  static String etag(byte[] bytes) {
    return "W/\"" + Sha256.hex(bytes).substring(0, ETAG_DIGITS) + "\"";
  }

  /** Whether the client has what has this entity tag, by weak comparison (RFC 9110, 13.1.2). */
  static boolean isKnown(Request request, String etag) {
    String known = request.list("If-None-Match");
    return known != null
        && Stream.of(known.split(",", -1))
            .map(String::strip)
            .anyMatch(one -> one.equals("*") || opaque(one).equals(opaque(etag)));
  }

  private static String opaque(String etag) {
    return etag.startsWith("W/") ? etag.substring(2) : etag;
  }
}
