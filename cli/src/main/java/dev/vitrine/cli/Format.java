package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that print rows, and the forms they are printed in. */
final class Format {
  /** For people, and three for programs: those have the values as they are on the wire. */
  enum Form {
    table,
    value,
    csv,
    json
  }

  @Option(names = "--json", descriptionKey = "format.json")
  private boolean json;

  @Option(
      names = {"-f", "--format"},
      descriptionKey = "format.format",
      paramLabel = "FORM")
  private @Nullable Form form;

  @Option(names = "--long", descriptionKey = "format.long")
  private boolean isLong;

  @Option(
      names = {"-c", "--column"},
      descriptionKey = "format.column",
      paramLabel = "COLUMN")
  private List<String> chosen = new ArrayList<>();

  /** Whether a program reads the output. */
  boolean isForPrograms() {
    return form() != Form.table;
  }

  /** Whether the output is JSON, which holds more than columns do. */
  boolean isJson() {
    return form() == Form.json;
  }

  /** Refuses options that contradict each other, before anything is done. */
  void check(List<Column> columns) {
    if (json && form != null && form != Form.json) {
      throw new Problem(ExitCode.USAGE, "format.both");
    }
    for (String name : chosen) {
      if (columns.stream().noneMatch(column -> column.key().equals(name))) {
        String known = columns.stream().map(Column::key).collect(Collectors.joining(", "));
        throw new Problem(ExitCode.USAGE, "format.noColumn", name, known);
      }
    }
  }

  private Form form() {
    return json ? Form.json : form == null ? Form.table : form;
  }

  private List<Column> of(List<Column> columns) {
    return chosen.isEmpty()
        ? columns.stream().filter(c -> isLong || isForPrograms() || !c.isDetail()).toList()
        : chosen.stream()
            .flatMap(name -> columns.stream().filter(column -> column.key().equals(name)))
            .toList();
  }

  /** Prints many rows. */
  void rows(Shell shell, List<Column> columns, Stream<? extends JsonNode> rows) {
    List<Column> shown = of(columns);
    List<ObjectNode> all = rows.map(ObjectNode.class::cast).toList();
    Texts texts = shell.texts();
    switch (form()) {
      case table -> {
        if (all.isEmpty()) {
          shell.note("format.nothing");
          return;
        }
        List<Column> filled = filled(shown, all);
        List<String> head = filled.stream().map(c -> texts.say("column." + c.key())).toList();
        shell
            .out()
            .print(
                Table.rows(
                    head,
                    all.stream()
                        .map(row -> filled.stream().map(c -> c.shown(row, texts)).toList())
                        .toList()));
      }
      case value -> all.forEach(row -> shell.out().println(line(shown, row)));
      case csv -> {
        shell.out().println(shown.stream().map(Column::key).collect(Collectors.joining(",")));
        all.forEach(row -> shell.out().println(csv(shown, row)));
      }
      case json -> {
        var array = JsonNodeFactory.instance.arrayNode();
        all.forEach(row -> array.add(picked(shown, row)));
        shell.out().println(array.toPrettyString());
      }
    }
  }

  /** A column without any value tells people nothing, unless they named it. */
  private List<Column> filled(List<Column> columns, List<ObjectNode> rows) {
    return columns.stream()
        .filter(c -> !chosen.isEmpty() || rows.stream().anyMatch(row -> !c.plain(row).isEmpty()))
        .toList();
  }

  /** Prints one thing, field by field. */
  void one(Shell shell, List<Column> columns, ObjectNode row) {
    Texts texts = shell.texts();
    List<Column> shown = of(columns);
    switch (form()) {
      case table -> {
        List<String> head = List.of(texts.say("column.field"), texts.say("column.value"));
        shell
            .out()
            .print(
                Table.rows(
                    head,
                    shown.stream()
                        .filter(c -> !c.plain(row).isEmpty())
                        .map(c -> List.of(texts.word("column", c.key()), c.shown(row, texts)))
                        .toList()));
      }
      case value -> shown.forEach(c -> shell.out().println(Table.safe(c.plain(row))));
      case csv -> rows(shell, columns, Stream.of(row));
      case json ->
          shell.out().println((chosen.isEmpty() ? row : picked(shown, row)).toPrettyString());
    }
  }

  private static String line(List<Column> columns, ObjectNode row) {
    return columns.stream().map(c -> Table.safe(c.plain(row))).collect(Collectors.joining(" "));
  }

  /** RFC 4180. */
  private static String csv(List<Column> columns, ObjectNode row) {
    return columns.stream()
        .map(c -> c.plain(row))
        .map(
            value ->
                value.matches("(?s).*[\",\r\n].*")
                    ? "\"" + value.replace("\"", "\"\"") + "\""
                    : value)
        .collect(Collectors.joining(","));
  }

  private static ObjectNode picked(List<Column> columns, ObjectNode row) {
    ObjectNode picked = JsonNodeFactory.instance.objectNode();
    columns.forEach(c -> picked.set(c.key(), row.get(c.key())));
    return picked;
  }

  /** A row. */
  static ObjectNode row(Consumer<ObjectNode> fields) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    fields.accept(row);
    return row;
  }
}
