package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Decision;
import dev.vitrine.client.Response;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Requirement;
import dev.vitrine.server.TestServer;
import dev.vitrine.server.own.AuthorizationTableTest;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each endpoint that needs an action asks once, for its own row, and before it looks whether what
 * is asked for exists: ids here name nothing. The rows of images are recorded case by case in
 * {@link AuthorizationTableTest}.
 */
@NullMarked
class RecordingTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static String user;
  private static String token;
  private static String domain;
  private static String project;

  static Stream<Operation> operations() {
    return Arrays.stream(Operation.values())
        .filter(operation -> !operation.requirements().isEmpty());
  }

  /** Somebody who is let into the project, and may do nothing there. */
  @BeforeAll
  static void hire() {
    String alice = SERVER.token("alice");
    user = made(alice, "/v3/users", "{\"user\": {\"name\": \"guest\", \"password\": \"p\"}}");
    var projects = SERVER.send("GET", "/v3/projects?name=RegionOne", alice, null).json();
    project = projects.at("/projects/0/id").asText();
    domain = projects.at("/projects/0/domain_id").asText();
    String policy =
        made(
            alice,
            "/v3.0/OS-ROLE/roles",
            """
            {"role": {"display_name": "nothing", "type": "XA", "description": "", "policy":
              {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["ims:images:export"]}]}}}
            """);
    Response granted =
        SERVER.send(
            "PUT",
            "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, policy),
            alice,
            null);
    assertThat(granted.status()).as(granted.body()).isEqualTo(204);
    token =
        SERVER.token(
            "guest",
            "p",
            "alice",
            "{\"project\": {\"name\": \"RegionOne\", \"domain\": {\"name\": \"alice\"}}}");
  }

  private static String made(String token, String path, String body) {
    Response answer = SERVER.send("POST", path, token, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.json().elements().next().path("id").asText();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void itAsksOnceForItsOwnRow(Operation operation) {
    SERVER.decisions(user);
    Response answer = SERVER.exchange(head(operation), body(operation).getBytes(UTF_8));

    assertThat(SERVER.decisions(user))
        .as(answer.toString())
        .singleElement()
        .satisfies(
            decision -> {
              assertThat(decision.operation()).isEqualTo(operation);
              assertThat(decision.allowed()).isFalse();
              assertThat(decision.reasons())
                  .extracting(Decision.Reason::action)
                  .containsExactlyElementsOf(
                      operation.requirements().stream().map(Requirement::action).toList());
            });
    assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
  }

  private static String head(Operation operation) {
    // A foreign project in a path of IMS is refused before anybody is asked.
    String path =
        operation
            .path()
            .replaceAll("^/v1/\\{project_id}", "/v1/" + project)
            .replaceAll("\\{\\w+}", "none");
    path +=
        switch (operation) {
          case LIST_GRANTS -> "?domain_id=" + domain;
          // Everybody may list its own.
          case LIST_ACCESS_KEYS -> "?user_id=none";
          default -> "";
        };
    String last = operation.path().replaceAll(".*/", "");
    String type =
        switch (operation.method() + " " + last) {
          case "PATCH {image_id}" -> "application/openstack-images-v2.1-json-patch";
          case "PUT file", "PUT stage" -> "application/octet-stream";
          default -> "application/json";
        };
    return """
    %s %s HTTP/1.1
    Host: %s
    X-Auth-Token: %s
    Content-Type: %s
    Content-Length: %d
    Connection: close

    """
        .formatted(operation.method(), path, SERVER.host(), token, type, body(operation).length())
        .replace("\n", "\r\n");
  }

  /** The least that is well-formed: what is not is refused before anybody is asked. */
  private static String body(Operation operation) {
    return switch (operation) {
      case ADD_MEMBER -> "{\"member\": \"m\"}";
      case UPDATE_MEMBER -> "{\"status\": \"accepted\"}";
      case BATCH_ADD_MEMBERS, BATCH_DELETE_MEMBERS ->
          "{\"images\": [\"none\"], \"projects\": [\"none\"]}";
      case BATCH_UPDATE_MEMBERS ->
          "{\"images\": [\"none\"], \"project_id\": \"none\", \"status\": \"accepted\"}";
      case CREATE_IMAGE -> "{\"name\": \"n\"}";
      case UPDATE_IMAGE, UPDATE_IMAGE_BY_IMS ->
          "[{\"op\": \"replace\", \"path\": \"/name\", \"value\": \"n\"}]";
      case MOVE_IMAGE_BY_IMS ->
          "[{\"op\": \"replace\", \"path\": \"/enterprise_project_id\", \"value\": \"0\"}]";
      case UPLOAD_IMAGE, STAGE_IMAGE -> "bytes";
      case IMPORT_IMAGE -> "{\"method\": {\"name\": \"glance-direct\"}}";
      case CREATE_DOMAIN, UPDATE_DOMAIN -> named("domain");
      case CREATE_PROJECT, UPDATE_PROJECT -> named("project");
      case REPLACE_PROJECT_TAGS -> "{\"tags\": []}";
      case CREATE_USER, UPDATE_USER -> named("user");
      case CREATE_GROUP, UPDATE_GROUP -> named("group");
      case CREATE_ROLE, UPDATE_ROLE -> named("role");
      case CREATE_SERVICE, UPDATE_SERVICE -> "{\"service\": {\"type\": \"t\"}}";
      case CREATE_ENDPOINT, UPDATE_ENDPOINT ->
          "{\"endpoint\": {\"service_id\": \"s\", \"interface\": \"public\", \"url\": \"u\"}}";
      case CREATE_REGION, UPDATE_REGION -> "{\"region\": {\"description\": \"d\"}}";
      case CREATE_LIMITS ->
          """
          {"limits": [{"project_id": "none", "service_id": "none", "resource_name": "none", "resource_limit": 1}]}
          """;
      case UPDATE_LIMIT -> "{\"limit\": {\"resource_limit\": 1}}";
      case CREATE_CUSTOM_POLICY, UPDATE_CUSTOM_POLICY ->
          """
          {"role": {"display_name": "n", "type": "XA", "description": "", "policy":
            {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["ims:*:*"]}]}}}
          """;
      case CREATE_ACCESS_KEY -> "{\"credential\": {\"user_id\": \"none\"}}";
      case UPDATE_ACCESS_KEY -> "{\"credential\": {\"status\": \"inactive\"}}";
      case CREATE_WEBHOOK -> "{\"url\": \"https://example.org\"}";
      case UPDATE_WEBHOOK -> "{\"enabled\": true}";
      case REPLAY_WEBHOOK -> "{\"since\": \"2026-01-01\"}";
      case CREATE_ENTERPRISE_PROJECT, UPDATE_ENTERPRISE_PROJECT -> "{\"name\": \"n\"}";
      case ENABLE_ENTERPRISE_PROJECT -> "{\"action\": \"enable\"}";
      case DISABLE_ENTERPRISE_PROJECT -> "{\"action\": \"disable\"}";
      default -> "";
    };
  }

  private static String named(String kind) {
    return "{\"%s\": {\"name\": \"n\"}}".formatted(kind);
  }
}
