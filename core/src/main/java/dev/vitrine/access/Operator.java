package dev.vitrine.access;

import dev.vitrine.operation.Glob;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How a condition compares values (IAM: 策略语法, 条件运算符). If a condition has several values, one match
 * is enough. A negating operator requires that the request's value matches none of them.
 */
public enum Operator {
  STRING_EQUALS("StringEquals", Kind.TEXT, false, String::equals),
  STRING_NOT_EQUALS("StringNotEquals", Kind.TEXT, true, String::equals),
  STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", Kind.TEXT, false, String::equalsIgnoreCase),
  STRING_NOT_EQUALS_IGNORE_CASE(
      "StringNotEqualsIgnoreCase", Kind.TEXT, true, String::equalsIgnoreCase),
  STRING_MATCH("StringMatch", Kind.TEXT, false, Operator::globs),
  STRING_NOT_MATCH("StringNotMatch", Kind.TEXT, true, Operator::globs),
  STRING_START_WITH("StringStartWith", Kind.TEXT, false, String::startsWith),
  STRING_END_WITH("StringEndWith", Kind.TEXT, false, String::endsWith),
  NUMBER_EQUALS("NumberEquals", Kind.NUMBER, false, (a, b) -> compareNumbers(a, b) == 0),
  NUMBER_NOT_EQUALS("NumberNotEquals", Kind.NUMBER, true, (a, b) -> compareNumbers(a, b) == 0),
  NUMBER_LESS_THAN("NumberLessThan", Kind.NUMBER, false, (a, b) -> compareNumbers(a, b) < 0),
  NUMBER_LESS_THAN_EQUALS(
      "NumberLessThanEquals", Kind.NUMBER, false, (a, b) -> compareNumbers(a, b) <= 0),
  NUMBER_GREATER_THAN("NumberGreaterThan", Kind.NUMBER, false, (a, b) -> compareNumbers(a, b) > 0),
  NUMBER_GREATER_THAN_EQUALS(
      "NumberGreaterThanEquals", Kind.NUMBER, false, (a, b) -> compareNumbers(a, b) >= 0),
  DATE_LESS_THAN("DateLessThan", Kind.DATE, false, (a, b) -> compareDates(a, b) < 0),
  DATE_LESS_THAN_EQUALS("DateLessThanEquals", Kind.DATE, false, (a, b) -> compareDates(a, b) <= 0),
  DATE_GREATER_THAN("DateGreaterThan", Kind.DATE, false, (a, b) -> compareDates(a, b) > 0),
  DATE_GREATER_THAN_EQUALS(
      "DateGreaterThanEquals", Kind.DATE, false, (a, b) -> compareDates(a, b) >= 0),
  BOOL("Bool", Kind.BOOL, false, String::equalsIgnoreCase),
  NULL("Null", Kind.BOOL, false, String::equalsIgnoreCase);

  /** The type of its values. */
  enum Kind {
    TEXT("a string") {
      @Override
      boolean takes(String value) {
        return true;
      }
    },
    NUMBER("a number") {
      @Override
      boolean takes(String value) {
        return number(value) != null;
      }
    },
    DATE("a time such as 2026-11-24T08:00:00Z") {
      @Override
      boolean takes(String value) {
        return date(value) != null;
      }
    },
    BOOL("true or false") {
      @Override
      boolean takes(String value) {
        return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
      }
    };

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    abstract boolean takes(String value);

    String description() {
      return description;
    }
  }

  private static final Map<String, Operator> BY_WORD = new HashMap<>();

  static {
    for (Operator operator : values()) {
      BY_WORD.put(operator.word, operator);
    }
  }

  private final String word;
  private final Kind kind;
  private final boolean negates;
  private final BiPredicate<String, String> test;

  Operator(String word, Kind kind, boolean negates, BiPredicate<String, String> test) {
    this.word = word;
    this.kind = kind;
    this.negates = negates;
    this.test = test;
  }

  /** The operator with this name in documents; null if there is none. */
  static @Nullable Operator of(String word) {
    return BY_WORD.get(word);
  }

  /** Its name in documents. */
  public String word() {
    return word;
  }

  Kind kind() {
    return kind;
  }

  /**
   * Whether it can compare a key of this type. {@code Null}, which tests whether a key is absent,
   * accepts every type.
   */
  boolean fits(Kind key) {
    return this == NULL || kind == key;
  }

  /** Whether the condition holds for the request's value; false if the value has another type. */
  boolean matches(String actual, List<String> values) {
    if (!kind.takes(actual)) {
      return false;
    }
    for (String value : values) {
      if (test.test(actual, value)) {
        return !negates;
      }
    }
    return negates;
  }

  private static boolean globs(String actual, String pattern) {
    return Glob.starsAndMarks(pattern, actual);
  }

  private static int compareNumbers(String actual, String value) {
    return new BigDecimal(actual).compareTo(new BigDecimal(value));
  }

  private static int compareDates(String actual, String value) {
    return OffsetDateTime.parse(actual)
        .toInstant()
        .compareTo(OffsetDateTime.parse(value).toInstant());
  }

  /**
   * Accepts only short numbers with small exponents: a comparison writes a number out in full, and
   * with a nine-digit exponent that is at least a hundred million digits.
   */
  private static @Nullable BigDecimal number(String value) {
    try {
      BigDecimal number = value.length() > 40 ? null : new BigDecimal(value);
      return number == null || Math.abs((long) number.scale()) > 40 ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Instant date(String value) {
    try {
      return OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
