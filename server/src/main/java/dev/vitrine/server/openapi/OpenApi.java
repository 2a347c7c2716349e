package dev.vitrine.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Protocol;
import dev.vitrine.operation.Requirement;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The OpenAPI document. Methods, paths, actions and scopes come from {@link Operation}. What code
 * cannot tell comes from one file a protocol, {@code glance.yaml} and so on, with an entry for each
 * of its operations: {@code does}, a sentence; {@code query} and {@code headers}, parameters with
 * their schemas; {@code body} and {@code answers}, content; {@code gives}, headers of the answers;
 * {@code refuses}, statuses beyond those that follow from the operation. {@code with} names an
 * entry of {@code shared} that has the rest. Content is a schema for JSON, {@code none}, or a map
 * from media types to schemas; {@link Schemas} describes the form of schemas.
 */
public final class OpenApi {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

  /** Any request may be malformed, late, too many, too long, or meet a failure. */
  private static final List<Integer> ALWAYS = List.of(400, 408, 429, 431, 500, 503);

  private final Map<Protocol, JsonNode> files = new EnumMap<>(Protocol.class);
  private final ObjectNode paths = NODES.objectNode();
  private final Map<String, ObjectNode> byRoute = new HashMap<>();

  private OpenApi() {
    for (Protocol protocol : Protocol.values()) {
      files.put(protocol, file(word(protocol)));
    }
  }

  /** Creates the document: it takes a while, and is always the same. */
  public static ObjectNode document() {
    OpenApi creation = new OpenApi();
    for (Operation operation : Operation.values()) {
      creation.add(operation);
    }
    creation.requireNoOthers();
    return creation.whole();
  }

  private ObjectNode whole() {
    JsonNode shared = file("shared");
    ObjectNode document = NODES.objectNode().put("openapi", "3.1.1");
    document.set("info", shared.get("info"));
    document.putArray("servers").addObject().put("url", "/");
    ArrayNode tags = document.putArray("tags");
    document.set("paths", paths);
    ObjectNode components = document.putObject("components");
    ObjectNode schemas = components.putObject("schemas");
    ObjectNode responses = components.putObject("responses");
    components.set("securitySchemes", shared.get("securitySchemes"));
    shared
        .get("securitySchemes")
        .fieldNames()
        .forEachRemaining(scheme -> document.withArray("security").addObject().putArray(scheme));
    addSchemas(shared.get("schemas"), schemas);
    files.forEach(
        (protocol, file) -> {
          tags.addObject()
              .put("name", word(protocol))
              .put("description", file.get("description").textValue());
          addSchemas(file.get("schemas"), schemas);
          responses.set(refusal(protocol), response("Refused.", file.get("refusal")));
        });
    return document;
  }

  private static void addSchemas(JsonNode more, ObjectNode schemas) {
    for (Map.Entry<String, JsonNode> schema : more.properties()) {
      if (schemas.has(schema.getKey())) {
        throw new IllegalStateException("two schemas " + schema.getKey());
      }
      schemas.set(schema.getKey(), Schemas.expand(schema.getValue()));
    }
  }

  /** Adds an operation, or its actions to those of another with the same route. */
  private void add(Operation operation) {
    JsonNode entry = entry(operation);
    String route = operation.method() + " " + operation.path();
    ObjectNode described = byRoute.get(route);
    if (described == null) {
      described = described(operation, entry);
      byRoute.put(route, described);
      paths
          .withObjectProperty(operation.path())
          .set(operation.method().toLowerCase(Locale.ROOT), described);
    }
    described.withObjectProperty("x-vitrine-actions").set(operation.name(), actions(operation));
  }

  private JsonNode entry(Operation operation) {
    JsonNode file = file(operation);
    JsonNode entry = file.path("operations").get(operation.name());
    if (entry == null) {
      throw new IllegalStateException(operation + " is not described");
    }
    JsonNode with = entry.get("with");
    if (with == null) {
      return entry;
    }
    ObjectNode merged = file.path("shared").required(with.textValue()).deepCopy();
    merged.setAll((ObjectNode) entry);
    return merged;
  }

  private JsonNode file(Operation operation) {
    return Objects.requireNonNull(files.get(operation.protocol()));
  }

  private void requireNoOthers() {
    files.forEach(
        (protocol, file) ->
            file.get("operations")
                .fieldNames()
                .forEachRemaining(
                    name -> {
                      if (Operation.valueOf(name).protocol() != protocol) {
                        throw new IllegalStateException(name + " is not of " + protocol);
                      }
                    }));
  }

  private static ObjectNode described(Operation operation, JsonNode entry) {
    ObjectNode described =
        NODES
            .objectNode()
            .put("operationId", camel(operation.name()))
            .put("summary", entry.required("does").textValue());
    described.putArray("tags").add(word(operation.protocol()));
    ArrayNode parameters = NODES.arrayNode();
    Matcher inPath = PARAMETER.matcher(operation.path());
    while (inPath.find()) {
      parameters.add(
          parameter(inPath.group(1), "path", NODES.textNode("Segment")).put("required", true));
    }
    entry.path("query").properties().forEach(one -> parameters.add(query(one)));
    entry
        .path("headers")
        .properties()
        .forEach(one -> parameters.add(optional(one.getKey(), "header", one.getValue())));
    if (!parameters.isEmpty()) {
      described.set("parameters", parameters);
    }
    if (operation.takesBody()) {
      described
          .putObject("requestBody")
          .put("required", true)
          .set("content", content(entry.required("body")));
    }
    described.set("responses", responses(operation, entry));
    if (operation.isOpen()) {
      described.putArray("security");
    }
    described.put("x-vitrine-needs-project", operation.needsProject());
    return described;
  }

  /** {@code *} stands for parameters of any name: filters by property. */
  private static ObjectNode query(Map.Entry<String, JsonNode> named) {
    if (named.getKey().equals("*")) {
      return parameter("properties", "query", named.getValue())
          .put("style", "form")
          .put("explode", true);
    }
    return optional(named.getKey(), "query", named.getValue());
  }

  /** {@code name!} is required. */
  private static ObjectNode optional(String name, String place, JsonNode schema) {
    return name.endsWith("!")
        ? parameter(name.substring(0, name.length() - 1), place, schema).put("required", true)
        : parameter(name, place, schema);
  }

  private static ObjectNode parameter(String name, String place, JsonNode schema) {
    return NODES
        .objectNode()
        .put("name", name)
        .put("in", place)
        .set("schema", Schemas.expand(schema));
  }

  private static ObjectNode responses(Operation operation, JsonNode entry) {
    ObjectNode responses = NODES.objectNode();
    for (Map.Entry<String, JsonNode> answer : entry.required("answers").properties()) {
      String reason = HttpResponseStatus.valueOf(Integer.parseInt(answer.getKey())).reasonPhrase();
      ObjectNode response = response(reason, answer.getValue());
      entry
          .path("gives")
          .forEach(
              header ->
                  response
                      .withObjectProperty("headers")
                      .putObject(header.textValue())
                      .putObject("schema")
                      .put("type", "string"));
      responses.set(answer.getKey(), response);
    }
    String reference = "#/components/responses/" + refusal(operation.protocol());
    for (int status : refusals(operation, entry)) {
      responses.putObject(String.valueOf(status)).put("$ref", reference);
    }
    return responses;
  }

  private static Set<Integer> refusals(Operation operation, JsonNode entry) {
    Set<Integer> statuses = new TreeSet<>(ALWAYS);
    if (!operation.isOpen()) {
      statuses.addAll(List.of(401, 403));
    }
    if (operation.path().contains("{")) {
      statuses.add(404);
    }
    if (operation.takesBody()) {
      statuses.add(413);
    }
    entry.path("refuses").forEach(status -> statuses.add(status.intValue()));
    return statuses;
  }

  private static ObjectNode response(String description, JsonNode content) {
    ObjectNode response = NODES.objectNode().put("description", description);
    if (!content.asText().equals("none")) {
      response.set("content", content(content));
    }
    return response;
  }

  private static ObjectNode content(JsonNode shortForm) {
    ObjectNode content = NODES.objectNode();
    boolean isOfTypes = shortForm.properties().stream().anyMatch(one -> one.getKey().contains("/"));
    if (isOfTypes) {
      shortForm
          .properties()
          .forEach(
              type ->
                  content.putObject(type.getKey()).set("schema", Schemas.expand(type.getValue())));
    } else {
      content.putObject("application/json").set("schema", Schemas.expand(shortForm));
    }
    return content;
  }

  private static ArrayNode actions(Operation operation) {
    ArrayNode actions = NODES.arrayNode();
    for (Requirement required : operation.requirements()) {
      ObjectNode action = actions.addObject().put("action", required.action().toString());
      required.aliases().forEach(alias -> action.withArray("aliases").add(alias.toString()));
      ArrayNode scopes = action.putArray("scopes");
      required.scopes().forEach(scope -> scopes.add(scope.name().toLowerCase(Locale.ROOT)));
    }
    return actions;
  }

  private static String refusal(Protocol protocol) {
    String word = word(protocol);
    return Character.toUpperCase(word.charAt(0)) + word.substring(1) + "Refusal";
  }

  private static String word(Protocol protocol) {
    return protocol.name().toLowerCase(Locale.ROOT);
  }

  private static String camel(String name) {
    return Pattern.compile("_(.)")
        .matcher(name.toLowerCase(Locale.ROOT))
        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
  }

  private static JsonNode file(String name) {
    try (InputStream in = OpenApi.class.getResourceAsStream(name + ".yaml")) {
      return YAML.readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
