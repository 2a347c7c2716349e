package dev.vitrine.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Expands the short form of schemas in our files to JSON Schema. Strict is short, lax is long:
 *
 * <ul>
 *   <li>{@code string} is a type, {@code Image} refers to a schema, {@code string|null} is either;
 *   <li>{@code [Image]} is an array of them;
 *   <li>{@code {fields: {id: Uuid, name~: string}}} is an object with these fields and no others,
 *       of which {@code name} may be absent; {@code others: string} allows others of that schema.
 * </ul>
 *
 * Everything else is JSON Schema as it is, with the short form inside.
 */
final class Schemas {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Set<String> TYPES =
      Set.of("string", "integer", "number", "boolean", "object", "array", "null");

  private static final Set<String> LISTS = Set.of("anyOf", "oneOf", "allOf");

  private Schemas() {}

  static JsonNode expand(JsonNode shortForm) {
    if (shortForm.isTextual()) {
      return named(shortForm.textValue());
    }
    if (shortForm.isArray() && shortForm.size() == 1) {
      return NODES.objectNode().put("type", "array").set("items", expand(shortForm.get(0)));
    }
    if (!shortForm.isObject()) {
      throw new IllegalArgumentException("no schema: " + shortForm);
    }
    ObjectNode schema = NODES.objectNode();
    for (Map.Entry<String, JsonNode> keyword : shortForm.properties()) {
      expand(keyword.getKey(), keyword.getValue(), schema);
    }
    if (shortForm.has("fields") && !schema.has("additionalProperties")) {
      schema.put("additionalProperties", false);
    }
    return schema;
  }

  private static void expand(String keyword, JsonNode value, ObjectNode schema) {
    if (keyword.equals("fields")) {
      fields(value, schema);
    } else if (keyword.equals("others")) {
      schema.set("additionalProperties", expand(value));
    } else if (keyword.equals("items") || keyword.equals("not")) {
      schema.set(keyword, expand(value));
    } else if (LISTS.contains(keyword)) {
      ArrayNode choices = schema.putArray(keyword);
      value.forEach(choice -> choices.add(expand(choice)));
    } else {
      schema.set(keyword, value);
    }
  }

  private static void fields(JsonNode fields, ObjectNode schema) {
    ObjectNode properties = schema.put("type", "object").putObject("properties");
    ArrayNode required = NODES.arrayNode();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      String name = field.getKey();
      if (name.endsWith("~")) {
        name = name.substring(0, name.length() - 1);
      } else {
        required.add(name);
      }
      properties.set(name, expand(field.getValue()));
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
  }

  private static ObjectNode named(String names) {
    List<String> choices = Arrays.asList(names.split("\\|", -1));
    if (choices.size() == 1) {
      return one(names);
    }
    ObjectNode schema = NODES.objectNode();
    if (TYPES.containsAll(choices)) {
      choices.forEach(schema.putArray("type")::add);
    } else {
      choices.forEach(choice -> schema.withArray("anyOf").add(one(choice)));
    }
    return schema;
  }

  private static ObjectNode one(String name) {
    return TYPES.contains(name)
        ? NODES.objectNode().put("type", name)
        : NODES.objectNode().put("$ref", "#/components/schemas/" + name);
  }
}
