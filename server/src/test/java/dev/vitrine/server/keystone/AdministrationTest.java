package dev.vitrine.server.keystone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Protocol;
import dev.vitrine.server.TestServer;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules that take more than one request to see. */
class AdministrationTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  /**
   * A user of the default domain that may do all of {@code iam:*}, but is no cloud administrator.
   */
  private static String identityAdministrator(String name) {
    String admin = SERVER.admin();
    String user =
        SERVER.make(
            admin, "users", "{\"user\": {\"name\": \"%s\", \"password\": \"p\"}}".formatted(name));
    String role =
        SERVER.make(admin, "roles", "{\"role\": {\"name\": \"role of %s\"}}".formatted(name));
    SERVER.allow(role, "iam:*:*");
    expect(204, "PUT", "/v3/domains/default/users/%s/roles/%s".formatted(user, role), admin);
    return SERVER.token(name, "p", "Default", "{\"domain\": {\"id\": \"default\"}}");
  }

  private static Response expect(int status, String method, String path, String token) {
    return expect(status, SERVER.send(method, path, token, null));
  }

  private static Response expect(
      int status, String method, String path, String token, String body) {
    return expect(status, SERVER.send(method, path, token, body));
  }

  private static Response expect(int status, Response answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return answer;
  }

  /**
   * A service that validates tokens here decides by the names of roles, whatever their case
   * (oslo.policy), so no domain gives itself such a name.
   */
  @Test
  void aRoleOfADomainCannotPassForAnAdministrators() {
    String alice =
        SERVER.token(
            "alice", SERVER.password("alice"), "alice", "{\"domain\": {\"name\": \"alice\"}}");
    String domain = SERVER.look("select domain_id from domain where name = 'alice'").getFirst();
    String role =
        SERVER.make(
            alice,
            "roles",
            "{\"role\": {\"name\": \"ResellerAdmin\", \"domain_id\": \"%s\"}}".formatted(domain));
    String user =
        SERVER.make(alice, "users", "{\"user\": {\"name\": \"reseller\", \"password\": \"p\"}}");
    String project = SERVER.id(alice, "projects", "RegionOne");
    String member = SERVER.id(SERVER.admin(), "roles", "member");
    for (String name : List.of("admin", "Admin", " admin ", "SERVICE")) {
      expect(
          400,
          "POST",
          "/v3/roles",
          alice,
          "{\"role\": {\"name\": \"%s\", \"domain_id\": \"%s\"}}".formatted(name, domain));
      expect(400, "PATCH", "/v3/roles/" + role, alice, "{\"role\": {\"name\": \"" + name + "\"}}");
    }
    for (String one : List.of(role, member)) {
      expect(204, "PUT", "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, one), alice);
    }

    String token =
        SERVER.token(
            "reseller", "p", "alice", "{\"project\": {\"id\": \"%s\"}}".formatted(project));
    assertThat(
            SERVER
                .subject("GET", "/v3/auth/tokens", token, token)
                .json()
                .at("/token/roles")
                .findValuesAsText("name"))
        .as("roles of a domain mean nothing to services")
        .containsExactly("member");
  }

  @Test
  void anIdentityAdministratorCannotBecomeACloudAdministrator() {
    String admin = SERVER.admin();
    String security = identityAdministrator("security");
    String cloudAdmin = SERVER.id(admin, "users", "admin");
    String adminRole = SERVER.id(admin, "roles", "admin");
    String self = SERVER.id(admin, "users", "security");
    String group = SERVER.make(security, "groups", "{\"group\": {\"name\": \"admins\"}}");
    String password = "{\"user\": {\"password\": \"mine\"}}";

    expect(
        403, "PUT", "/v3/domains/default/users/%s/roles/%s".formatted(self, adminRole), security);
    expect(
        403, "PUT", "/v3/domains/default/groups/%s/roles/%s".formatted(group, adminRole), security);
    expect(403, "PATCH", "/v3/users/" + cloudAdmin, security, password);
    expect(403, "DELETE", "/v3/users/" + cloudAdmin, security);
    expect(204, "PUT", "/v3/domains/default/groups/%s/roles/%s".formatted(group, adminRole), admin);
    expect(403, "PUT", "/v3/groups/%s/users/%s".formatted(group, self), security);
    expect(204, "PUT", "/v3/groups/%s/users/%s".formatted(group, self), admin);
    expect(201, "POST", "/v3/domains", security, "{\"domain\": {\"name\": \"now allowed\"}}");
    expect(204, "DELETE", "/v3/groups/%s/users/%s".formatted(group, self), admin);
    expect(403, "POST", "/v3/domains", security, "{\"domain\": {\"name\": \"no more\"}}");
  }

  @Test
  void anIdentityAdministratorCannotTakeTheAccountOver() {
    String alice = SERVER.token("alice");
    String admin = SERVER.admin();
    String account = SERVER.id(admin, "users", "alice");
    String domain = SERVER.id(admin, "domains", "alice");
    String user =
        SERVER.make(alice, "users", "{\"user\": {\"name\": \"deputy\", \"password\": \"p\"}}");
    String role =
        SERVER.make(
            alice,
            "roles",
            "{\"role\": {\"name\": \"deputy\", \"domain_id\": \"%s\"}}".formatted(domain));
    SERVER.allow(role, "iam:*:*");
    expect(204, "PUT", "/v3/domains/%s/users/%s/roles/%s".formatted(domain, user, role), alice);
    String deputy = SERVER.token("deputy", "p", "alice", "{\"domain\": {\"name\": \"alice\"}}");
    expect(200, "GET", "/v3/users/" + account, deputy);
    expect(403, "PATCH", "/v3/users/" + account, deputy, "{\"user\": {\"password\": \"mine\"}}");
    expect(403, "DELETE", "/v3/users/" + account, deputy);
    expect(200, "PATCH", "/v3/users/" + user, deputy, "{\"user\": {\"password\": \"mine\"}}");
  }

  /** To say that something does not exist, one must be allowed to look. */
  @Test
  void aCloudAdministratorWhomAPolicyDeniesIsRefusedAndNotToldThatNothingExists() {
    String admin = SERVER.admin();
    String user =
        SERVER.make(admin, "users", "{\"user\": {\"name\": \"denied\", \"password\": \"p\"}}");
    String domain = SERVER.make(admin, "domains", "{\"domain\": {\"name\": \"elsewhere\"}}");
    String deny = SERVER.make(admin, "roles", "{\"role\": {\"name\": \"denies groups\"}}");
    SERVER.deny(deny, "iam:groups:getGroup");
    String group =
        SERVER.make(
            admin,
            "groups",
            "{\"group\": {\"name\": \"g\", \"domain_id\": \"%s\"}}".formatted(domain));
    for (String role : List.of(SERVER.id(admin, "roles", "admin"), deny)) {
      expect(204, "PUT", "/v3/domains/default/users/%s/roles/%s".formatted(user, role), admin);
    }
    String token = SERVER.token("denied", "p", "Default", "{\"domain\": {\"id\": \"default\"}}");
    expect(200, "GET", "/v3/domains/" + domain, token);
    expect(404, "GET", "/v3/groups/none", admin);
    expect(403, "GET", "/v3/groups/" + group, token);
    expect(403, "GET", "/v3/groups/none", token);
  }

  @Test
  void aDomainGoesWithAllThatIsInIt() {
    String admin = SERVER.admin();
    String domain = SERVER.make(admin, "domains", "{\"domain\": {\"name\": \"going\"}}");
    String in = "\"domain_id\": \"" + domain + "\"";
    String member = SERVER.id(admin, "roles", "member");
    String project =
        SERVER.make(admin, "projects", "{\"project\": {\"name\": \"x\", %s}}".formatted(in));
    String user = SERVER.make(admin, "users", "{\"user\": {\"name\": \"x\", %s}}".formatted(in));
    String group = SERVER.make(admin, "groups", "{\"group\": {\"name\": \"x\", %s}}".formatted(in));
    String role = SERVER.make(admin, "roles", "{\"role\": {\"name\": \"x\", %s}}".formatted(in));
    String outside = SERVER.make(admin, "projects", "{\"project\": {\"name\": \"outside\"}}");
    expect(204, "PUT", "/v3/projects/%s/users/%s/roles/%s".formatted(outside, user, member), admin);
    expect(204, "PUT", "/v3/projects/%s/groups/%s/roles/%s".formatted(project, group, role), admin);
    expect(204, "PUT", "/v3/groups/%s/users/%s".formatted(group, user), admin);
    expect(200, "PATCH", "/v3/domains/" + domain, admin, "{\"domain\": {\"enabled\": false}}");
    expect(204, "DELETE", "/v3/domains/" + domain, admin);
    for (String gone :
        List.of("projects/" + project, "users/" + user, "groups/" + group, "roles/" + role)) {
      expect(404, "GET", "/v3/" + gone, admin);
    }
    Response grants = expect(200, "GET", "/v3/role_assignments?scope.project.id=" + outside, admin);
    assertThat(grants.json().path("role_assignments")).isEmpty();
  }

  @Test
  void effectiveAssignmentsAreOfUsersInProjects() {
    String admin = SERVER.admin();
    String member = SERVER.id(admin, "roles", "member");
    String domain = SERVER.make(admin, "domains", "{\"domain\": {\"name\": \"effective\"}}");
    String in = "\"domain_id\": \"" + domain + "\"";
    String project =
        SERVER.make(admin, "projects", "{\"project\": {\"name\": \"p\", %s}}".formatted(in));
    String user = SERVER.make(admin, "users", "{\"user\": {\"name\": \"u\", %s}}".formatted(in));
    String group = SERVER.make(admin, "groups", "{\"group\": {\"name\": \"g\", %s}}".formatted(in));
    expect(204, "PUT", "/v3/groups/%s/users/%s".formatted(group, user), admin);
    String grant =
        "/v3/OS-INHERIT/domains/%s/groups/%s/roles/%s/inherited_to_projects"
            .formatted(domain, group, member);
    expect(204, "PUT", grant, admin);
    var effective =
        expect(200, "GET", "/v3/role_assignments?effective&user.id=" + user, admin)
            .json()
            .path("role_assignments");
    assertThat(effective).hasSize(1);
    assertThat(effective.at("/0/scope/project/id").asText()).isEqualTo(project);
    assertThat(effective.at("/0/scope/OS-INHERIT:inherited_to").asText()).isEqualTo("projects");
    assertThat(effective.at("/0/links/assignment").asText()).isEqualTo(SERVER.url() + grant);
    assertThat(effective.at("/0/links/membership").asText())
        .isEqualTo(SERVER.url() + "/v3/groups/%s/users/%s".formatted(group, user));
  }

  @Test
  void ofConcurrentCreationsOfOneNameOneWins() throws Exception {
    String admin = SERVER.admin();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String kind : List.of("domain", "project", "user", "group", "role")) {
        String body = "{\"%s\": {\"name\": \"wanted\"}}".formatted(kind);
        List<Future<Integer>> answers =
            IntStream.range(0, 16)
                .mapToObj(
                    i ->
                        threads.submit(
                            () -> SERVER.send("POST", "/v3/" + kind + "s", admin, body).status()))
                .toList();
        int won = 0;
        for (Future<Integer> answer : answers) {
          assertThat(answer.get()).isIn(201, 409);
          won += answer.get() == 201 ? 1 : 0;
        }
        assertThat(won).as(kind).isEqualTo(1);
      }
    }
  }

  /**
   * Every field of every body, as every kind of JSON; ids that name nothing: no row gives a 5xx.
   */
  @Test
  void noJsonIsMoreThanABadRequest() {
    String admin = SERVER.admin();
    List<String> values =
        List.of(
            "null", "true", "1", "1e400", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "[1]", "{}");
    List<String> fields =
        List.of(
            "name",
            "description",
            "enabled",
            "domain_id",
            "password",
            "email",
            "default_project_id",
            "original_password",
            "options",
            "tags");
    for (Operation operation : Operation.values()) {
      if (!operation.path().startsWith("/v3/") || !operation.method().matches("POST|PATCH")) {
        continue;
      }
      String path = operation.path().replaceAll("\\{\\w+}", "none");
      String kind = path.contains("auth") ? "auth" : path.replaceFirst("/v3/(\\w+)s\\b.*", "$1");
      for (String value : values) {
        Stream<String> bodies =
            Stream.concat(
                Stream.of(value, "{\"%s\": %s}".formatted(kind, value)),
                fields.stream()
                    .map(
                        field ->
                            "{\"%s\": {\"name\": \"n\", \"%s\": %s}}"
                                .formatted(kind, field, value)));
        bodies.forEach(
            body ->
                assertThat(SERVER.send(operation.method(), path, admin, body).status())
                    .as(operation + " " + body)
                    .isLessThan(500));
      }
    }
  }

  /** All but those that ignore parameters as Glance does, and those that take any. */
  static Stream<Operation> choosy() {
    Set<Operation> lax =
        EnumSet.of(
            Operation.LIST_IMAGES_BY_IMS,
            Operation.SHOW_CONSOLE_FILE,
            Operation.SHOW_OPENAPI,
            Operation.SHOW_API_PAGE);
    return Arrays.stream(Operation.values())
        .filter(operation -> operation.protocol() != Protocol.GLANCE && !lax.contains(operation));
  }

  @ParameterizedTest
  @MethodSource("choosy")
  void noParameterIsIgnored(Operation operation) {
    String path = operation.path().replaceAll("\\{\\w+}", "none");
    Response answer = SERVER.send(operation.method(), path + "?surprise=1", SERVER.admin(), null);
    assertThat(answer.status()).isEqualTo(400);
    if (!operation.method().equals("HEAD")) {
      assertThat(answer.body()).contains("surprise");
    }
  }

  /** As no well-behaved client can write it. */
  @Test
  void aBadlyEncodedQueryIsABadRequest() throws Exception {
    int port = URI.create(SERVER.url()).getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          "GET /v3/projects?name=%zz HTTP/1.1\r\nHost: x\r\nX-Auth-Token: "
              + SERVER.admin()
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes(12);
      assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 400");
    }
  }

  @Test
  void everyIdentityRouteIsServedAndAsksForAToken() {
    for (Operation operation : Operation.values()) {
      if (operation.path().startsWith("/v3/") && !operation.isOpen()) {
        String path = operation.path().replaceAll("\\{\\w+}", "none");
        assertThat(SERVER.send(operation.method(), path, null, null).status())
            .as(operation.toString())
            .isEqualTo(401);
      }
    }
  }
}
