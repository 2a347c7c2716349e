package dev.vitrine.server.own;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.images.IsoTime;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the lists of the audit share: {@code limit} (1 to 1,000, 100 by default), {@code marker}
 * ({@code next_marker} of the page before), {@code format}, and times by ISO 8601.
 */
final class AuditPages {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final String CADF = "cadf";
  private static final String CSV = "csv";

  private AuditPages() {}

  /** The rows of a page, and where it ends; null if it is the last. */
  record Rows(String name, List<ObjectNode> nodes, @Nullable String next) {
    /**
     * @param found one more than the limit, if there is a next page
     */
    static <T> Rows of(
        String name,
        List<T> found,
        int limit,
        Function<T, ObjectNode> node,
        Function<T, String> place) {
      List<T> page = found.subList(0, Math.min(limit, found.size()));
      String next = found.size() > limit ? marker(place.apply(page.getLast())) : null;
      return new Rows(name, page.stream().map(node).toList(), next);
    }

    /** The same rows after another one. */
    Rows after(ObjectNode first) {
      return new Rows(name, Stream.concat(Stream.of(first), nodes.stream()).toList(), next);
    }
  }

  /** Whether the form is asked for that only what happened has ({@link Cadf}). */
  static boolean isCadf(Request request) {
    return CADF.equals(request.query("format"));
  }

  /** Whether a table is asked for. */
  static boolean isCsv(Request request) {
    return CSV.equals(request.query("format"));
  }

  /** As JSON or CSV. */
  static Reply reply(Request request, ObjectNode node, Rows rows) {
    return reply(Objects.requireNonNullElse(request.query("format"), "json"), node, rows, "");
  }

  /** As JSON, CSV or CADF; the rows are in CADF already if that is asked for. */
  static Reply replyOrCadf(Request request, ObjectNode node, Rows rows) {
    String format = Objects.requireNonNullElse(request.query("format"), "json");
    return reply(isCadf(request) ? "json" : format, node, rows, " or cadf");
  }

  private static Reply reply(String format, ObjectNode node, Rows rows, String more) {
    return switch (format) {
      case "json" -> {
        rows.nodes().forEach(node.putArray(rows.name())::add);
        yield Json.reply(200, node.put("next_marker", rows.next()));
      }
      case CSV -> {
        Reply reply = Reply.text(200, "text/csv; charset=UTF-8", Csv.of(rows.nodes()));
        yield rows.next() == null ? reply : reply.with("X-Next-Marker", rows.next());
      }
      default -> throw QueryParameters.invalid("format", "must be json or csv" + more);
    };
  }

  static <T> @Nullable T id(Request request, String name, Function<String, T> type) {
    String text = request.query(name);
    try {
      return text == null ? null : type.apply(text);
    } catch (IllegalArgumentException e) {
      throw QueryParameters.invalid(name, "is no id");
    }
  }

  static @Nullable Instant time(Request request, String name) {
    String text = request.query(name);
    if (text == null) {
      return null;
    }
    Instant time = IsoTime.read(text);
    if (time == null) {
      throw QueryParameters.invalid(name, "must be a time by ISO 8601");
    }
    return time;
  }

  static int limit(Request request) {
    return QueryParameters.limit(request, DEFAULT_LIMIT, MAX_LIMIT);
  }

  private static String marker(String place) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(place.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param read returns null, or throws {@link RuntimeException}, for a text that names no place
   */
  static <T> @Nullable T marker(Request request, Function<String, @Nullable T> read) {
    String marker = request.query("marker");
    if (marker == null) {
      return null;
    }
    T place = null;
    try {
      String text = new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
      place = Fields.isStorable(text) ? read.apply(text) : null;
    } catch (RuntimeException e) {
      // As null.
    }
    if (place == null) {
      throw QueryParameters.invalid("marker", "must be the next_marker of a page");
    }
    return place;
  }
}
