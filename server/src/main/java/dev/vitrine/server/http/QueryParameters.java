package dev.vitrine.server.http;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.Set;

/** The names of a query's parameters: a filter that is ignored returns too much. */
public final class QueryParameters {
  private QueryParameters() {}

  /**
   * Refuses parameters of other names, and one that is there twice; Keystone ignores what it does
   * not know.
   */
  public static void only(Request request, String... names) {
    Set<String> known = Set.of(names);
    String unexpected = request.unexpectedParameter(known);
    if (unexpected != null) {
      throw invalid(
          unexpected,
          known.contains(unexpected) ? "is given more than once" : "there is no such one here");
    }
  }

  /** A handler that is asked with these parameters and no others. */
  public static Handler taking(Handler handler, String... names) {
    return request -> {
      only(request, names);
      return handler.handle(request);
    };
  }

  /** Refuses a parameter by its name. */
  public static Refused invalid(String name, String rule) {
    return new Refusal.Invalid("Invalid input for parameter '%s': %s.".formatted(name, rule))
        .asException();
  }
}
