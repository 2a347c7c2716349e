package dev.vitrine.server.iam;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.AccessKey;
import dev.vitrine.login.AccessKeys;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.Json;
import dev.vitrine.server.json.PreciseTime;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v3.0/OS-CREDENTIAL/credentials} (IAM: 访问密钥管理; the fields of the public SDK's model).
 * Omits {@code last_use_time}, because the last use of a key is not recorded.
 */
public final class AccessKeysResource {
  private static final int MAX_DESCRIPTION = 255;
  private static final String ACTIVE = "active";
  private static final String INACTIVE = "inactive";

  private final AccessKeys keys;

  public AccessKeysResource(AccessKeys keys) {
    this.keys = keys;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_ACCESS_KEY, Parameters.taking(this::create))
        .on(Operation.LIST_ACCESS_KEYS, Parameters.taking(this::list, "user_id"))
        .on(Operation.SHOW_ACCESS_KEY, Parameters.taking(this::show))
        .on(Operation.UPDATE_ACCESS_KEY, Parameters.taking(this::update))
        .on(Operation.DELETE_ACCESS_KEY, Parameters.taking(this::delete));
  }

  private Reply create(Request request) {
    JsonNode asked = credential(request);
    String user = text(asked, "user_id");
    if (user == null) {
      throw invalid("credential/user_id is missing");
    }
    AccessKeys.Created created =
        keys.create(
            request.caller(),
            id(user, "user", UserId::new),
            Objects.requireNonNullElse(description(asked), ""));
    return one(201, node(created.key()).put("secret", created.secret()));
  }

  private Reply list(Request request) {
    String user = request.query("user_id");
    List<AccessKey> found =
        keys.list(request.caller(), user == null ? null : id(user, "user", UserId::new));
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    ArrayNode all = envelope.putArray("credentials");
    found.forEach(key -> all.add(node(key)));
    return Json.reply(200, envelope);
  }

  private Reply show(Request request) {
    return one(200, node(keys.show(request.caller(), id(request))));
  }

  private Reply update(Request request) {
    JsonNode asked = credential(request);
    String description = description(asked);
    String status = text(asked, "status");
    if (status != null && !status.equals(ACTIVE) && !status.equals(INACTIVE)) {
      throw invalid("credential/status must be active or inactive");
    }
    AccessKey updated =
        keys.update(
            request.caller(),
            id(request),
            old ->
                new AccessKey(
                    old.id(),
                    old.user(),
                    Objects.requireNonNullElse(description, old.description()),
                    status == null ? old.enabled() : status.equals(ACTIVE),
                    old.createdAt()));
    return one(200, node(updated));
  }

  private Reply delete(Request request) {
    keys.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  private static AccessKeyId id(Request request) {
    return id(request.parameter("access_key"), "credential", AccessKeyId::new);
  }

  /** Refuses an invalid id as absent. */
  private static <T> T id(String value, String kind, Function<String, T> type) {
    try {
      return type.apply(value);
    } catch (IllegalArgumentException e) {
      throw new Refusal.Absent(kind, value).asException();
    }
  }

  private static JsonNode credential(Request request) {
    try {
      JsonNode credential = Json.read(request.body()).path("credential");
      if (credential.isObject()) {
        return credential;
      }
    } catch (JsonProcessingException e) {
      // Refused below.
    }
    throw invalid("the body must be a JSON object with an object credential");
  }

  private static @Nullable String description(JsonNode credential) {
    String description = text(credential, "description");
    if (description != null
        && description.codePointCount(0, description.length()) > MAX_DESCRIPTION) {
      throw invalid("credential/description must have at most 255 characters");
    }
    return description;
  }

  /** A string that can be stored; null if it is absent or null. */
  private static @Nullable String text(JsonNode credential, String field) {
    JsonNode value = credential.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || !Fields.isStorable(value.textValue())) {
      throw invalid("credential/%s must be a string without U+0000".formatted(field));
    }
    return value.textValue();
  }

  private static Refused invalid(String message) {
    return new Refusal.Invalid("Invalid request: " + message + ".").asException();
  }

  private static Reply one(int status, ObjectNode key) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope.set("credential", key);
    return Json.reply(status, envelope);
  }

  private static ObjectNode node(AccessKey key) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("access", key.id().value())
        .put("user_id", key.user().value())
        .put("description", key.description())
        .put("status", key.enabled() ? ACTIVE : INACTIVE)
        .put("create_time", PreciseTime.format(key.createdAt()));
  }
}
