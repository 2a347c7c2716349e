package dev.vitrine.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of a statement's {@code Condition}: an operator, a key, and the values to compare with
 * (IAM: 策略语法).
 *
 * @param quantifier for keys with several values
 * @param ifExists a key that the request does not have lets the condition hold
 * @param values as written; each is checked to be of the type that the operator compares
 */
public record Condition(
    Quantifier quantifier, Operator operator, boolean ifExists, String key, List<String> values) {

  /** How many of the request's values must match. */
  public enum Quantifier {
    /** No prefix: the key has a single value. */
    NONE(""),
    /** Every value of the request must match. A request without values also matches. */
    ALL("ForAllValues:"),
    /** At least one. */
    ANY("ForAnyValue:");

    private final String prefix;

    Quantifier(String prefix) {
      this.prefix = prefix;
    }

    /** The prefix as written before the operator. */
    public String prefix() {
      return prefix;
    }
  }

  /** Whether it holds. */
  boolean holds(Circumstances circumstances, String service) {
    @Nullable String actual = circumstances.value(key, service);
    if (operator == Operator.NULL) {
      return operator.matches(actual == null ? "true" : "false", values);
    }
    if (actual == null) {
      return ifExists || quantifier == Quantifier.ALL;
    }
    return operator.matches(actual, values);
  }

  /** The operator as written, with its prefix and suffix. */
  public String writtenOperator() {
    return quantifier.prefix() + operator.word() + (ifExists ? "IfExists" : "");
  }
}
