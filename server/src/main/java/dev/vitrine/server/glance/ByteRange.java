package dev.vitrine.server.glance;

import dev.vitrine.Refusal;
import dev.vitrine.server.http.Request;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of an image's bytes, as asked with {@code Range} or, as older Glance clients do, with
 * {@code Content-Range}.
 *
 * @param isPart the client asked for a part, so that the answer is 206 even if it is the whole
 */
record ByteRange(long first, long length, long size, boolean isPart) {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

  /** {@link dev.vitrine.Refused} if the range is none or lies outside. */
  static ByteRange asked(Request request, long size) {
    String range = request.header("Range");
    if (range != null) {
      return range(range, size);
    }
    String contentRange = request.header("Content-Range");
    return contentRange == null ? new ByteRange(0, size, size, false) : content(contentRange, size);
  }

  private static ByteRange range(String header, long size) {
    if (header.startsWith("bytes=") && header.indexOf(',') >= 0) {
      throw new Refusal.Invalid(
              "Requests with multiple ranges are not supported in Glance. You may make multiple"
                  + " single-range requests instead.")
          .asException();
    }
    Matcher range = RANGE.matcher(header);
    if (!range.matches() || header.equals("bytes=-")) {
      throw unsatisfiable("Invalid Range header.");
    }
    if (size == 0) {
      throw unsatisfiable("The image is empty.");
    }
    if (range.group(1).isEmpty()) {
      long suffix = Long.parseLong(range.group(2));
      return suffix == 0
          ? new ByteRange(0, size, size, true)
          : part(Math.max(0, size - suffix), size - 1, size);
    }
    long first = Long.parseLong(range.group(1));
    long last = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
    if (!range.group(2).isEmpty() && last < first) {
      throw unsatisfiable("Invalid Range header.");
    }
    if (first >= size) {
      throw unsatisfiable(
          "Invalid start position in Range header. Start position MUST be in the inclusive range"
              + " [0, %d].".formatted(size - 1));
    }
    return part(first, Math.min(last, size - 1), size);
  }

  private static ByteRange content(String header, long size) {
    Matcher range = CONTENT_RANGE.matcher(header);
    if (!range.matches()) {
      throw unsatisfiable("Invalid Content-Range header.");
    }
    long first = Long.parseLong(range.group(1));
    long last = Long.parseLong(range.group(2));
    if (last < first || last >= size) {
      throw unsatisfiable("Invalid Content-Range header.");
    }
    return part(first, last, size);
  }

  private static ByteRange part(long first, long last, long size) {
    return new ByteRange(first, last - first + 1, size, true);
  }

  String contentRange() {
    return "bytes " + first + "-" + (first + length - 1) + "/" + size;
  }

  private static RuntimeException unsatisfiable(String message) {
    return new Refusal.RangeNotSatisfiable(message).asException();
  }
}
