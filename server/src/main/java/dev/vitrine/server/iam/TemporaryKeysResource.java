package dev.vitrine.server.iam;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.login.RequestSignature;
import dev.vitrine.login.TemporaryKeys;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.Authenticator;
import dev.vitrine.server.http.Credentials;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.json.Json;
import dev.vitrine.server.json.PreciseTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code POST /v3.0/OS-CREDENTIAL/securitytokens} (IAM: 通过token获取临时访问密钥和securitytoken). Refuses
 * agencies ({@code assume_role}) and policies that narrow a key.
 */
public final class TemporaryKeysResource {

  private final TemporaryKeys keys;
  private final Authenticator authenticator;

  /**
   * @param authenticator verifies signatures. The route is open, because its token may be in the
   *     body, but a signed request must have a valid signature
   */
  public TemporaryKeysResource(TemporaryKeys keys, Authenticator authenticator) {
    this.keys = keys;
    this.authenticator = authenticator;
  }

  public void addTo(Routes routes) {
    routes.on(Operation.CREATE_TEMPORARY_ACCESS_KEY, Parameters.taking(this::create));
  }

  private Reply create(Request request) throws IOException {
    requireGoodSignature(request);
    JsonNode auth = part(body(request), "auth", "", List.of("identity"));
    JsonNode identity = part(auth, "identity", "auth/", List.of("methods", "token", "policy"));
    requireMethod(identity.path("methods"));
    if (identity.has("policy")) {
      throw invalid(
          "auth/identity/policy is not supported: a temporary key does all that its token may");
    }
    JsonNode token =
        identity.has("token")
            ? part(identity, "token", "auth/identity/", List.of("id", "duration_seconds"))
            : MissingNode.getInstance();
    Duration duration = duration(token.path("duration_seconds"));
    return reply(keys.issue(loginToken(request, token.path("id")), duration));
  }

  private void requireGoodSignature(Request request) throws IOException {
    if (RequestSignature.isOne(request.header("Authorization"))
        && authenticator.authenticate(request) instanceof Credentials.Claimed(_, var proof)) {
      proof.of(request);
    }
  }

  private static JsonNode body(Request request) {
    try {
      return Json.read(request.body());
    } catch (JsonProcessingException e) {
      throw invalid("the body is not valid JSON");
    }
  }

  /** A required object with only these fields. */
  private static JsonNode part(JsonNode of, String name, String path, List<String> fields) {
    JsonNode part = of.path(name);
    if (!part.isObject()) {
      throw invalid(path + name + " must be an object");
    }
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      if (!fields.contains(field.getKey()) && !field.getKey().equals("assume_role")) {
        throw invalid(path + name + "/" + field.getKey() + " is not supported");
      }
    }
    if (part.has("assume_role")) {
      throw noAgencies();
    }
    return part;
  }

  private static void requireMethod(JsonNode methods) {
    for (JsonNode method : methods) {
      if ("assume_role".equals(method.textValue())) {
        throw noAgencies();
      }
    }
    if (!methods.isArray() || methods.size() != 1 || !"token".equals(methods.get(0).textValue())) {
      throw invalid("auth/identity/methods must be [\"token\"]");
    }
  }

  private static Refused noAgencies() {
    return invalid("there are no agencies here: assume_role is not supported, use token");
  }

  private static Duration duration(JsonNode seconds) {
    long shortest = TemporaryKeys.SHORTEST.toSeconds();
    long longest = TemporaryKeys.LONGEST.toSeconds();
    if (seconds.isMissingNode() || seconds.isNull()) {
      return TemporaryKeys.SHORTEST;
    }
    if (!seconds.isIntegralNumber()
        || !seconds.canConvertToLong()
        || seconds.longValue() < shortest
        || seconds.longValue() > longest) {
      throw invalid(
          "auth/identity/token/duration_seconds must be a whole number from %d to %d"
              .formatted(shortest, longest));
    }
    return Duration.ofSeconds(seconds.longValue());
  }

  /** The header takes precedence over the body. */
  private static String loginToken(Request request, JsonNode id) {
    String header = request.header("X-Auth-Token");
    if (header != null) {
      return header;
    }
    if (id.isMissingNode() || id.isNull()) {
      throw invalid("a token is missing: X-Auth-Token, or auth/identity/token/id");
    }
    if (!id.isTextual()) {
      throw invalid("auth/identity/token/id must be a string");
    }
    return id.textValue();
  }

  private static Refused invalid(String message) {
    return new Refusal.Invalid("Invalid request: " + message + ".").asException();
  }

  private static Reply reply(TemporaryKeys.Issued key) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope
        .putObject("credential")
        .put("access", key.id().value())
        .put("expires_at", PreciseTime.format(key.expiresAt()))
        .put("secret", key.secret())
        .put("securitytoken", key.securityToken());
    return Json.reply(201, envelope);
  }
}
