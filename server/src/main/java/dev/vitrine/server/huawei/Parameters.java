package dev.vitrine.server.huawei;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.Handler;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.WholeNumber;
import dev.vitrine.server.json.Fields;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads filters in queries. */
public final class Parameters {
  private Parameters() {}

  /** A handler that takes these parameters, each once, and no others. */
  public static Handler taking(Handler handler, String... names) {
    return QueryParameters.taking(handler, (name, isKnown) -> invalid(name), names);
  }

  /** A part of a list; the whole list if the request does not ask for a part. */
  public record Part(int offset, int limit) {}

  /**
   * {@code page} from 1 on, and {@code per_page}: both or neither (IAM: 查询自定义策略列表).
   *
   * @param max largest {@code per_page}
   */
  public static Part part(Request request, int max) {
    String page = request.query("page");
    String size = request.query("per_page");
    if (page == null && size == null) {
      return new Part(0, Integer.MAX_VALUE);
    }
    int perPage = number(size, 1, max, invalid("per_page"));
    return new Part(
        (number(page, 1, Integer.MAX_VALUE / perPage, invalid("page")) - 1) * perPage, perPage);
  }

  /** A number from {@code min} to {@code max}; throws {@code otherwise}. */
  public static int number(@Nullable String text, int min, int max, Refused otherwise) {
    Integer number = WholeNumber.within(text, min, max);
    if (number == null) {
      throw otherwise;
    }
    return number;
  }

  /** An id; null if the query has none. */
  public static <T> @Nullable T id(Request request, String name, Function<String, T> type) {
    String value = request.query(name);
    try {
      return value == null ? null : type.apply(value);
    } catch (IllegalArgumentException e) {
      throw invalid(name);
    }
  }

  /** A text; null if the query has none. Refuses what is not storable. */
  public static @Nullable String text(Request request, String name) {
    String value = request.query(name);
    if (value != null && !Fields.isStorable(value)) {
      throw invalid(name);
    }
    return value;
  }

  public static boolean flag(Request request, String name, boolean otherwise) {
    String value = request.query(name);
    if (value == null) {
      return otherwise;
    }
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(name);
    };
  }

  public static Refused invalid(String name) {
    return new Refusal.InvalidParameter(name).asException();
  }
}
