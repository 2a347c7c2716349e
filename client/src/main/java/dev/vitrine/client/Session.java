package dev.vitrine.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Instant;
import java.util.Objects;

/**
 * A user who has signed in to a project.
 *
 * @param identity Keystone; its URL ends in {@code /v3}
 * @param token the value for {@code X-Auth-Token}
 * @param details Keystone's description of the token: the object {@code token} of its response
 */
public record Session(Endpoint identity, String token, JsonNode details) {

  static Session of(Client client, URI identity, Response response) {
    String token =
        Objects.requireNonNull(response.header("X-Subject-Token"), "the answer has no token");
    return new Session(new Endpoint(client, identity, token), token, response.json().path("token"));
  }

  /** The user's id. */
  public String user() {
    return details.at("/user/id").asText();
  }

  /** The project's id. */
  public String project() {
    return details.at("/project/id").asText();
  }

  /** The id that stands for the token in records. */
  public String auditId() {
    return details.at("/audit_ids/0").asText();
  }

  /** When the token was issued. */
  public Instant issuedAt() {
    return Instant.parse(details.path("issued_at").asText());
  }

  /**
   * The image service, at its public URL of the catalogue.
   *
   * @throws IllegalStateException if the catalogue has none
   */
  public Endpoint images() {
    for (JsonNode service : details.path("catalog")) {
      for (JsonNode endpoint : service.path("endpoints")) {
        if (service.path("type").asText().equals("image")
            && endpoint.path("interface").asText().equals("public")) {
          String url = endpoint.path("url").asText().replaceFirst("/$", "");
          return new Endpoint(identity.client(), URI.create(url), token);
        }
      }
    }
    throw new IllegalStateException("the service catalogue has no public image endpoint");
  }

  /** Without the token, which is a secret. */
  @Override
  public String toString() {
    return "user %s in project %s at %s".formatted(user(), project(), identity);
  }
}
