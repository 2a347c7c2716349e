package dev.vitrine.server.iam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Custom policies, enterprise projects and grants: rules that take more than one request to see.
 */
class IamTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String POLICIES = "/v3.0/OS-ROLE/roles";
  private static final String PROJECTS = "/v1.0/enterprise-projects";
  private static final String AT = "/v3.0/OS-PERMISSION/enterprise-projects";

  private static String policy(String name, String effect) {
    return """
    {"role": {"display_name": "%s", "type": "AX", "description": "", "policy":
      {"Version": "1.1", "Statement": [{"Effect": "%s", "Action": ["iam:users:listUsers"]}]}}}
    """
        .formatted(name, effect);
  }

  private static Response expect(
      int status, String method, String path, String token, String body) {
    Response answer = SERVER.send(method, path, token, body.isEmpty() ? null : body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return answer;
  }

  private static String made(String path, String token, String body) {
    return expect(201, "POST", path, token, body).json().elements().next().path("id").asText();
  }

  private static String user(String token, String name) {
    return SERVER.make(
        token, "users", "{\"user\": {\"name\": \"%s\", \"password\": \"p\"}}".formatted(name));
  }

  @Test
  void eachChangeHoldsForTheVeryNextRequest() {
    String alice = SERVER.token("alice");
    String domain = SERVER.id(SERVER.admin(), "domains", "alice");
    String user = user(alice, "auditor");
    String group = SERVER.make(alice, "groups", "{\"group\": {\"name\": \"auditors\"}}");
    String reader = SERVER.id(alice, "roles", "reader");
    String policy = made(POLICIES, alice, policy("audit", "Allow"));
    String membership = "/v3/groups/%s/users/%s".formatted(group, user);
    String grant = "/v3/domains/%s/groups/%s/roles/%s".formatted(domain, group, policy);
    expect(
        204, "PUT", "/v3/domains/%s/users/%s/roles/%s".formatted(domain, user, reader), alice, "");
    String auditor = SERVER.token("auditor", "p", "alice", "{\"domain\": {\"name\": \"alice\"}}");

    expect(403, "GET", "/v3/users", auditor, "");
    expect(204, "PUT", membership, alice, "");
    expect(403, "GET", "/v3/users", auditor, "");
    expect(204, "PUT", grant, alice, "");
    expect(200, "GET", "/v3/users", auditor, "");
    expect(200, "PATCH", POLICIES + "/" + policy, alice, policy("audit", "Deny"));
    expect(403, "GET", "/v3/users", auditor, "");
    expect(200, "PATCH", POLICIES + "/" + policy, alice, policy("audit", "Allow"));
    expect(200, "GET", "/v3/users", auditor, "");
    expect(204, "DELETE", membership, alice, "");
    expect(403, "GET", "/v3/users", auditor, "");
    expect(204, "PUT", membership, alice, "");
    expect(200, "GET", "/v3/users", auditor, "");
    expect(204, "DELETE", grant, alice, "");
    expect(403, "GET", "/v3/users", auditor, "");
    expect(204, "PUT", grant, alice, "");
    expect(200, "GET", "/v3/users", auditor, "");
    expect(200, "DELETE", POLICIES + "/" + policy, alice, "");
    expect(403, "GET", "/v3/users", auditor, "");
  }

  /** Ruling 4. */
  @Test
  void aGrantAtAnEnterpriseProjectLetsItsHolderIntoTheProjects() {
    String alice = SERVER.token("alice");
    String user = user(alice, "guest");
    String group = SERVER.make(alice, "groups", "{\"group\": {\"name\": \"guests\"}}");
    String member = SERVER.id(alice, "roles", "member");
    String project = made(PROJECTS, alice, "{\"name\": \"guests\"}");
    String scope = TestServer.project(TestServer.REGION, "alice");
    String grant = "%s/%s/groups/%s/roles/%s".formatted(AT, project, group, member);
    expect(204, "PUT", "/v3/groups/%s/users/%s".formatted(group, user), alice, "");

    assertThat(SERVER.login("guest", "p", "alice", scope).status()).isEqualTo(401);
    expect(204, "PUT", grant, alice, "");
    assertThat(SERVER.login("guest", "p", "alice", scope).status()).isEqualTo(201);
    expect(204, "DELETE", grant, alice, "");
    assertThat(SERVER.login("guest", "p", "alice", scope).status()).isEqualTo(401);
  }

  /** Ruling 2. */
  @Test
  void atAnEnterpriseProjectTheRoleAdminCarriesNoCloudAdministration() {
    String admin = SERVER.admin();
    String user = user(admin, "almost");
    String role = SERVER.id(admin, "roles", "admin");
    String project = SERVER.id(admin, "projects", "admin");
    String identities =
        made(POLICIES, admin, policy("identities", "Allow").replace("users:listUsers", "*:*"));
    expect(204, "PUT", "%s/0/users/%s/roles/%s".formatted(AT, user, role), admin, "");
    expect(
        204,
        "PUT",
        "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, identities),
        admin,
        "");
    String almost = SERVER.token("almost", "p", "Default", TestServer.project("admin", "Default"));
    expect(200, "GET", "/v3/users?domain_id=default", almost, "");
    expect(403, "POST", "/v3/domains", almost, "{\"domain\": {\"name\": \"no\"}}");
  }

  /**
   * A cloud administrator acts in the domain of its scope: enterprise projects are no exception.
   */
  @Test
  void whoeverAdministersADomainAdministersItsEnterpriseProjects() {
    String admin = SERVER.admin();
    String made = made(PROJECTS, admin, "{\"name\": \"of-default\"}");
    expect(200, "GET", PROJECTS + "/" + made, admin, "");
    expect(404, "GET", PROJECTS + "/" + made, SERVER.token("alice"), "");
  }

  @Test
  void concurrentCreationsShareNoName() throws Exception {
    String bob = SERVER.token("bob");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Response>> projects = new ArrayList<>();
      List<Future<Response>> policies = new ArrayList<>();
      IntStream.range(0, 16)
          .forEach(
              i -> {
                projects.add(
                    threads.submit(
                        () -> SERVER.send("POST", PROJECTS, bob, "{\"name\": \"wanted\"}")));
                policies.add(
                    threads.submit(
                        () -> SERVER.send("POST", POLICIES, bob, policy("policy-" + i, "Allow"))));
              });
      int won = 0;
      for (Future<Response> answer : projects) {
        assertThat(answer.get().status()).isIn(201, 409);
        won += answer.get().status() == 201 ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
      List<String> names = new ArrayList<>();
      for (Future<Response> answer : policies) {
        assertThat(answer.get().status()).as(answer.get().body()).isEqualTo(201);
        names.add(answer.get().json().at("/role/name").asText());
      }
      assertThat(names).doesNotHaveDuplicates();
    }
  }

  /** What is kept is what was written, key by key. */
  @Test
  void aDocumentIsKeptAsItWasWritten() {
    String bob = SERVER.token("bob");
    String document =
        "{\"Statement\":[{\"Action\":[\"ims:images:list\"],\"Effect\":\"Deny\"}],\"Version\":\"1.1\"}";
    String id =
        made(
            POLICIES,
            bob,
            """
            {"role": {"display_name": "as written", "type": "XA", "description": "", "policy": %s}}
            """
                .formatted(document));
    Response shown = expect(200, "GET", POLICIES + "/" + id, bob, "");
    assertThat(shown.body()).contains("\"policy\":" + document);
  }

  /** Every field of every body, as every kind of JSON: no row gives a 5xx. */
  @Test
  void noJsonIsMoreThanABadRequest() {
    String admin = SERVER.admin();
    List<String> values =
        List.of(
            "null", "true", "1", "1e400", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "[1]", "{}");
    List<String> fields =
        List.of(
            "display_name", "type", "description", "description_cn", "policy", "name", "action");
    for (Operation operation : Operation.values()) {
      if (!operation.path().matches("/v3[.]0/OS-ROLE/.*|/v1[.]0/.*")
          || !operation.method().matches("POST|PATCH|PUT")) {
        continue;
      }
      String path = operation.path().replaceAll("\\{\\w+}", "none");
      for (String value : values) {
        Stream.concat(
                Stream.of(value, "{\"role\": %s}".formatted(value)),
                fields.stream()
                    .flatMap(
                        field ->
                            Stream.of("{\"%s\": %s}", "{\"role\": {\"%s\": %s}}")
                                .map(form -> form.formatted(field, value))))
            .forEach(
                body ->
                    assertThat(SERVER.send(operation.method(), path, admin, body).status())
                        .as(operation + " " + body)
                        .isLessThan(500));
      }
    }
  }
}
