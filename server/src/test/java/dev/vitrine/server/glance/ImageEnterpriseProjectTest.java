package dev.vitrine.server.glance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images in enterprise projects: ruling 8, through the native API. */
class ImageEnterpriseProjectTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String PROJECTS = "/v1.0/enterprise-projects";
  private static final String AT = "/v3.0/OS-PERMISSION/enterprise-projects";

  private final String admin = SERVER.token("admin");
  private final String alice = SERVER.token("alice");
  private final String bob = SERVER.token("bob");

  private static Response expect(
      int status, String method, String path, String token, String body) {
    Response answer = SERVER.send(method, path, token, body.isEmpty() ? null : body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return answer;
  }

  private static String made(String path, String token, String body) {
    return expect(201, "POST", path, token, body).json().elements().next().path("id").asText();
  }

  private static String enterpriseProject(String token, String name) {
    return made(PROJECTS, token, "{\"name\": \"%s\"}".formatted(name));
  }

  private static Response create(String token, String value) {
    return SERVER.send(
        "POST", "/v2/images", token, "{\"enterprise_project_id\": %s}".formatted(value));
  }

  private static String image(String token, String enterpriseProject) {
    Response created = create(token, "\"" + enterpriseProject + "\"");
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    return created.json().path("id").asText();
  }

  /** A change of an image, in the media type of changes. */
  private static Response change(String token, String image, String operation) {
    byte[] body = ("[" + operation + "]").getBytes(UTF_8);
    String head =
        """
        PATCH /v2/images/%s HTTP/1.1
        Host: %s
        X-Auth-Token: %s
        Content-Type: application/openstack-images-v2.1-json-patch
        Content-Length: %d
        Connection: close

        """
            .formatted(image, SERVER.host(), token, body.length)
            .replace("\n", "\r\n");
    return SERVER.exchange(head, body);
  }

  private static JsonNode shown(String token, String image) {
    return expect(200, "GET", "/v2/images/" + image, token, "").json();
  }

  @Test
  void theOwnersProjectSeesItAndNobodyElse() {
    String project = enterpriseProject(alice, "seen");
    String image = image(alice, project);
    assertThat(shown(alice, image).path("enterprise_project_id").asText()).isEqualTo(project);
    assertThat(expect(200, "GET", "/v2/images?limit=1", alice, "").body()).contains(project);
    String owner = shown(bob, image(bob, "0")).path("owner").asText();
    expect(
        200,
        "POST",
        "/v2/images/%s/members".formatted(image),
        alice,
        "{\"member\": \"%s\"}".formatted(owner));
    assertThat(shown(bob, image).has("enterprise_project_id")).isFalse();
    assertThat(shown(admin, image).has("enterprise_project_id")).isFalse();
  }

  @Test
  void theDefaultOneIsNotShown() {
    assertThat(shown(alice, image(alice, "0")).has("enterprise_project_id")).isFalse();
  }

  @Test
  void itMustBeOneOfTheOwnersDomainAndEnabled() {
    String disabled = enterpriseProject(alice, "disabled");
    expect(204, "POST", PROJECTS + "/" + disabled + "/action", alice, "{\"action\": \"disable\"}");
    int before = expect(200, "GET", "/v2/images", alice, "").json().path("images").size();
    String foreign = enterpriseProject(bob, "foreign");
    for (String value :
        List.of(
            "\"none\"",
            "\"" + disabled + "\"",
            "\"" + foreign + "\"",
            "\"\"",
            "\"\\u0000\"",
            "1",
            "null",
            "[]")) {
      Response answer = create(alice, value);
      assertThat(answer.status()).as(value + answer.body()).isEqualTo(400);
    }
    // The domain is the owner's, not the caller's.
    assertThat(create(admin, "\"" + foreign + "\"").status()).isEqualTo(400);
    assertThat(expect(200, "GET", "/v2/images", alice, "").json().path("images")).hasSize(before);
    expect(204, "POST", PROJECTS + "/" + disabled + "/action", alice, "{\"action\": \"enable\"}");
    image(alice, disabled);
  }

  @Test
  void theNativeApiDoesNotChangeIt() {
    String project = enterpriseProject(alice, "fixed");
    String image = image(alice, project);
    for (String operation :
        List.of(
            "{\"op\": \"replace\", \"path\": \"/enterprise_project_id\", \"value\": \"0\"}",
            "{\"op\": \"add\", \"path\": \"/enterprise_project_id\", \"value\": \"0\"}",
            "{\"op\": \"remove\", \"path\": \"/enterprise_project_id\"}")) {
      assertThat(change(alice, image, operation).status()).as(operation).isEqualTo(403);
    }
    assertThat(shown(alice, image).path("enterprise_project_id").asText()).isEqualTo(project);
  }

  @Test
  void anImageThatGoesToAnotherOwnerLeavesIt() {
    String image = image(alice, enterpriseProject(alice, "left"));
    String owner = shown(bob, image(bob, "0")).path("owner").asText();
    Response given =
        change(
            admin,
            image,
            "{\"op\": \"replace\", \"path\": \"/owner\", \"value\": \"%s\"}".formatted(owner));
    assertThat(given.status()).as(given.body()).isEqualTo(200);
    assertThat(shown(bob, image).has("enterprise_project_id")).isFalse();
  }

  /** Ruling 30: the row's actions at both, as 镜像管理 has them for a move. */
  @Test
  void aMoveNeedsTheActionsAtBothEnterpriseProjects() {
    String from = enterpriseProject(alice, "from");
    String to = enterpriseProject(alice, "to");
    String image = image(alice, from);
    String user =
        made("/v3/users", alice, "{\"user\": {\"name\": \"mover\", \"password\": \"p\"}}");
    String policy = policy("move", "\"ims:images:update\", \"ims:serverImages:create\"", "Allow");
    String change = policy("change", "\"ims:images:update\"", "Allow");
    String deny = policy("keep", "\"ims:serverImages:create\"", "Deny");
    String grant = AT + "/%s/users/" + user + "/roles/%s";
    expect(204, "PUT", grant.formatted(from, policy), alice, "");
    String mover =
        SERVER.token(
            "mover",
            "p",
            "alice",
            "{\"project\": {\"name\": \"RegionOne\", \"domain\": {\"name\": \"alice\"}}}");

    assertThat(moved(mover, image, to)).as("at the source only").isEqualTo(403);
    expect(204, "PUT", grant.formatted(to, change), alice, "");
    assertThat(moved(mover, image, to)).as("one of two actions at the target").isEqualTo(403);
    assertThat(moved(mover, image, from)).as("where it is").isEqualTo(200);
    expect(204, "PUT", grant.formatted(to, policy), alice, "");
    expect(204, "DELETE", grant.formatted(from, policy), alice, "");
    assertThat(moved(mover, image, to)).as("at the target only").isEqualTo(403);
    expect(204, "PUT", grant.formatted(from, policy), alice, "");
    expect(204, "PUT", grant.formatted(to, deny), alice, "");
    assertThat(moved(mover, image, to)).as("denied at the target").isEqualTo(403);
    expect(204, "DELETE", grant.formatted(to, deny), alice, "");
    assertThat(shown(alice, image).path("enterprise_project_id").asText()).isEqualTo(from);
    assertThat(moved(mover, image, to)).as("at both").isEqualTo(200);
    assertThat(shown(alice, image).path("enterprise_project_id").asText()).isEqualTo(to);
  }

  private String policy(String name, String actions, String effect) {
    return made(
        "/v3.0/OS-ROLE/roles",
        alice,
        """
        {"role": {"display_name": "%s", "type": "XA", "description": "", "policy":
          {"Version": "1.1", "Statement": [{"Effect": "%s", "Action": [%s]}]}}}
        """
            .formatted(name, effect, actions));
  }

  private static int moved(String token, String image, String to) {
    return SERVER
        .patch(
            "/v2/cloudimages/" + image,
            token,
            "[{\"op\": \"replace\", \"path\": \"/enterprise_project_id\", \"value\": \"%s\"}]"
                .formatted(to))
        .status();
  }

  @Test
  void aGrantAtItReachesItsImagesUntilItIsTakenBack() {
    String project = enterpriseProject(alice, "granted");
    String inside = image(alice, project);
    String outside = image(alice, "0");
    String user =
        made("/v3/users", alice, "{\"user\": {\"name\": \"inside\", \"password\": \"p\"}}");
    String policy =
        made(
            "/v3.0/OS-ROLE/roles",
            alice,
            """
            {"role": {"display_name": "see", "type": "XA", "description": "", "policy":
              {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["ims:images:get"]}]}}}
            """);
    String grant = "%s/%s/users/%s/roles/%s".formatted(AT, project, user, policy);
    expect(204, "PUT", grant, alice, "");
    String guest =
        SERVER.token(
            "inside",
            "p",
            "alice",
            "{\"project\": {\"name\": \"RegionOne\", \"domain\": {\"name\": \"alice\"}}}");
    expect(200, "GET", "/v2/images/" + inside, guest, "");
    expect(403, "GET", "/v2/images/" + outside, guest, "");
    expect(403, "GET", "/v2/images/%s/members".formatted(inside), guest, "");
    expect(
        200,
        "PATCH",
        "/v3.0/OS-ROLE/roles/" + policy,
        alice,
        """
        {"role": {"policy":
          {"Version": "1.1", "Statement": [{"Effect": "Deny", "Action": ["ims:images:get"]}]}}}
        """);
    expect(403, "GET", "/v2/images/" + inside, guest, "");
    expect(
        200,
        "PATCH",
        "/v3.0/OS-ROLE/roles/" + policy,
        alice,
        """
        {"role": {"policy":
          {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["ims:images:*"]}]}}}
        """);
    expect(200, "GET", "/v2/images/" + inside, guest, "");
    expect(204, "DELETE", grant, alice, "");
    expect(403, "GET", "/v2/images/" + inside, guest, "");
  }
}
