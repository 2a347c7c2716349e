package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The people of a section: alice, bob and carol, each a user with the role {@code member} in a
 * project of their own, newly made through Keystone, and the server's admin.
 */
record Cast(URI imageUrl, Map<String, Person> people) {

  /**
   * @param projectName also the name of the user
   */
  record Person(String projectId, String projectName, String token) {}

  static Cast hire(RunningServer server) {
    return new Hiring(server).all();
  }

  /** The token that somebody sends, or null for {@code nobody}. */
  @Nullable String token(String who) {
    return switch (who) {
      case "nobody" -> null;
      case "invalid" -> "invalid";
      default -> person(who).token();
    };
  }

  private Person person(String who) {
    Person person = people.get(who);
    if (person == null) {
      throw new IllegalArgumentException("nobody is called " + who);
    }
    return person;
  }

  private static final class Hiring {

    private static final String PASSWORD = "conformance";

    private final RunningServer server;
    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
    private final Session admin;

    private record Session(String token, JsonNode body) {}

    Hiring(RunningServer server) {
      this.server = server;
      this.admin = login(server.adminUser(), server.adminPassword(), server.adminProject());
    }

    Cast all() {
      String role = ask("GET", "/roles?name=member", null).at("/roles/0/id").asText();
      Map<String, Person> people = new TreeMap<>();
      for (String name : new String[] {"alice", "bob", "carol"}) {
        people.put(name, hired(name + "-" + suffix, role));
      }
      people.put("admin", person(admin, server.adminProject()));
      return new Cast(imageUrl(), people);
    }

    private Person hired(String name, String role) {
      String project = made("project", name);
      String user = made("user", name);
      ask("PUT", "/projects/" + project + "/users/" + user + "/roles/" + role, null);
      return person(login(name, PASSWORD, name), name);
    }

    private String made(String kind, String name) {
      String password = kind.equals("user") ? ", \"password\": \"" + PASSWORD + "\"" : "";
      String body =
          """
          {"%s": {"name": "%s", "domain_id": "default"%s}}
          """
              .formatted(kind, name, password);
      return ask("POST", "/" + kind + "s", body).at("/" + kind + "/id").asText();
    }

    private URI imageUrl() {
      for (JsonNode service : admin.body().at("/token/catalog")) {
        for (JsonNode endpoint : service.path("endpoints")) {
          if (service.path("type").asText().equals("image")
              && endpoint.path("interface").asText().equals("public")) {
            return URI.create(endpoint.path("url").asText().replaceFirst("(/image)?(/v2)?/?$", ""));
          }
        }
      }
      throw new AssertionError("no public image endpoint in the catalogue: " + admin.body());
    }

    private static Person person(Session session, String projectName) {
      return new Person(
          session.body().at("/token/project/id").asText(), projectName, session.token());
    }

    private Session login(String user, String password, String project) {
      String body =
          """
          {"auth": {
            "identity": {"methods": ["password"], "password": {"user":
              {"name": "%s", "domain": {"id": "default"}, "password": "%s"}}},
            "scope": {"project": {"name": "%s", "domain": {"id": "default"}}}}}
          """
              .formatted(user, password, project);
      Reply reply = sent("POST", "/auth/tokens", Map.of(), body);
      return new Session(reply.header("x-subject-token"), reply.json());
    }

    private JsonNode ask(String method, String path, @Nullable String body) {
      return sent(method, path, Map.of("X-Auth-Token", admin.token()), body).json();
    }

    private Reply sent(
        String method, String path, Map<String, String> headers, @Nullable String body) {
      Map<String, String> all = new TreeMap<>(headers);
      all.put("Content-Type", "application/json");
      URI uri = URI.create(server.identityUrl() + path);
      Reply reply = Wire.send(Wire.request(method, uri, all, body));
      assertThat(reply.status()).as("%s %s: %s", method, uri, reply).isBetween(200, 299);
      return reply;
    }
  }
}
