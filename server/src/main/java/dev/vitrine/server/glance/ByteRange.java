package dev.vitrine.server.glance;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Request;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A part of an image's bytes, requested with {@code Range} (RFC 9110 §14.2) or, by older Glance
 * clients, with {@code Content-Range}. Accepts blanks where Glance does, and numbers of any length.
 *
 * @param isPart whether the client asked for a part; then the answer is 206, also for the whole
 */
record ByteRange(long first, long length, long size, boolean isPart) {
  private static final Pattern RANGES = Pattern.compile("(?i)bytes[ \t]*=(.*)");
  private static final Pattern RANGE = Pattern.compile("(\\d*)[ \t]*-[ \t]*(\\d*)");
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("(?i)bytes +(\\d+)-(\\d+)/(\\d+|\\*)");

  /** Longer numbers are beyond the end of every image. */
  private static final int MAX_DIGITS = 18;

  /**
   * The requested range; {@link dev.vitrine.refusal.Refused} if it is malformed or outside the
   * image.
   */
  static ByteRange asked(Request request, long size) {
    return asked(
        request.list("Range"), request.header("If-Range"), request.list("Content-Range"), size);
  }

  /** As {@link #asked(Request, long)}, by the values of the headers; null: absent. */
  static ByteRange asked(
      @Nullable String range, @Nullable String ifRange, @Nullable String contentRange, long size) {
    ByteRange whole = new ByteRange(0, size, size, false);
    if (range != null) {
      // If-Range: images have no validators, so the condition is false and the whole is sent.
      return ifRange == null ? range(range, size) : whole;
    }
    return contentRange == null ? whole : content(contentRange, size);
  }

  private static ByteRange range(String header, long size) {
    Matcher ranges = RANGES.matcher(header.strip());
    if (!ranges.matches()) {
      throw unsatisfiable("Invalid Range header.");
    }
    List<String> each =
        Stream.of(ranges.group(1).split(",", -1))
            .map(String::strip)
            .filter(range -> !range.isEmpty())
            .toList();
    if (each.size() > 1) {
      throw new Refusal.Invalid(
              "Requests with multiple ranges are not supported in Glance. You may make multiple"
                  + " single-range requests instead.")
          .asException();
    }
    Matcher range = RANGE.matcher(each.isEmpty() ? "" : each.getFirst());
    if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
      throw unsatisfiable("Invalid Range header.");
    }
    return range(range.group(1), range.group(2), size);
  }

  /** Either bound may be empty. */
  private static ByteRange range(String from, String to, long size) {
    if (size == 0) {
      throw unsatisfiable("The image is empty.");
    }
    if (from.isEmpty()) {
      long suffix = number(to);
      return suffix == 0
          ? new ByteRange(0, size, size, true)
          : part(Math.max(0, size - suffix), size - 1, size);
    }
    long first = number(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : number(to);
    if (last < first) {
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
    Matcher range = CONTENT_RANGE.matcher(header.strip());
    if (!range.matches()) {
      throw unsatisfiable("Invalid Content-Range header.");
    }
    long first = number(range.group(1));
    long last = number(range.group(2));
    if (last >= size && last >= first && range.group(3).equals("*")) {
      throw unsatisfiable(
          "Invalid stop position in Content-Range header. The stop position MUST be in the inclusive"
              + " range [0, %d].".formatted(size - 1));
    }
    if (last < first || last >= size) {
      throw unsatisfiable("Invalid Content-Range header.");
    }
    return part(first, last, size);
  }

  private static long number(String digits) {
    String significant = digits.replaceFirst("^0+(?=\\d)", "");
    return significant.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(significant);
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
