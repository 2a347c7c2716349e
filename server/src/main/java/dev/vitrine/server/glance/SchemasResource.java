package dev.vitrine.server.glance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.access.Access;
import dev.vitrine.image.Images;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Handler;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Constant answers for every authenticated caller: schemas, import methods, stores. */
public final class SchemasResource {
  /** The name of the only store. */
  static final String STORE = "file";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Access access;

  public SchemasResource(Access access) {
    this.access = access;
  }

  public void addTo(Routes routes) {
    JsonNode image = resource("image-schema.json");
    JsonNode member = resource("member-schema.json");
    on(routes, Operation.SHOW_IMAGE_SCHEMA, image);
    on(routes, Operation.SHOW_MEMBER_SCHEMA, member);
    on(routes, Operation.SHOW_IMAGES_SCHEMA, images(image));
    on(routes, Operation.SHOW_MEMBERS_SCHEMA, members(member));
    on(routes, Operation.SHOW_IMPORT_INFO, importInfo());
    on(routes, Operation.SHOW_STORES_INFO, stores());
  }

  private void on(Routes routes, Operation operation, JsonNode document) {
    Reply reply = Json.reply(200, document);
    Handler handler =
        request -> {
          access.require(request.caller(), operation);
          return reply;
        };
    routes.on(operation, handler);
  }

  private static JsonNode images(JsonNode image) {
    ObjectNode schema = list("images", image);
    ObjectNode properties = (ObjectNode) schema.get("properties");
    properties.set("next", string());
    properties.set("first", string());
    schema
        .putArray("links")
        .add(link("first", "{first}"))
        .add(link("next", "{next}"))
        .add(link("describedby", "{schema}"));
    return schema;
  }

  private static JsonNode members(JsonNode member) {
    ObjectNode schema = list("members", member);
    schema.putArray("links").add(link("describedby", "{schema}"));
    return schema;
  }

  private static ObjectNode list(String name, JsonNode item) {
    ObjectNode schema = NODES.objectNode();
    schema.put("name", name);
    ObjectNode properties = schema.putObject("properties");
    properties.putObject(name).put("type", "array").set("items", item);
    properties.set("schema", string());
    return schema;
  }

  private static JsonNode string() {
    return NODES.objectNode().put("type", "string");
  }

  private static JsonNode link(String relation, String target) {
    return NODES.objectNode().put("rel", relation).put("href", target);
  }

  private static JsonNode importInfo() {
    ObjectNode document = NODES.objectNode();
    document
        .putObject("import-methods")
        .put("description", "Import methods available.")
        .put("type", "array")
        .putArray("value")
        .add(Images.GLANCE_DIRECT);
    return document;
  }

  private static JsonNode stores() {
    ObjectNode document = NODES.objectNode();
    document.putArray("stores").addObject().put("id", STORE).put("default", "true");
    return document;
  }

  private static JsonNode resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(SchemasResource.class.getResourceAsStream(name), name)) {
      return Json.read(Buffer.buffer(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
