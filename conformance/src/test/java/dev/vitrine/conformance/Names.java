package dev.vitrine.conformance;

import static java.util.stream.Collectors.joining;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The values of names in braces, such as {@code {BOB}}, in one run. */
record Names(Map<String, String> values) {

  private static final Pattern NAME = Pattern.compile("\\{([A-Z][A-Z0-9_]*)}");

  /** The same value in capitals. */
  private static final String UPPER = "UPPER_";

  private static final Pattern MANY = Pattern.compile("(X|TAGS|PROPERTIES|NESTED)(\\d+)");

  Names {
    values = Map.copyOf(values);
  }

  Names with(String name, String value) {
    Map<String, String> more = new HashMap<>(values);
    more.put(name, value);
    return new Names(more);
  }

  /** Puts values in place of names; a word of {@link Reply#BLURRED} stays as it is. */
  String in(String template) {
    return NAME.matcher(template)
        .replaceAll(name -> Matcher.quoteReplacement(value(name.group(1))));
  }

  private String value(String name) {
    if (Reply.BLURRED.containsKey(name)) {
      return "{" + name + "}";
    }
    if (name.startsWith(UPPER)) {
      return value(name.substring(UPPER.length())).toUpperCase(Locale.ROOT);
    }
    String value = values.get(name);
    return value == null ? many(name) : value;
  }

  private static String many(String name) {
    Matcher matcher = MANY.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("{" + name + "} stands for nothing");
    }
    int count = Integer.parseInt(matcher.group(2));
    return switch (matcher.group(1)) {
      case "TAGS" -> numbered(count, "\"t%d\"");
      case "PROPERTIES" -> numbered(count, "\"p%d\": \"v\"");
      case "NESTED" -> "[".repeat(count) + "]".repeat(count);
      default -> "x".repeat(count);
    };
  }

  private static String numbered(int count, String each) {
    return IntStream.range(0, count).mapToObj(each::formatted).collect(joining(", "));
  }
}
