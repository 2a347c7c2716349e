package dev.vitrine.conformance;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the names in braces, such as {@code {BOB}}, stand for in one run. */
record Names(Map<String, String> values) {

  private static final Pattern NAME = Pattern.compile("\\{([A-Z][A-Z0-9_]*)}");

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
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("{" + name + "} stands for nothing");
    }
    return value;
  }
}
