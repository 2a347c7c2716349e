package dev.vitrine.conformance;

import dev.vitrine.client.Login;
import dev.vitrine.client.Session;
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

    Hiring(RunningServer server) {
      this.server = server;
      this.admin = server.signIn("admin");
    }

    Cast all() {
      String role =
          admin
              .identity()
              .call("GET", "/roles?name=member", null)
              .json()
              .at("/roles/0/id")
              .asText();
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
      admin
          .identity()
          .call("PUT", "/projects/" + project + "/users/" + user + "/roles/" + role, null);
      Login login = new Login(server.identityUrl(), name, PASSWORD, "Default", name);
      return person(RunningServer.CLIENT.signIn(login), name);
    }

    private String made(String kind, String name) {
      String password = kind.equals("user") ? ", \"password\": \"" + PASSWORD + "\"" : "";
      String body =
          """
          {"%s": {"name": "%s", "domain_id": "default"%s}}
          """
              .formatted(kind, name, password);
      return admin
          .identity()
          .call("POST", "/" + kind + "s", body)
          .json()
          .at("/" + kind + "/id")
          .asText();
    }

    /** Where the paths of both kinds of Image API begin, below {@code /image} or not. */
    private URI imageUrl() {
      String url = admin.images().url().toString();
      return URI.create(url.replaceFirst("(/image)?(/v2)?$", ""));
    }

    private static Person person(Session session, String projectName) {
      return new Person(session.project(), projectName, session.token());
    }
  }
}
