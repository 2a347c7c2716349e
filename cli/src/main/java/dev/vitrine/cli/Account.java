package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.client.Json;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How to sign in, and which endpoints to take from the catalogue.
 *
 * @param name of the cloud, for messages
 * @param identity URL of Keystone, ending in {@code /v3}
 * @param body of {@code POST /v3/auth/tokens}; null: the token is used as it is. It may lack the
 *     password, which {@link #withPassword} adds
 * @param token null: none yet
 * @param region null: the first of the catalogue
 * @param side of the endpoints: public, internal or admin
 * @param trust of its servers
 */
record Account(
    String name,
    URI identity,
    @Nullable JsonNode body,
    @Nullable String token,
    @Nullable String region,
    String side,
    Trust trust) {

  /** Of a body: who has a password. */
  private static final String USER = "/auth/identity/password/user";

  private static final Set<String> SUPPORTED =
      Set.of(
          "auth_url",
          "username",
          "user_id",
          "password",
          "user_domain_name",
          "user_domain_id",
          "project_name",
          "project_id",
          "project_domain_name",
          "project_domain_id",
          "token",
          "application_credential_id",
          "application_credential_name",
          "application_credential_secret");

  /** Fields beside {@code auth} that change how a server is reached, and that we do not support. */
  private static final List<String> REFUSED = List.of("profile", "cloud", "regions");

  private static final Set<String> METHODS =
      Set.of(
          "",
          "password",
          "v3password",
          "token",
          "v3token",
          "v3applicationcredential",
          "application_credential");

  /**
   * Of a cloud as {@code clouds.yaml} describes it.
   *
   * @param name of the cloud, for messages
   */
  static Account of(String name, JsonNode cloud, Trust trust) {
    refuseUnsupported(name, cloud);
    return new Reader(name, cloud.path("auth"), trust)
        .account(text(cloud, "auth_type"), text(cloud, "region_name"), text(cloud, "interface"));
  }

  private static void refuseUnsupported(String name, JsonNode cloud) {
    Stream<String> unknown =
        cloud
            .path("auth")
            .propertyStream()
            .map(Map.Entry::getKey)
            .filter(k -> !SUPPORTED.contains(k));
    Stream<String> refused = REFUSED.stream().filter(cloud::has);
    List<String> all = Stream.concat(unknown, refused).toList();
    if (!all.isEmpty()) {
      throw new Problem(ExitCode.USAGE, "cloud.unsupported", name, String.join(", ", all));
    }
    String type = cloud.path("auth_type").asText("");
    if (!METHODS.contains(type)) {
      throw new Problem(ExitCode.USAGE, "cloud.unsupported", name, "auth_type: " + type);
    }
    String version = cloud.path("identity_api_version").asText("3");
    if (!version.equals("3")) {
      throw new Problem(
          ExitCode.USAGE, "cloud.unsupported", name, "identity_api_version: " + version);
    }
  }

  /**
   * What tells the tokens of this account from those of others, without a secret. Null if there is
   * nothing to tell them by: who uses a token of their own is known to the server only.
   */
  @Nullable String cacheKey() {
    if (body == null || token != null) {
      return null;
    }
    ObjectNode key = body.deepCopy();
    if (key.at(USER) instanceof ObjectNode user) {
      user.remove("password");
    }
    if (key.at("/auth/identity/application_credential") instanceof ObjectNode credential) {
      credential.remove("secret");
    }
    return identity + "\n" + Json.write(key);
  }

  /** Null if it is absent or empty. */
  static @Nullable String text(JsonNode from, String field) {
    String text = from.path(field).asText("");
    return text.isEmpty() ? null : text;
  }

  /**
   * Itself, or with the password that it lacks.
   *
   * @param ask the user for the password of a cloud; null if nobody answers
   */
  Account withPassword(Function<String, @Nullable String> ask) {
    if (body == null || !body.at(USER).isObject() || body.at(USER).has("password")) {
      return this;
    }
    String password = ask.apply(name);
    if (password == null) {
      throw new Problem(ExitCode.FORBIDDEN, "cloud.missing", name, "password");
    }
    ObjectNode complete = body.deepCopy();
    Command.object(complete.at(USER)).put("password", password);
    return new Account(name, identity, complete, token, region, side, trust);
  }

  /** Without password and token. */
  @Override
  public String toString() {
    return identity.toString();
  }

  /** Reads the fields of {@code auth}. */
  private record Reader(String name, JsonNode auth, Trust trust) {

    Account account(@Nullable String type, @Nullable String region, @Nullable String side) {
      URI identity = identity(required("auth_url"));
      String iface = side == null ? "public" : side.replaceFirst("URL$", "");
      if (text(auth, "application_credential_id") != null
          || text(auth, "application_credential_name") != null) {
        return new Account(
            name, identity, body(applicationCredential(), null), null, region, iface, trust);
      }
      ObjectNode scope = project();
      String token = text(auth, "token");
      if (token != null && (type == null || type.endsWith("token"))) {
        JsonNode body = scope == null ? null : body(token(token), scope);
        return new Account(name, identity, body, token, region, iface, trust);
      }
      return new Account(name, identity, body(person(), scope), null, region, iface, trust);
    }

    private URI identity(String url) {
      String trimmed = url.replaceFirst("/+$", "");
      try {
        URI identity = URI.create(trimmed.endsWith("/v3") ? trimmed : trimmed + "/v3");
        if (identity.getHost() != null && identity.getScheme().matches("https?")) {
          return identity;
        }
      } catch (IllegalArgumentException e) {
        // The same problem.
      }
      throw new Problem(ExitCode.USAGE, "cloud.url", name, url);
    }

    private String required(String field) {
      String value = text(auth, field);
      if (value == null) {
        throw new Problem(ExitCode.USAGE, "cloud.missing", name, field);
      }
      return value;
    }

    private static ObjectNode node() {
      return JsonNodeFactory.instance.objectNode();
    }

    private static JsonNode body(ObjectNode identity, @Nullable ObjectNode scope) {
      ObjectNode auth = node();
      auth.set("identity", identity);
      if (scope != null) {
        auth.set("scope", scope);
      }
      return node().set("auth", auth);
    }

    private static ObjectNode identity(String method, ObjectNode value) {
      ObjectNode identity = node();
      identity.putArray("methods").add(method);
      identity.set(method, value);
      return identity;
    }

    private ObjectNode token(String token) {
      return identity("token", node().put("id", token));
    }

    private ObjectNode person() {
      ObjectNode user = user();
      String secret = text(auth, "password");
      if (secret != null) {
        user.put("password", secret);
      }
      return identity("password", node().set("user", user));
    }

    private ObjectNode applicationCredential() {
      ObjectNode credential = node();
      String id = text(auth, "application_credential_id");
      if (id != null) {
        credential.put("id", id);
      } else {
        credential.put("name", required("application_credential_name"));
        credential.set("user", user());
      }
      credential.put("secret", required("application_credential_secret"));
      return identity("application_credential", credential);
    }

    private ObjectNode user() {
      String id = text(auth, "user_id");
      return id != null
          ? node().put("id", id)
          : named(required("username"), domain("user_domain", "user_domain"));
    }

    private @Nullable ObjectNode project() {
      String id = text(auth, "project_id");
      String project = text(auth, "project_name");
      if (id == null && project == null) {
        return null;
      }
      ObjectNode value =
          id != null
              ? node().put("id", id)
              : named(required("project_name"), domain("project_domain", "user_domain"));
      return node().set("project", value);
    }

    private static ObjectNode named(String name, ObjectNode domain) {
      return node().put("name", name).set("domain", domain);
    }

    private ObjectNode domain(String first, String second) {
      Map<String, String> fields = new LinkedHashMap<>();
      for (String prefix : List.of(first, second)) {
        fields.put(prefix + "_id", "id");
        fields.put(prefix + "_name", "name");
      }
      for (Map.Entry<String, String> field : fields.entrySet()) {
        String value = text(auth, field.getKey());
        if (value != null) {
          return node().put(field.getValue(), value);
        }
      }
      throw new Problem(ExitCode.USAGE, "cloud.missing", name, first + "_name");
    }
  }
}
