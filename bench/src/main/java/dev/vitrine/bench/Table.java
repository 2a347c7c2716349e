package dev.vitrine.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table of results, as text and as data. */
final class Table {
  private final String title;
  private final List<String> columns;
  private final List<List<@Nullable Object>> rows = new ArrayList<>();

  Table(String title, String... columns) {
    this.title = title;
    this.columns = List.of(columns);
  }

  String title() {
    return title;
  }

  /** Adds a row, with values in the order of the columns; null: not measured. */
  void add(@Nullable Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(title + " has columns " + columns);
    }
    List<@Nullable Object> row = new ArrayList<>();
    for (Object value : values) {
      row.add(value);
    }
    rows.add(row);
  }

  /** The table in Markdown. */
  String text() {
    StringBuilder text = new StringBuilder("\n## " + title + "\n\n");
    text.append("| ").append(String.join(" | ", columns)).append(" |\n");
    text.append("|---".repeat(columns.size())).append("|\n");
    for (List<@Nullable Object> row : rows) {
      text.append("| ").append(String.join(" | ", row.stream().map(Table::cell).toList()));
      text.append(" |\n");
    }
    return text.toString();
  }

  private static String cell(@Nullable Object value) {
    return switch (value) {
      case null -> "not measured";
      case Boolean met -> met ? "yes" : "**no**";
      case Double number when number >= 1000 -> String.format(Locale.ROOT, "%,.0f", number);
      case Double number when number >= 10 -> String.format(Locale.ROOT, "%.1f", number);
      case Double number when number >= 1 -> String.format(Locale.ROOT, "%.2f", number);
      case Double number -> String.format(Locale.ROOT, "%.3f", number);
      case Number number -> String.format(Locale.ROOT, "%,d", number.longValue());
      default -> value.toString();
    };
  }

  /** The table as one map a row. */
  List<Map<String, @Nullable Object>> data() {
    List<Map<String, @Nullable Object>> data = new ArrayList<>();
    for (List<@Nullable Object> row : rows) {
      Map<String, @Nullable Object> named = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        named.put(columns.get(i), row.get(i));
      }
      data.add(named);
    }
    return data;
  }
}
