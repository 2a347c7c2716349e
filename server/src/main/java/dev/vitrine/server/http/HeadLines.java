package dev.vitrine.server.http;

import io.netty.buffer.ByteBuf;

/** Checks on the lines before a request's body, which Netty parses too leniently. */
final class HeadLines {
  private static final byte LF = '\n';

  private HeadLines() {}

  /** Skips empty lines before a request (RFC 9112 §2.2). */
  static void skipEmpty(ByteBuf in) {
    while (in.isReadable() && isLineEnd(in.getByte(in.readerIndex()))) {
      in.skipBytes(1);
    }
  }

  /**
   * Whether a line of the head begins with a blank. Netty would join it to the header before it;
   * other parsers may read it as a header (RFC 9112 §5.2).
   *
   * @param isInside whether the first byte begins a line after the first
   */
  static boolean hasFold(ByteBuf in, boolean isInside) {
    int end = in.writerIndex();
    int start = in.readerIndex();
    if (isInside && isBlank(in.getByte(start))) {
      return true;
    }
    for (int lf = in.indexOf(start, end, LF);
        lf >= 0 && lf + 1 < end;
        lf = in.indexOf(lf + 1, end, LF)) {
      byte next = in.getByte(lf + 1);
      if (isLineEnd(next)) {
        return false;
      }
      if (isBlank(next)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLineEnd(byte next) {
    return next == '\r' || next == LF;
  }

  private static boolean isBlank(byte next) {
    return next == ' ' || next == '\t';
  }
}
