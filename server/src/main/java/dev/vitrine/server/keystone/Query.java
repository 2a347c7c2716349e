package dev.vitrine.server.keystone;

import dev.vitrine.Refusal;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Filter;
import dev.vitrine.server.http.Request;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ids in paths and filters in queries. */
public final class Query {
  private static final Set<String> FALSE = Set.of("false", "0", "no", "off", "n", "f");

  private Query() {}

  /** An id of the path; what cannot be one names nothing. */
  public static <T> T id(Request request, String kind, Function<String, T> type) {
    String value = request.parameter(kind + "_id");
    try {
      return type.apply(value);
    } catch (IllegalArgumentException e) {
      throw new Refusal.Absent(kind, value).asException();
    }
  }

  /** The filters all lists have. */
  static Filter filter(Request request) {
    String enabled = request.query("enabled");
    return new Filter(
        filter(request, "domain_id", DomainId::new),
        text(request, "name"),
        enabled == null ? null : !FALSE.contains(enabled.toLowerCase(Locale.ROOT)));
  }

  /** An id of the query; null if it is not asked for. */
  static <T> @Nullable T filter(Request request, String name, Function<String, T> type) {
    String value = text(request, name);
    try {
      return value == null ? null : type.apply(value);
    } catch (IllegalArgumentException e) {
      throw new Refusal.Invalid("Invalid input for field '%s': must be an id.".formatted(name))
          .asException();
    }
  }

  /** Refuses parameters of other names: a filter that is ignored lets everything through. */
  static void only(Request request, String... names) {
    for (String name : request.query().keySet()) {
      if (!List.of(names).contains(name)) {
        throw new Refusal.Invalid("The filter '%s' is not supported.".formatted(name))
            .asException();
      }
    }
  }

  /** A flag that counts if it is there, unless it says no. */
  static boolean flag(Request request, String name) {
    String value = request.query(name);
    return value != null && !FALSE.contains(value.toLowerCase(Locale.ROOT));
  }

  static @Nullable String text(Request request, String name) {
    String value = request.query(name);
    return value == null ? null : Fields.storable(name, value);
  }
}
