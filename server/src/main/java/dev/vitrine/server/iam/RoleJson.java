package dev.vitrine.server.iam;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.CustomPolicy;
import dev.vitrine.directory.GrantedRole;
import dev.vitrine.server.json.Json;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/** The JSON of roles in IAM. */
final class RoleJson {
  /** The catalogue of custom policies. */
  static final String CUSTOM = "CUSTOMED";

  private RoleJson() {}

  static ObjectNode node(GrantedRole granted) {
    String domain = granted.role().domain() == null ? null : granted.role().domain().value();
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", granted.role().id().value())
            .put("name", granted.role().name())
            .put("display_name", granted.displayName())
            .put("type", type(granted.type()))
            .put("catalog", granted.isCustom() ? CUSTOM : null)
            .put("domain_id", domain)
            .put("description", granted.role().description())
            .put("description_cn", granted.descriptionCn());
    node.set("policy", document(granted.document()));
    return node;
  }

  static String type(CustomPolicy.Type type) {
    return switch (type) {
      case PROJECT -> "XA";
      case GLOBAL -> "AX";
    };
  }

  /** Parses a stored document. */
  static JsonNode document(String json) {
    try {
      return Json.read(Buffer.buffer(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a role's document is no JSON", e);
    }
  }

  /** Times of roles are milliseconds since 1970, as text. */
  static String millis(Instant time) {
    return Long.toString(time.toEpochMilli());
  }
}
