package dev.vitrine.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON text, read and written, without an {@code ObjectMapper} where it can be helped: to make one
 * takes longer than a request.
 */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Made when it is needed. */
  private static final class Mapper {
    private static final JsonMapper MAPPER = new JsonMapper();
  }

  private Json() {}

  /**
   * The value that a text holds; a missing node if the text is empty.
   *
   * @throws UncheckedIOException if it is not JSON
   */
  public static JsonNode read(String json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      return read(parser);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The only value that a parser reads, of JSON or of a format like it; a missing node without one.
   *
   * @throws IOException if the text is not of that format, or if another value follows
   */
  public static JsonNode read(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return MissingNode.getInstance();
    }
    JsonNode value = value(parser, first);
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "another value follows");
    }
    return value;
  }

  private static JsonNode value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(token == JsonToken.VALUE_TRUE);
      case VALUE_NULL -> NODES.nullNode();
      case VALUE_EMBEDDED_OBJECT -> NODES.pojoNode(parser.getEmbeddedObject());
      default -> throw new JsonParseException(parser, "unexpected " + token);
    };
  }

  private static ObjectNode object(JsonParser parser) throws IOException {
    ObjectNode object = NODES.objectNode();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      object.set(name, value(parser, parser.nextToken()));
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser) throws IOException {
    ArrayNode array = NODES.arrayNode();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      array.add(value(parser, token));
      token = parser.nextToken();
    }
    return array;
  }

  /** A node, a map, a list, a record or a scalar as JSON. */
  public static String write(Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      write(generator, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator to, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> to.writeNull();
      case String text -> to.writeString(text);
      case Integer number -> to.writeNumber(number);
      case Long number -> to.writeNumber(number);
      case Boolean flag -> to.writeBoolean(flag);
      case JsonNode node when node.isTextual() -> to.writeString(node.asText());
      case ObjectNode object -> {
        to.writeStartObject();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          to.writeFieldName(field.getKey());
          write(to, field.getValue());
        }
        to.writeEndObject();
      }
      case Map<?, ?> map -> {
        to.writeStartObject();
        for (Map.Entry<?, ?> field : map.entrySet()) {
          to.writeFieldName(String.valueOf(field.getKey()));
          write(to, field.getValue());
        }
        to.writeEndObject();
      }
      case Iterable<?> list when list instanceof ArrayNode || !(list instanceof JsonNode) -> {
        to.writeStartArray();
        for (Object element : list) {
          write(to, element);
        }
        to.writeEndArray();
      }
      default -> to.writeRawValue(Mapper.MAPPER.writeValueAsString(value));
    }
  }
}
