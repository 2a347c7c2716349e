package dev.vitrine.server.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The line before a chunk (RFC 9112, section 7.1). */
final class ChunkSize {
  /** Possessive, so that a match needs no stack for each repetition. */
  private static final Pattern EXTENSIONS =
      Pattern.compile(
          "(?:[ \\t]*+;[ \\t]*+TOKEN(?:[ \\t]*+=[ \\t]*+(?:TOKEN|\"(?:[^\"\\\\\\p{Cntrl}]|\\\\[^\\p{Cntrl}])*+\"))?+)*+[ \\t]*+"
              .replace("TOKEN", "[!#$%&'*+.^_`|~0-9A-Za-z-]++"));

  private ChunkSize() {}

  /**
   * Reads hexadecimal digits and optional extensions, which it ignores; -1 if malformed.
   *
   * @param start index of the first byte of the line
   * @param end index after its last byte, without the line end
   */
  static long read(ByteBuf in, int start, int end) {
    long size = 0;
    int at = start;
    for (; at < end && Character.digit(in.getByte(at), 16) >= 0; at++) {
      size = size * 16 + Character.digit(in.getByte(at), 16);
      if (size > Integer.MAX_VALUE) {
        return -1;
      }
    }
    boolean isSize =
        at > start
            && (at == end
                || EXTENSIONS
                    .matcher(in.toString(at, end - at, StandardCharsets.ISO_8859_1))
                    .matches());
    return isSize ? size : -1;
  }
}
