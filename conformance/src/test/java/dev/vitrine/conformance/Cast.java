package dev.vitrine.conformance;

import dev.vitrine.client.Contract;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Response;
import dev.vitrine.client.Session;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The people of a section: alice, bob and carol, each a user with the role {@code member} in a
 * project of their own, newly made through Keystone, and the server's admin.
 *
 * <p>The projects are the section's; the users are the same in all sections of a server, because
 * hashing their passwords takes longer than playing a section.
 *
 * @param contract the server's OpenAPI document
 */
record Cast(URI imageUrl, Map<String, Person> people, Contract contract) {

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
    private final Contract contract;
    private final Map<String, User> users = new TreeMap<>();

    /**
     * A user that all casts share.
     *
     * @param token of no project
     */
    private record User(String id, String token) {}

    Hiring(RunningServer server) {
      this.server = server;
      this.admin = server.signIn("admin");
      this.contract =
          new Contract(
              new Endpoint(RunningServer.CLIENT, server.url(), null)
                  .call("GET", "/openapi.json", null)
                  .json());
      this.role =
          admin
              .identity()
              .call("GET", "/roles?name=member", null)
              .json()
              .at("/roles/0/id")
              .asText();
      for (String name : new String[] {"alice", "bob", "carol"}) {
        String id = made("user", name, ", \"password\": \"" + PASSWORD + "\"");
        users.put(name, new User(id, token(password(name), "\"unscoped\"")));
      }
    }

    Cast cast() {
      String suffix = UUID.randomUUID().toString().substring(0, 8);
      Map<String, Person> people = new TreeMap<>();
      users.forEach((name, user) -> people.put(name, hired(user, name + "-" + suffix)));
      people.put("admin", new Person(admin.project(), server.adminProject(), admin.token()));
      return new Cast(imageUrl(), people, contract);
    }

    /** In a project of its own; by exchange of the token, which costs no hash of a password. */
    private Person hired(User user, String project) {
      String id = made("project", project, "");
      admin
          .identity()
          .call("PUT", "/projects/" + id + "/users/" + user.id() + "/roles/" + role, null);
      String identity =
          "{\"methods\": [\"token\"], \"token\": {\"id\": \"%s\"}}".formatted(user.token());
      String scope = "{\"project\": {\"id\": \"%s\"}}".formatted(id);
      return new Person(id, project, token(identity, scope));
    }

    private String made(String kind, String name, String more) {
      String body =
          """
          {"%s": {"name": "%s", "domain_id": "default"%s}}
          """
              .formatted(kind, name, more);
      return admin
          .identity()
          .call("POST", "/" + kind + "s", body)
          .json()
          .at("/" + kind + "/id")
          .asText();
    }

    private static String password(String user) {
      return """
      {"methods": ["password"], "password": {"user":
        {"name": "%s", "domain": {"id": "default"}, "password": "%s"}}}
      """
          .formatted(user, PASSWORD);
    }

    private String token(String identity, String scope) {
      String body = "{\"auth\": {\"identity\": %s, \"scope\": %s}}".formatted(identity, scope);
      Response response = admin.identity().call("POST", "/auth/tokens", body);
      return Objects.requireNonNull(response.header("X-Subject-Token"));
    }

    /** Where the paths of both kinds of Image API begin, below {@code /image} or not. */
    private URI imageUrl() {
      String url = admin.images().url().toString();
      return URI.create(url.replaceFirst("(/image)?(/v2)?$", ""));
    }
  }
}
