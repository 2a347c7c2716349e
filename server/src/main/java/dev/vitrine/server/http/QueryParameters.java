package dev.vitrine.server.http;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.Set;

/** The names of a query's parameters: a filter that is ignored returns too much. */
public final class QueryParameters {
  private QueryParameters() {}

  /** What refuses a parameter. */
  @FunctionalInterface
  public interface Refusing {
    /**
     * The refusal, to be thrown.
     *
     * @param isKnown true: the parameter is there more than once; false: there is none of that name
     */
    Refused of(String name, boolean isKnown);
  }

  /**
   * A handler that takes these parameters, each once, and no others; Keystone ignores what it does
   * not know.
   */
  public static Handler taking(Handler handler, String... names) {
    return taking(
        handler,
        (name, isKnown) ->
            invalid(name, isKnown ? "is given more than once" : "there is no such one here"),
        names);
  }

  /** As the other, with a refusal of one's own. */
  public static Handler taking(Handler handler, Refusing refusing, String... names) {
    Set<String> known = Set.of(names);
    return request -> {
      String unexpected = request.unexpectedParameter(known);
      if (unexpected != null) {
        throw refusing.of(unexpected, known.contains(unexpected));
      }
      return handler.handle(request);
    };
  }

  /** Refuses a parameter by its name. */
  public static Refused invalid(String name, String rule) {
    return new Refusal.Invalid("Invalid input for parameter '%s': %s.".formatted(name, rule))
        .asException();
  }
}
