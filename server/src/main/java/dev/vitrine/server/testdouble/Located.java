package dev.vitrine.server.testdouble;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a YAML file with its line. Aliases are refused. */
sealed interface Located {
  int line();

  /** Names and values. */
  record Fields(int line, Map<String, Located> values) implements Located {}

  /** A list. */
  record Items(int line, List<Located> values) implements Located {}

  /**
   * Anything else, as text.
   *
   * @param text null for null
   */
  record Scalar(int line, @Nullable String text) implements Located {}

  /**
   * Reads a file with one document.
   *
   * @throws IOException if it is no such YAML; the message names the line
   */
  static Located read(String text) throws IOException {
    try (JsonParser parser = YAMLFactory.builder().build().createParser(text)) {
      parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      JsonToken first = parser.nextToken();
      Located root = first == null ? new Fields(1, Map.of()) : value(parser);
      if (parser.nextToken() != null) {
        throw new IOException("line " + line(parser) + ": a second document begins");
      }
      return root;
    }
  }

  private static Located value(JsonParser parser) throws IOException {
    int line = line(parser);
    if (((YAMLParser) parser).isCurrentAlias()) {
      throw new IOException("line " + line + ": aliases are not understood here");
    }
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, Located> values = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        values.put(name, value(parser));
      }
      return new Fields(line, values);
    }
    if (token == JsonToken.START_ARRAY) {
      List<Located> values = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        values.add(value(parser));
      }
      return new Items(line, values);
    }
    return new Scalar(line, token == JsonToken.VALUE_NULL ? null : parser.getText());
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }
}
