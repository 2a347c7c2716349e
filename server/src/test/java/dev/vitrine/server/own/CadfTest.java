package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.catalog.BuiltIn;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code format=cadf}: DMTF DSP0262 1.0, as pycadf has it. */
@NullMarked
class CadfTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static String admin;
  private static String alice;
  private static String bob;
  private static String image;
  private static String project;

  @TempDir Path folder;

  @BeforeAll
  static void fill() {
    admin = SERVER.token("admin");
    alice = SERVER.token("alice");
    bob = SERVER.token("bob");
    String other = SERVER.demoProject(bob);
    project = SERVER.demoProject(alice);
    image =
        SERVER
            .send(
                "POST",
                "/v2/images",
                alice,
                "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}")
            .json()
            .path("id")
            .asText();
    String members = "/v2/images/" + image + "/members";
    done("POST", members, alice, "{\"member\": \"%s\"}".formatted(other));
    done("PUT", members + "/" + other, bob, "{\"status\": \"accepted\"}");
    done("DELETE", members + "/" + other, alice, "");
    done("DELETE", "/v2/images/" + image, alice, "");
    done(
        "POST",
        "/v3/limits",
        admin,
        """
        {"limits": [{"project_id": "%s", "service_id": "%s", "resource_name": "image_count_total", "resource_limit": 9}]}
        """
            .formatted(project, BuiltIn.id("image")));
    String user =
        SERVER.make(
            alice, "users", "{\"user\": {\"name\": \"ann\", \"password\": \"ann-secret-1\"}}");
    String group = SERVER.make(alice, "groups", "{\"group\": {\"name\": \"staff\"}}");
    done("PUT", "/v3/groups/" + group + "/users/" + user, alice, "");
    done("PATCH", "/v3/users/" + user, alice, "{\"user\": {\"enabled\": false}}");
    done("DELETE", "/v3/users/" + user, alice, "");
    SERVER.send("GET", "/v2/images/" + image, bob, null);
    SERVER.send("GET", "/v3/users", null, null);
    while (SERVER.refusals().counted() < 2) {
      Thread.onSpinWait();
    }
    SERVER.refusals().store();
  }

  private static void done(String method, String path, String token, String body) {
    Response answer = SERVER.send(method, path, token, body.isEmpty() ? null : body);
    assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
  }

  private static List<JsonNode> events(String token, String path) {
    Response answer = SERVER.send("GET", path, token, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return StreamSupport.stream(answer.json().path("events").spliterator(), false).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "image.created, create, service/storage/image",
    "offer.created, create, service/storage/image",
    "offer.accepted, update, service/storage/image",
    "offer.withdrawn, revoke, service/storage/image",
    "image.deleted, delete, service/storage/image",
    "user.created, create, data/security/account/user",
    "user.disabled, disable, data/security/account/user",
    "user.deleted, delete, data/security/account/user",
    "group.member_added, update, data/security/group",
    "grant.created, create, data/security/account/user",
    "domain.created, create, data/security/domain",
    "limit.created, create, data/security/project",
  })
  void eachHasItsActionAndTarget(String kind, String action, String type) {
    List<JsonNode> found = events(alice, "/vitrine/v1/history?format=cadf&kind=" + kind);

    assertThat(found).isNotEmpty();
    JsonNode event = found.getFirst();
    assertThat(event.path("action").asText()).isEqualTo(action);
    assertThat(event.path("outcome").asText()).isEqualTo("success");
    assertThat(event.at("/target/typeURI").asText()).isEqualTo(type);
    assertThat(event.path("eventTime").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+0000");
    assertThat(event.at("/attachments/0/content/kind").asText()).isEqualTo(kind);
  }

  @Test
  void whoActedIsTheInitiatorAndOtherwiseTheProject() {
    List<JsonNode> mine = events(alice, "/vitrine/v1/images/" + image + "/history?format=cadf");
    JsonNode accepted =
        mine.stream()
            .filter(event -> event.path("name").asText().equals("offer.accepted"))
            .findFirst()
            .orElseThrow();
    JsonNode created = mine.getLast();

    assertThat(created.at("/initiator/typeURI").asText()).isEqualTo("data/security/account/user");
    assertThat(created.at("/initiator/project_id").asText()).isEqualTo(project);
    assertThat(created.at("/initiator/request_id").asText()).startsWith("req-");
    assertThat(accepted.at("/initiator/typeURI").asText()).isEqualTo("data/security/project");
    assertThat(accepted.at("/initiator/id").asText()).isEqualTo(SERVER.demoProject(bob));
  }

  @Test
  void whatWasRefusedIsAFailure() {
    List<JsonNode> refused = events(admin, "/vitrine/v1/refusals?format=cadf");

    assertThat(refused)
        .hasSize(2)
        .allSatisfy(event -> assertThat(event.path("outcome").asText()).isEqualTo("failure"));
    JsonNode ofBob =
        refused.stream()
            .filter(event -> event.path("name").asText().equals("SHOW_IMAGE"))
            .findFirst()
            .orElseThrow();
    assertThat(ofBob.at("/target/id").asText()).isEqualTo(image);
    assertThat(ofBob.at("/reason/reasonCode").asText()).isEqualTo("ImageNotFound");
    assertThat(ofBob.at("/initiator/host/address").asText()).isEqualTo("127.0.0.1");
    assertThat(ofBob.at("/attachments/0/content/count").asInt()).isEqualTo(1);
  }

  @Test
  void aReviewHasNoSuchForm() {
    assertThat(SERVER.send("GET", "/vitrine/v1/access?format=cadf", alice, null).status())
        .isEqualTo(400);
  }

  /** What pycadf, which Keystone writes with, calls valid; where it is installed. */
  @Test
  void pycadfReadsThem() throws IOException, InterruptedException {
    Path python = Path.of("/usr/bin/python3");
    assumeTrue(Files.isExecutable(python) && exit(python, "-c", "import pycadf") == 0);
    Path file = folder.resolve("events.json");
    for (String path :
        List.of("/vitrine/v1/history?format=cadf&limit=1000", "/vitrine/v1/refusals?format=cadf")) {
      Files.writeString(file, SERVER.send("GET", path, admin, null).body());

      assertThat(exit(python, SCRIPT, file.toString())).isZero();
    }
    Files.writeString(
        file, SERVER.send("GET", "/vitrine/v1/history?format=cadf&limit=1000", alice, null).body());
    assertThat(exit(python, SCRIPT, file.toString())).isZero();
  }

  private static final String SCRIPT = Path.of("..", "conformance", "cadf.py").toString();

  private static int exit(Path python, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python.toString(), "-W", "ignore"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
