package dev.vitrine.server.own;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Tables as comma-separated values (RFC 4180). A value that a spreadsheet could take for a formula
 * begins with an apostrophe: also one whose first blanks it would ignore, or with characters of
 * full width.
 */
final class Csv {
  private static final String LINE_END = "\r\n";
  private static final Pattern FORMULA =
      Pattern.compile("[\\t\\r\\n]|[\\s\\p{Z}\\p{Cf}]*[=+\\-@＝＋－＠]");

  /** The comma, and what else programs separate by. */
  private static final Pattern SPECIAL = Pattern.compile("[\",;\\t\\r\\n]");

  private Csv() {}

  /**
   * A line with the names of the first row's fields, then a line for each row; empty if there is
   * none.
   */
  static String of(List<ObjectNode> rows) {
    if (rows.isEmpty()) {
      return "";
    }
    StringBuilder csv = new StringBuilder();
    line(csv, rows.getFirst().properties().stream().map(Map.Entry::getKey).toList());
    rows.forEach(
        row -> line(csv, row.properties().stream().map(field -> text(field.getValue())).toList()));
    return csv.toString();
  }

  private static void line(StringBuilder csv, List<String> values) {
    csv.append(values.stream().map(Csv::quoted).collect(Collectors.joining(","))).append(LINE_END);
  }

  private static String text(JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    return value.isArray()
        ? StreamSupport.stream(value.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(" "))
        : value.isObject() ? value.toString() : value.asText();
  }

  private static String quoted(String value) {
    String plain = FORMULA.matcher(value).lookingAt() ? "'" + value : value;
    return SPECIAL.matcher(plain).find() ? '"' + plain.replace("\"", "\"\"") + '"' : plain;
  }
}
