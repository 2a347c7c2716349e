package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Protocol;
import dev.vitrine.server.TestServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code /vitrine/v1/jobs}: the jobs of one's own project, and why pairs failed; {@code HEAD} on
 * all of {@code /vitrine}.
 */
@NullMarked
class ProjectJobsTest {
  @RegisterExtension
  static final TestServer SERVER = new TestServer(List.of("--sharing.max-members=2"));

  private static final String PATH = "/vitrine/v1/jobs";

  private static String alice;
  private static String bob;
  private static String bobProject;

  @BeforeAll
  static void logIn() {
    alice = SERVER.token("alice");
    bob = SERVER.token("bob");
    bobProject = SERVER.demoProject(bob);
  }

  @Test
  void pagesGoFromTheNewestToTheOldest() {
    List<String> submitted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      submitted.addFirst(share(image()));
    }

    List<String> listed = new ArrayList<>();
    String query = "?limit=2";
    for (int page = 0; page < 3; page++) {
      JsonNode answer = get(alice, PATH + query);
      answer.path("jobs").forEach(job -> listed.add(job.path("job_id").asText()));
      query = "?limit=2&marker=" + answer.path("next_marker").asText();
    }

    assertThat(listed).startsWith(submitted.toArray(String[]::new));
    assertThat(get(alice, PATH + "?limit=100").path("next_marker").isNull()).isTrue();
  }

  @Test
  void aJobIsShownWithWhatItIsAbout() {
    String image = image();
    String id = share(image);

    JsonNode job = ended(id);

    assertThat(job.path("kind").asText()).isEqualTo("add");
    assertThat(job.path("status").asText()).isEqualTo("SUCCESS");
    assertThat(job.path("image_ids").toString()).isEqualTo("[\"" + image + "\"]");
    assertThat(job.path("project_ids").toString()).isEqualTo("[\"" + bobProject + "\"]");
    assertThat(job.path("member_status").isNull()).isTrue();
    assertThat(job.path("atomic").asBoolean()).isFalse();
    assertThat(job.path("progress").asDouble()).isEqualTo(1);
    assertThat(job.path("submitted_at").asText())
        .isLessThanOrEqualTo(job.path("begun_at").asText());
    assertThat(job.path("pairs").toString())
        .isEqualTo(
            "[{\"image_id\":\"%s\",\"project_id\":\"%s\",\"outcome\":\"success\",\"because\":null}]"
                .formatted(image, bobProject));
  }

  /** IMS says that a pair failed; here is why. */
  @Test
  void aPairThatFailedHasItsReason() {
    String projects = "%s\", \"%s\", \"%s".formatted(bobProject, newProject(), newProject());

    JsonNode job = ended(submit("POST", alice, body(image(), projects)));

    assertThat(job.path("status").asText()).isEqualTo("FAIL");
    assertThat(job.at("/pairs/1/outcome").asText()).isEqualTo("success");
    assertThat(job.at("/pairs/2/outcome").asText()).isEqualTo("member_limit");
    assertThat(job.at("/pairs/2/because").asText()).contains("as many members");
  }

  @Test
  void thoseThatHaveEndedAreApart() {
    String id = share(image());
    ended(id);

    assertThat(get(alice, PATH + "?ended=true&limit=100").toString()).contains(id);
    assertThat(get(alice, PATH + "?ended=false").toString()).doesNotContain(id);
  }

  @Test
  void anotherProjectsJobsAreAsUnknownAsNone() {
    String id = share(image());

    assertThat(get(bob, PATH + "?limit=100").toString()).doesNotContain(id);
    for (String asked : List.of(id, "none", "%00", "0".repeat(32))) {
      Response answer = SERVER.send("GET", PATH + "/" + asked, bob, null);
      assertThat(answer.status()).as(answer.body()).isEqualTo(404);
      assertThat(answer.json().at("/error/message").asText()).contains("Could not find job");
    }
    assertThat(SERVER.send("GET", PATH + "?marker=" + id, bob, null).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "?limit=0",
    "?limit=101",
    "?limit=-1",
    "?limit=x",
    "?limit=",
    "?limit=99999999999",
    "?ended=maybe",
    "?ended=",
    "?marker=",
    "?marker=none",
    "?sort=old",
    "?limit=1&limit=2"
  })
  void aParameterThatMeansNothingIsRefused(String query) {
    Response answer = SERVER.send("GET", PATH + query, alice, null);

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "/vitrine/v1/jobs, 200",
    "/vitrine/v1/jobs?limit=1, 200",
    "/vitrine/v1/jobs?limit=0, 400",
    "/vitrine/v1/jobs/JOB, 200",
    "/vitrine/v1/jobs/none, 404",
    "/vitrine/v1/explanations/none, 404",
    "/vitrine/v1/explain, 405"
  })
  void headIsGetWithoutTheBody(String path, int status) {
    String asked = path.replace("JOB", share(image()));

    Response get = SERVER.send("GET", asked, alice, null);
    Response head = SERVER.send("HEAD", asked, alice, null);

    assertThat(get.status()).isEqualTo(status);
    assertThat(head.status()).isEqualTo(status);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
  }

  static List<Operation> ownReads() {
    return Arrays.stream(Operation.values())
        .filter(one -> one.protocol() == Protocol.VITRINE && one.method().equals("GET"))
        .toList();
  }

  /** So that no route of ours is forgotten. */
  @ParameterizedTest
  @MethodSource("ownReads")
  void everyPathThatIsReadAnswersHead(Operation operation) {
    String path = operation.path().replaceAll("\\{\\w+}", "none");

    assertThat(SERVER.send("HEAD", path, alice, null).status())
        .isEqualTo(SERVER.send("GET", path, alice, null).status())
        .isNotEqualTo(405);
    assertThat(SERVER.send("PUT", path, alice, "{}").header("Allow")).contains("GET, HEAD");
  }

  @Test
  void aTokenWithoutAProjectHasNoJobs() {
    String domain = SERVER.tokenOf("alice", "{\"domain\": {\"name\": \"alice\"}}");

    for (String token : List.of(domain, "wrong")) {
      assertThat(SERVER.send("GET", PATH, token, null).status()).isEqualTo(401);
    }
  }

  private static JsonNode get(String token, String path) {
    Response answer = SERVER.send("GET", path, token, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static String image() {
    String id =
        SERVER
            .send(
                "POST",
                "/v2/images",
                alice,
                "{\"name\": \"n\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}")
            .json()
            .path("id")
            .asText();
    SERVER.send("PUT", "/v2/images/" + id + "/file", alice, "bytes");
    return id;
  }

  private static String newProject() {
    return SERVER
        .send(
            "POST",
            "/v3/projects",
            alice,
            "{\"project\": {\"name\": \"p%d\"}}".formatted(System.nanoTime()))
        .json()
        .at("/project/id")
        .asText();
  }

  private static String body(String image, String project) {
    return "{\"images\": [\"%s\"], \"projects\": [\"%s\"]}".formatted(image, project);
  }

  private static String share(String image) {
    return submit("POST", alice, body(image, bobProject));
  }

  private static String submit(String method, String token, String body) {
    Response answer = SERVER.send(method, "/v1/cloudimages/members", token, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("job_id").asText();
  }

  private static JsonNode ended(String id) {
    while (true) {
      JsonNode job = get(alice, PATH + "/" + id);
      if (!job.path("ended_at").isNull()) {
        return job;
      }
      assertThat(job.path("pairs").isMissingNode()).isTrue();
      Thread.onSpinWait();
    }
  }
}
