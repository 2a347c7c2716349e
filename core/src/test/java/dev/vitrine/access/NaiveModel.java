package dev.vitrine.access;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The rules of authorization once more, as plainly as they can be said and as slow as that is: read
 * off the documents themselves, from the contract (2.1 to 2.3) and rulings 7 and 8. It shares no
 * code with what it checks.
 */
@NullMarked
final class NaiveModel {
  /** What settles an action. */
  enum Verdict {
    ACCOUNT_OWNER,
    ALLOWED,
    DENIED,
    NOTHING_SAID
  }

  /** A role, granted to somebody somewhere. */
  record Held(
      String scope, String place, String holder, String role, Map<String, Object> document) {}

  /**
   * One action of a request.
   *
   * @param aliases other names of this part of the action
   * @param enterpriseProject the image's
   * @param facts by the keys that conditions ask for, but for {@code g:ServiceName}
   */
  record Asked(
      String action,
      List<String> aliases,
      Set<String> scopes,
      @Nullable String enterpriseProject,
      Map<String, String> facts) {
    String service() {
      return action.split(":", -1)[0];
    }

    @Nullable String fact(String key) {
      return key.equals("g:ServiceName") ? service() : facts.get(key);
    }
  }

  private final boolean accountOwner;
  private final String at;
  private final List<Held> grants;
  private final boolean[] inEffect;

  NaiveModel(boolean accountOwner, String at, List<Held> grants) {
    this.accountOwner = accountOwner;
    this.at = at;
    this.grants = grants;
    this.inEffect = inEffect(grants);
  }

  Verdict verdict(Asked asked) {
    if (accountOwner && asked.scopes().contains(at)) {
      return Verdict.ACCOUNT_OWNER;
    }
    boolean allowed = false;
    for (int i = 0; i < grants.size(); i++) {
      if (inEffect[i] && counts(grants.get(i), asked)) {
        for (Map<?, ?> statement : objects(grants.get(i).document().get("Statement"))) {
          if (applies(statement, asked)) {
            if (isIgnoringCase("deny", statement.get("Effect"))) {
              return Verdict.DENIED;
            }
            allowed = true;
          }
        }
      }
    }
    return allowed ? Verdict.ALLOWED : Verdict.NOTHING_SAID;
  }

  /** Begins with nothing in effect, and adds what has all it depends on, until nothing changes. */
  private static boolean[] inEffect(List<Held> grants) {
    boolean[] inEffect = new boolean[grants.size()];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 0; i < inEffect.length; i++) {
        if (!inEffect[i] && hasAll(grants.get(i), grants, inEffect)) {
          inEffect[i] = true;
          changed = true;
        }
      }
    }
    return inEffect;
  }

  private static boolean hasAll(Held held, List<Held> grants, boolean[] inEffect) {
    for (Map<?, ?> wanted : objects(held.document().getOrDefault("Depends", List.of()))) {
      boolean found = false;
      for (int i = 0; i < inEffect.length; i++) {
        Held other = grants.get(i);
        found |=
            inEffect[i]
                && "1.0".equals(other.document().get("Version"))
                && other.role().equals(wanted.get("display_name"))
                && other.holder().equals(held.holder())
                && where(other).equals(where(held));
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  /** Grants that reach the caller's project meet there, also those made at all projects. */
  private static String where(Held held) {
    return held.scope().equals("PROJECT") ? "PROJECT" : held.scope() + " " + held.place();
  }

  private static boolean counts(Held held, Asked asked) {
    return asked.scopes().contains(held.scope())
        && (!held.scope().equals("ENTERPRISE_PROJECT")
            || held.place().equals(asked.enterpriseProject()));
  }

  private static boolean applies(Map<?, ?> statement, Asked asked) {
    boolean isDeny = isIgnoringCase("deny", statement.get("Effect"));
    boolean speaks =
        statement.containsKey("Action")
            ? names(statement.get("Action"), asked, isDeny)
            : !names(statement.get("NotAction"), asked, !isDeny);
    return speaks && resources(statement, asked) && conditions(statement, asked);
  }

  /** An alias has to be written out, but where that takes rights away. */
  private static boolean names(@Nullable Object patterns, Asked asked, boolean takesAway) {
    for (String alias : asked.aliases()) {
      if ((takesAway && anyAction(patterns, alias))
          || texts(patterns).stream().anyMatch(alias::equalsIgnoreCase)) {
        return true;
      }
    }
    return anyAction(patterns, asked.action());
  }

  private static boolean anyAction(@Nullable Object patterns, String action) {
    for (String pattern : texts(patterns)) {
      String[] wanted = pattern.split(":", -1);
      String[] actual = action.split(":", -1);
      if (wanted[0].equals(actual[0])
          && globs(lower(wanted[1]), lower(actual[1]), false)
          && globs(lower(wanted[2]), lower(actual[2]), false)) {
        return true;
      }
    }
    return false;
  }

  /** Nothing is authorized by single resources: one that names less than all never applies. */
  private static boolean resources(Map<?, ?> statement, Asked asked) {
    return !statement.containsKey("Resource")
        || texts(statement.get("Resource")).stream()
            .anyMatch(resource -> resource.matches(asked.service() + "(:\\*+){4}"));
  }

  private static boolean conditions(Map<?, ?> statement, Asked asked) {
    if (!(statement.get("Condition") instanceof Map<?, ?> operators)) {
      return true;
    }
    for (Map.Entry<?, ?> operator : operators.entrySet()) {
      for (Map.Entry<?, ?> key : ((Map<?, ?>) operator.getValue()).entrySet()) {
        String fact = asked.fact(String.valueOf(key.getKey()));
        if (!holds(String.valueOf(operator.getKey()), fact, texts(key.getValue()))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean holds(String written, @Nullable String fact, List<String> values) {
    boolean all = written.startsWith("ForAllValues:");
    String operator = written.substring(written.indexOf(':') + 1);
    if (operator.equals("Null")) {
      return values.stream().anyMatch(v -> isIgnoringCase(v, String.valueOf(fact == null)));
    }
    boolean ifExists = operator.endsWith("IfExists");
    if (fact == null) {
      return all || ifExists;
    }
    String bare = ifExists ? operator.substring(0, operator.length() - 8) : operator;
    return bare.contains("Not")
        ? values.stream().allMatch(value -> compares(bare, fact, value))
        : values.stream().anyMatch(value -> compares(bare, fact, value));
  }

  private static boolean compares(String operator, String fact, String value) {
    return switch (operator) {
      case "StringEquals" -> fact.equals(value);
      case "StringNotEquals" -> !fact.equals(value);
      case "StringEqualsIgnoreCase" -> lower(fact).equals(lower(value));
      case "StringNotEqualsIgnoreCase" -> !lower(fact).equals(lower(value));
      case "StringMatch" -> globs(value, fact, true);
      case "StringNotMatch" -> !globs(value, fact, true);
      case "StringStartWith" -> fact.indexOf(value) == 0;
      case "StringEndWith" ->
          fact.length() >= value.length()
              && fact.substring(fact.length() - value.length()).equals(value);
      case "Bool" -> isIgnoringCase(fact, value);
      default ->
          operator.startsWith("Number")
              ? ordered(operator, "Number", number(fact), number(value))
              : ordered(operator, "Date", date(fact), date(value));
    };
  }

  /** What is not of the operator's kind compares in no way. */
  private static boolean ordered(
      String operator, String kind, @Nullable Double fact, @Nullable Double value) {
    if (fact == null || value == null) {
      return false;
    }
    double left = fact;
    double right = value;
    return switch (operator.substring(kind.length())) {
      case "Equals" -> left == right;
      case "NotEquals" -> left != right;
      case "LessThan" -> left < right;
      case "LessThanEquals" -> left <= right;
      case "GreaterThan" -> left > right;
      case "GreaterThanEquals" -> left >= right;
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static @Nullable Double number(String text) {
    return text.matches("-?[0-9]+(\\.[0-9]+)?") ? Double.valueOf(text) : null;
  }

  /** Milliseconds, which is as fine as the cases are. */
  private static @Nullable Double date(String text) {
    if (!text.startsWith("20")) {
      return null;
    }
    try {
      return (double) OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  static boolean globs(String pattern, String text, boolean marks) {
    if (pattern.isEmpty()) {
      return text.isEmpty();
    }
    String rest = pattern.substring(1);
    if (pattern.charAt(0) == '*') {
      return globs(rest, text, marks)
          || (!text.isEmpty() && globs(pattern, text.substring(1), marks));
    }
    return !text.isEmpty()
        && (pattern.charAt(0) == text.charAt(0) || (marks && pattern.charAt(0) == '?'))
        && globs(rest, text.substring(1), marks);
  }

  private static List<? extends Map<?, ?>> objects(@Nullable Object list) {
    return ((List<?>) Objects.requireNonNull(list)).stream().map(one -> (Map<?, ?>) one).toList();
  }

  /** One value may stand by itself. */
  private static List<String> texts(@Nullable Object value) {
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of(String.valueOf(value));
  }

  private static boolean isIgnoringCase(String word, @Nullable Object value) {
    return lower(word).equals(lower(String.valueOf(value)));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
