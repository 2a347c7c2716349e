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
 *
 * <p>The projects are the section's; the users are the same in all sections of a server, because
 * hashing their passwords takes longer than playing a section.
 */
record Cast(URI imageUrl, Map<String, Person> people) {

  record Person(String projectId, String projectName, String token) {}

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

  /** Makes casts on a server. */
  static final class Hiring {

    private static final String PASSWORD = "conformance";

    private final RunningServer server;
    private final Session admin;
    private final String role;
    private final Map<String, User> users = new TreeMap<>();

    private record Session(String token, JsonNode body) {}

    /**
     * @param token of no project
     */
    private record User(String id, String token) {}

    Hiring(RunningServer server) {
      this.server = server;
      this.admin =
          login(
              password(server.adminUser(), server.adminPassword()), project(server.adminProject()));
      this.role = ask("GET", "/roles?name=member", null).at("/roles/0/id").asText();
      for (String name : new String[] {"alice", "bob", "carol"}) {
        String id = made("user", name, ", \"password\": \"" + PASSWORD + "\"");
        users.put(name, new User(id, login(password(name, PASSWORD), "\"unscoped\"").token()));
      }
    }

    Cast cast() {
      String suffix = UUID.randomUUID().toString().substring(0, 8);
      Map<String, Person> people = new TreeMap<>();
      users.forEach((name, user) -> people.put(name, hired(user, name + "-" + suffix)));
      people.put("admin", person(admin, server.adminProject()));
      return new Cast(imageUrl(), people);
    }

    private Person hired(User user, String name) {
      String project = made("project", name, "");
      ask("PUT", "/projects/" + project + "/users/" + user.id() + "/roles/" + role, null);
      return person(login(token(user.token()), project(name)), name);
    }

    private String made(String kind, String name, String more) {
      String body =
          """
          {"%s": {"name": "%s", "domain_id": "default"%s}}
          """
              .formatted(kind, name, more);
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

    private static String password(String user, String password) {
      return """
      {"methods": ["password"], "password": {"user":
        {"name": "%s", "domain": {"id": "default"}, "password": "%s"}}}
      """
          .formatted(user, password);
    }

    private static String token(String token) {
      return "{\"methods\": [\"token\"], \"token\": {\"id\": \"%s\"}}".formatted(token);
    }

    private static String project(String name) {
      return "{\"project\": {\"name\": \"%s\", \"domain\": {\"id\": \"default\"}}}".formatted(name);
    }

    private Session login(String identity, String scope) {
      String body = "{\"auth\": {\"identity\": %s, \"scope\": %s}}".formatted(identity, scope);
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
