package dev.vitrine.junit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vitrine.client.Client;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Login;
import dev.vitrine.client.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/** The tenants of one test, and the file that names them, which goes after the test. */
record Tenants(Vitrine vitrine) implements AutoCloseable, CloseableResource {
  private static final String PROJECT = "project";

  /** Makes two domains with what is in them. */
  static Tenants make(Client client, URI server, Session administrator) {
    Tenant alice = tenant(client, server, administrator.identity(), "alice");
    Tenant bob = tenant(client, server, administrator.identity(), "bob");
    try {
      Path clouds = Files.createTempFile("clouds", ".yaml");
      Files.writeString(clouds, "clouds:\n" + cloud(alice) + cloud(bob), UTF_8);
      return new Tenants(new Vitrine(alice, bob, clouds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tenant tenant(Client client, URI server, Endpoint identity, String user) {
    String domain = user + "-" + UUID.randomUUID();
    String password = UUID.randomUUID().toString();
    String domainId = made(identity, "domain", "\"name\": \"%s\"".formatted(domain));
    String in = "\"domain_id\": \"%s\"".formatted(domainId);
    String project = made(identity, PROJECT, "\"name\": \"%s\", %s".formatted(PROJECT, in));
    String userId =
        made(
            identity,
            "user",
            "\"name\": \"%s\", \"password\": \"%s\", %s".formatted(user, password, in));
    String role =
        identity.call("GET", "/roles?name=member", null).json().at("/roles/0/id").asText();
    identity.call("PUT", "/projects/%s/users/%s/roles/%s".formatted(project, userId, role), null);
    Session session = client.signIn(new Login(identity.url(), user, password, domain, PROJECT));
    return new Tenant(
        identity.url(),
        server.resolve("/image"),
        server,
        domain,
        user,
        password,
        PROJECT,
        project,
        session.token());
  }

  private static String made(Endpoint identity, String kind, String fields) {
    return identity
        .call("POST", "/%ss".formatted(kind), "{\"%s\": {%s}}".formatted(kind, fields))
        .json()
        .path(kind)
        .path("id")
        .asText();
  }

  private static String cloud(Tenant tenant) {
    return String.join(
        "\n",
        List.of(
            "  " + tenant.user() + ":",
            "    auth_type: password",
            "    auth:",
            "      auth_url: " + tenant.identity(),
            "      username: " + tenant.user(),
            "      password: " + tenant.password(),
            "      user_domain_name: " + tenant.domain(),
            "      project_name: " + tenant.project(),
            "      project_domain_name: " + tenant.domain(),
            "    identity_api_version: 3",
            ""));
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(vitrine.clouds());
  }
}
