package dev.vitrine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests that are not measured: whatever must be there first. */
final class Api {
  static final JsonMapper JSON = new JsonMapper();

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Api() {}

  /**
   * Who logs in where, as {@code clouds.yaml} has it.
   *
   * @param identity Keystone's root, ending in {@code /v3}
   */
  record Login(URI identity, String user, String password, String domain, String project) {
    /** The body that asks for a token. */
    String body() {
      Map<String, ?> in = Map.of("name", domain);
      return write(
          Map.of(
              "auth",
              Map.of(
                  "identity",
                  Map.of(
                      "methods",
                      new String[] {"password"},
                      "password",
                      Map.of("user", Map.of("name", user, "password", password, "domain", in))),
                  "scope",
                  Map.of("project", Map.of("name", project, "domain", in)))));
    }

    Tenant tenant() {
      HttpResponse<String> answer = send("POST", identity + "/auth/tokens", null, body());
      JsonNode token = read(answer.body()).get("token");
      return new Tenant(
          answer.headers().firstValue("X-Subject-Token").orElseThrow(),
          token.at("/user/id").asText(),
          token.at("/project/id").asText(),
          token.at("/audit_ids/0").asText(),
          Instant.parse(token.get("issued_at").asText()),
          identity,
          images(token.get("catalog")));
    }

    private static URI images(JsonNode catalog) {
      for (JsonNode service : catalog) {
        if (service.get("type").asText().equals("image")) {
          for (JsonNode endpoint : service.get("endpoints")) {
            if (endpoint.get("interface").asText().equals("public")) {
              return URI.create(endpoint.get("url").asText().replaceFirst("/$", ""));
            }
          }
        }
      }
      throw new IllegalStateException("the service catalogue has no public image endpoint");
    }
  }

  /**
   * A project that somebody is logged in to.
   *
   * @param identity Keystone's root, ending in {@code /v3}
   * @param images root of the image service
   */
  record Tenant(
      String token,
      String user,
      String project,
      String auditId,
      Instant issuedAt,
      URI identity,
      URI images) {
    /** Sends a request to Keystone; its answer, if it has one in JSON. */
    JsonNode callIdentity(String method, String path, @Nullable String body) {
      return read(send(method, identity + path, token, body).body());
    }

    /** Sends a request to the image service; its answer, if it has one in JSON. */
    JsonNode call(String method, String path, @Nullable String body) {
      return read(send(method, images + path, token, body).body());
    }
  }

  private static HttpResponse<String> send(
      String method, String url, @Nullable String token, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header(
                "Content-Type",
                url.endsWith("/file") ? "application/octet-stream" : "application/json");
    if (token != null) {
      request.header("X-Auth-Token", token);
    }
    try {
      HttpResponse<String> answer = CLIENT.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IllegalStateException(
            "%s %s: %d %s".formatted(method, url, answer.statusCode(), answer.body()));
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + url + ": " + e, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
