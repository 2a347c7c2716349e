package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows of one kind, laid out for people. Values of other users cannot steer the terminal. */
final class Table {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  /** How people read a value. */
  enum Kind {
    TEXT,
    /** Bytes. */
    SIZE,
    /** A list, of which the length is shown. */
    COUNT,
    /** A part of 1. */
    PERCENT,
    /** An instant, shown in the user's zone. */
    TIME,
    /** A value of a closed set, or several, shown as words of the user's language. */
    WORD,
    /** Why something failed: an English sentence, shown in the user's language by its code. */
    FAILURE,
    /** The kind of an event, shown as a word, with what was before and after if only that tells. */
    CHANGE
  }

  /**
   * A column.
   *
   * @param key the field of the rows, and the name for {@code -c}
   * @param set of the words, for {@link Kind#WORD}; the field with the status that the receiver
   *     answered, for {@link Kind#FAILURE}
   * @param isDetail whether a table has it only with {@code --long}, so that rows fit a terminal
   */
  record Column(String key, Kind kind, String set, boolean isDetail) {
    static Column text(String key) {
      return new Column(key, Kind.TEXT, "", false);
    }

    static Column size(String key) {
      return new Column(key, Kind.SIZE, "", false);
    }

    static Column count(String key) {
      return new Column(key, Kind.COUNT, "", false);
    }

    static Column percent(String key) {
      return new Column(key, Kind.PERCENT, "", false);
    }

    static Column time(String key) {
      return new Column(key, Kind.TIME, "", false);
    }

    static Column word(String key, String set) {
      return new Column(key, Kind.WORD, set, false);
    }

    static Column change(String key) {
      return new Column(key, Kind.CHANGE, "event", false);
    }

    static Column failure(String key, String status) {
      return new Column(key, Kind.FAILURE, status, false);
    }

    Column detail() {
      return new Column(key, kind, set, true);
    }

    /** As people read it. */
    String shown(ObjectNode row, Texts texts) {
      JsonNode value = row.path(key);
      String plain = plain(row);
      return switch (kind) {
        case TEXT -> plain;
        case SIZE -> value.isNumber() ? Table.size(value.asLong()) : plain;
        case COUNT -> value.isArray() ? String.valueOf(value.size()) : plain;
        case PERCENT ->
            value.isNumber() ? "%d %%".formatted(Math.round(100 * value.asDouble())) : plain;
        case TIME -> Table.time(plain);
        case WORD -> words(value, texts);
        case FAILURE -> {
          String code = row.path(key + "_code").asText("");
          String word = texts.word("failure", code);
          // A newer server may have more codes, and an older one has none.
          yield word.equals(code) ? plain : word.replace("{0}", row.path(set).asText());
        }
        case CHANGE ->
            switch (plain) {
              case "image.visibility_changed" ->
                  "%s: %s → %s"
                      .formatted(
                          texts.word(set, plain),
                          texts.word("visibility", row.path("from").asText()),
                          texts.word("visibility", row.path("to").asText()));
              case "image.owner_changed" ->
                  "%s: %s → %s"
                      .formatted(
                          texts.word(set, plain),
                          row.path("from").asText("–"),
                          row.path("to").asText("–"));
              default ->
                  row.has("about")
                      ? "%s: %s".formatted(texts.word(set, plain), row.path("about").asText())
                      : texts.word(set, plain);
            };
      };
    }

    private String words(JsonNode value, Texts texts) {
      Stream<JsonNode> values = value.isArray() ? Cloud.elements(value) : Stream.of(value);
      return values
          .filter(one -> !one.isNull() && !one.isMissingNode())
          .map(one -> texts.word(set, one.asText()))
          .collect(Collectors.joining(", "));
    }

    /** As programs read it: lists joined by commas, objects as JSON. */
    String plain(ObjectNode row) {
      JsonNode value = row.path(key);
      if (value.isNull() || value.isMissingNode()) {
        return "";
      }
      if (value.isArray() && Cloud.elements(value).allMatch(JsonNode::isValueNode)) {
        return Cloud.elements(value).map(JsonNode::asText).collect(Collectors.joining(","));
      }
      return value.isContainerNode() ? value.toString() : value.asText();
    }
  }

  private Table() {}

  /** Columns of aligned cells below their names. */
  static String rows(List<String> head, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    all.add(head);
    rows.stream().map(row -> row.stream().map(Table::safe).toList()).forEach(all::add);
    int[] widths = new int[head.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - width(row.get(i)) + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** How many cells of a terminal a text takes: two for a wide character, none for a mark. */
  static int width(String text) {
    return text.codePoints().map(Table::cells).sum();
  }

  private static int cells(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    return isWide(c) ? 2 : 1;
  }

  /** Unicode's East Asian Width W and F, by blocks. */
  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115F)
        || (c >= 0x2E80 && c <= 0x303E)
        || (c >= 0x3041 && c <= 0xA4CF)
        || (c >= 0xA960 && c <= 0xA97F)
        || (c >= 0xAC00 && c <= 0xD7A3)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0xFE30 && c <= 0xFE6F)
        || (c >= 0xFF01 && c <= 0xFF60)
        || (c >= 0xFFE0 && c <= 0xFFE6)
        || (c >= 0x1F300 && c <= 0x1FAFF)
        || (c >= 0x20000 && c <= 0x3FFFD);
  }

  /** Control characters, and those that turn the direction of text, in their escaped form. */
  static String safe(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              boolean turns =
                  (c >= 0x202A && c <= 0x202E)
                      || (c >= 0x2066 && c <= 0x2069)
                      || c == 0x2028
                      || c == 0x2029;
              if (Character.isISOControl(c) || turns) {
                safe.append("\\u%04x".formatted(c));
              } else {
                safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }

  /** Bytes, in binary units. */
  static String size(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1023.95 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : "%.1f %s".formatted(value, units[unit]);
  }

  private static String time(String text) {
    try {
      return TIME.withLocale(Locale.ROOT)
          .format(Instant.parse(text).atZone(ZoneId.systemDefault()));
    } catch (DateTimeParseException e) {
      return text;
    }
  }
}
