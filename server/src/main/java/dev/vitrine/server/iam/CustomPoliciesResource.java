package dev.vitrine.server.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.access.PolicyReader;
import dev.vitrine.directory.CustomPolicies;
import dev.vitrine.directory.CustomPolicy;
import dev.vitrine.directory.Slice;
import dev.vitrine.identity.RoleId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.CustomPolicyFault;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /v3.0/OS-ROLE/roles} (IAM: 自定义策略管理). */
public final class CustomPoliciesResource {
  private static final int MAX_PER_PAGE = 300;
  private static final List<Given> NOT_FOR_CUSTOM =
      List.of(
          new Given("catalog", CustomPolicyFault.CATALOG_GIVEN),
          new Given("flag", CustomPolicyFault.FLAG_GIVEN),
          new Given("name", CustomPolicyFault.NAME_GIVEN));

  private final CustomPolicies policies;
  private final String url;

  public CustomPoliciesResource(CustomPolicies policies, String url) {
    this.policies = policies;
    this.url = url;
  }

  private record Given(String field, CustomPolicyFault fault) {}

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_CUSTOM_POLICY, Parameters.taking(this::create))
        .on(Operation.LIST_CUSTOM_POLICIES, Parameters.taking(this::list, "page", "per_page"))
        .on(Operation.SHOW_CUSTOM_POLICY, Parameters.taking(this::show))
        .on(Operation.UPDATE_CUSTOM_POLICY, Parameters.taking(this::update))
        .on(Operation.DELETE_CUSTOM_POLICY, Parameters.taking(this::delete));
  }

  private Reply create(Request request) {
    return one(201, policies.create(request.caller(), content(role(request), null)));
  }

  private Reply list(Request request) {
    Parameters.Part part = Parameters.part(request, MAX_PER_PAGE);
    Slice<CustomPolicy> found = policies.list(request.caller(), part.offset(), part.limit());
    ObjectNode body = node();
    ArrayNode roles = body.putArray("roles");
    found.elements().forEach(policy -> roles.add(node(policy)));
    body.put("total_number", found.total());
    body.set("links", links(request, part, found.total()));
    return Json.reply(200, body);
  }

  private ObjectNode links(Request request, Parameters.Part part, long total) {
    String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
    ObjectNode links = node().put("self", url + request.path() + query);
    int page = part.offset() / part.limit() + 1;
    links.put("previous", page > 1 ? page(request, page - 1, part) : null);
    links.put("next", (long) page * part.limit() < total ? page(request, page + 1, part) : null);
    return links;
  }

  private String page(Request request, int page, Parameters.Part part) {
    return "%s%s?page=%d&per_page=%d".formatted(url, request.path(), page, part.limit());
  }

  private Reply show(Request request) {
    return one(200, policies.show(request.caller(), id(request)));
  }

  private Reply update(Request request) {
    Fields role = role(request);
    return one(200, policies.update(request.caller(), id(request), old -> content(role, old)));
  }

  private Reply delete(Request request) {
    policies.delete(request.caller(), id(request));
    return Json.reply(200, node().put("message", "Delete success"));
  }

  private static RoleId id(Request request) {
    return request.pathId("role", RoleId::new);
  }

  private static Fields role(Request request) {
    Fields body = Fields.body(request);
    if (!body.raw("role").isObject()) {
      throw fault(CustomPolicyFault.NO_ROLE, "The role must be a JSONObject.");
    }
    Fields role = body.object("role");
    for (Given given : NOT_FOR_CUSTOM) {
      if (role.has(given.field())) {
        throw fault(
            given.fault(), "The custom policy does not need a %s.".formatted(given.field()));
      }
    }
    return role;
  }

  /**
   * Reads the content of a policy.
   *
   * @param old supplies absent fields; null: all fields are required but {@code description_cn}
   */
  private static CustomPolicy.Content content(Fields role, CustomPolicy.@Nullable Content old) {
    return new CustomPolicy.Content(
        old != null && !role.has("display_name") ? old.displayName() : displayName(role),
        old != null && !role.has("type") ? old.type() : type(role),
        old != null && !role.has("description") ? old.description() : description(role),
        old != null && !role.has("description_cn") ? old.descriptionCn() : descriptionCn(role),
        old != null && !role.has("policy") ? old.document() : document(role));
  }

  private static String displayName(Fields role) {
    if (!role.raw("display_name").isTextual()) {
      throw fault(
          CustomPolicyFault.DISPLAY_NAME,
          "The display_name must be a string and cannot be left blank.");
    }
    return role.raw("display_name").textValue();
  }

  private static CustomPolicy.Type type(Fields role) {
    JsonNode type = role.raw("type");
    if (!type.isTextual() || type.textValue().isBlank()) {
      throw fault(
          CustomPolicyFault.TYPE_MISSING, "The type must be a string and cannot be left blank.");
    }
    return switch (type.textValue()) {
      case "XA" -> CustomPolicy.Type.PROJECT;
      case "AX" -> CustomPolicy.Type.GLOBAL;
      case "AA", "XX" ->
          throw fault(
              CustomPolicyFault.TYPE_NOT_CUSTOM,
              "The type of a custom policy must be 'AX' or 'XA'.");
      default ->
          throw fault(
              CustomPolicyFault.TYPE_UNKNOWN, "Invalid type %s.".formatted(type.textValue()));
    };
  }

  private static String description(Fields role) {
    JsonNode text = role.raw("description");
    if (!isText(text)) {
      throw fault(CustomPolicyFault.DESCRIPTION, "Invalid description.");
    }
    return text.textValue();
  }

  private static @Nullable String descriptionCn(Fields role) {
    JsonNode text = role.raw("description_cn");
    if (text.isMissingNode() || text.isNull()) {
      return null;
    }
    if (!isText(text)) {
      throw fault(CustomPolicyFault.DESCRIPTION_CN, "Invalid description_cn.");
    }
    return text.textValue();
  }

  private static boolean isText(JsonNode value) {
    return value.isTextual() && Fields.isStorable(value.textValue());
  }

  /** Refuses JSON that is no policy document. */
  public static void requirePolicy(String json) {
    PolicyReader.read("policy", Json.tree(RoleJson.document(json)));
  }

  private static String document(Fields role) {
    JsonNode policy = role.raw("policy");
    if (!policy.isObject()) {
      throw fault(CustomPolicyFault.NO_POLICY, "The policy must be a JSONObject.");
    }
    return policy.toString();
  }

  private Reply one(int status, CustomPolicy policy) {
    ObjectNode body = node();
    body.set("role", node(policy));
    return Json.reply(status, body);
  }

  private ObjectNode node(CustomPolicy policy) {
    CustomPolicy.Content content = policy.content();
    ObjectNode node =
        node()
            .put("id", policy.id().value())
            .put("name", policy.name())
            .put("display_name", content.displayName())
            .put("type", RoleJson.type(content.type()))
            .put("catalog", RoleJson.CUSTOM)
            .put("domain_id", policy.domain().value())
            .put("description", content.description())
            .put("description_cn", content.descriptionCn())
            .put("references", policy.references())
            .put("created_time", RoleJson.millis(policy.createdAt()))
            .put("updated_time", RoleJson.millis(policy.updatedAt()));
    node.set("policy", RoleJson.document(content.document()));
    node.putObject("links").put("self", url + "/v3/roles/" + policy.id());
    return node;
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static Refused fault(CustomPolicyFault fault, String message) {
    return new Refusal.InvalidCustomPolicy(fault, message).asException();
  }
}
