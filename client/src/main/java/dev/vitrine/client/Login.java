package dev.vitrine.client;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A user with a password, and a project of the same domain, all by their names, as in {@code
 * clouds.yaml}.
 *
 * @param identity URL of Keystone, ending in {@code /v3}
 * @param domain of the user and the project
 */
public record Login(URI identity, String user, String password, String domain, String project) {

  /** The body of {@code POST /v3/auth/tokens}, in JSON. */
  public String body() {
    Map<String, ?> in = Map.of("name", domain);
    Map<String, ?> person = Map.of("name", user, "password", password, "domain", in);
    return Json.write(
        Map.of(
            "auth",
            Map.of(
                "identity",
                Map.of("methods", List.of("password"), "password", Map.of("user", person)),
                "scope",
                Map.of("project", Map.of("name", project, "domain", in)))));
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "%s in %s/%s at %s".formatted(user, domain, project, identity);
  }
}
