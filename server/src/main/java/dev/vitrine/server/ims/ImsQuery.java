package dev.vitrine.server.ims;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.WholeNumber;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A query by its parameters. The last value of a repeated name counts. */
record ImsQuery(Map<String, List<String>> parameters) {
  @Nullable String last(String name) {
    List<String> values = parameters.get(name);
    return values == null ? null : values.getLast();
  }

  /**
   * {@code absent} if there is none; {@link dev.vitrine.refusal.Refused} if it is no number in the
   * range.
   */
  int integer(String name, int least, int most, int absent) {
    String text = last(name);
    if (text == null) {
      return absent;
    }
    Integer number = WholeNumber.within(text, least, most);
    if (number == null) {
      throw invalid(name);
    }
    return number;
  }

  /** Null if it is absent; {@link dev.vitrine.refusal.Refused} if it is no flag. */
  @Nullable Boolean flag(String name) {
    String word = last(name);
    if (word == null) {
      return null;
    }
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(name);
    };
  }

  static RuntimeException invalid(String name) {
    return new Refusal.InvalidParameter(name).asException();
  }
}
