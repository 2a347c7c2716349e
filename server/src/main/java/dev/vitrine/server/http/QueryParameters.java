package dev.vitrine.server.http;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.Set;

/** Refuses unknown query parameters: a list that ignores a filter returns too much. */
public final class QueryParameters {
  private QueryParameters() {}

  /** Creates the refusal of a parameter. */
  @FunctionalInterface
  public interface Refusing {
    /**
     * The refusal to throw.
     *
     * @param isKnown true: a repeated parameter; false: an unknown name
     */
    Refused of(String name, boolean isKnown);
  }

  /**
   * A handler that takes these parameters, each once, and no others. Keystone ignores unknown ones.
   */
  public static Handler taking(Handler handler, String... names) {
    return taking(
        handler,
        (name, isKnown) ->
            invalid(name, isKnown ? "is given more than once" : "there is no such one here"),
        names);
  }

  /** As the other, with a custom refusal. */
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

  /**
   * The parameter {@code limit}: how many entries a page of a list has.
   *
   * @param byDefault if it is not given
   * @throws Refused if it is no number from 1 to {@code maximum}
   */
  public static int limit(Request request, int byDefault, int maximum) {
    String text = request.query("limit");
    if (text == null) {
      return byDefault;
    }
    Integer limit = WholeNumber.within(text, 1, maximum);
    if (limit == null) {
      throw invalid("limit", "must be a number from 1 to " + maximum);
    }
    return limit;
  }

  /** Refuses a parameter by its name. */
  public static Refused invalid(String name, String rule) {
    return new Refusal.Invalid("Invalid input for parameter '%s': %s.".formatted(name, rule))
        .asException();
  }
}
