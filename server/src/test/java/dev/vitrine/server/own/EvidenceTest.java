package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.history.Event;
import dev.vitrine.history.EventStore.Query;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.job.JobId;
import dev.vitrine.postgres.history.PostgresEvents;
import dev.vitrine.server.TestServer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who did what is kept under ids that nobody but we can choose. */
@NullMarked
class EvidenceTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String OURS = "req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private static String alice;
  private static String bob;
  private static String bobProject;

  @BeforeAll
  static void logIn() {
    alice = SERVER.token("alice");
    bob = SERVER.token("bob");
    bobProject = SERVER.demoProject(bob);
  }

  /** A request that its client calls by the id of somebody else's. */
  private static Response called(
      String name, String method, String path, String token, String body) {
    Response answer =
        SERVER.send(method, path, token, body, "X-Openstack-Request-Id: " + name + "\r\n");
    assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
    return answer;
  }

  private static String image() {
    Response made =
        SERVER.send(
            "POST",
            "/v2/images",
            alice,
            "{\"name\": \"i\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}");
    String image = made.json().path("id").asText();
    assertThat(SERVER.send("PUT", "/v2/images/" + image + "/file", alice, "x").status())
        .isEqualTo(204);
    return image;
  }

  /** Of the memberships of the image, the oldest first. */
  private static List<Event> events(String image) {
    return new PostgresEvents(SERVER.database())
        .ofImage(ImageId.named(image), null, Query.all(100)).reversed().stream()
            .filter(event -> event.member() != null)
            .toList();
  }

  /** The request of an answer, which its client calls by a name. */
  private static Cause cause(Response answer, String client) {
    return new Cause(Objects.requireNonNull(answer.header("x-request-id")), client);
  }

  @Test
  void aChangeIsKeptUnderOurOwnIdAndTheClientsStandsBesideIt() {
    String image = image();
    String members = "/v2/images/" + image + "/members";
    Response added =
        called("req-mine", "POST", members, alice, "{\"member\": \"%s\"}".formatted(bobProject));
    Response accepted =
        called("mine", "PUT", members + "/" + bobProject, bob, "{\"status\": \"accepted\"}");
    Response removed = called("req-mine", "DELETE", members + "/" + bobProject, alice, "");
    SERVER.send("POST", members, alice, "{\"member\": \"%s\"}".formatted(bobProject));
    Response deleted = called("req-mine", "DELETE", "/v2/images/" + image, alice, "");

    assertThat(List.of(added, accepted, removed, deleted))
        .allSatisfy(
            answer -> {
              // Glance answers the client's own (docs/contract/glance-images.md).
              assertThat(answer.header("x-openstack-request-id")).isEqualTo("req-mine");
              assertThat(answer.header("x-request-id")).matches(OURS);
            });
    List<Event> events = events(image);
    assertThat(events).hasSize(5).extracting(Event::job).containsOnlyNulls();
    Cause unnamed = Objects.requireNonNull(events.get(3).cause());
    assertThat(unnamed.request()).matches(OURS);
    assertThat(unnamed.client()).isNull();
    assertThat(events)
        .extracting(Event::cause)
        .containsExactly(
            cause(added, "req-mine"),
            cause(accepted, "req-mine"),
            cause(removed, "req-mine"),
            unnamed,
            cause(deleted, "req-mine"));
  }

  @Test
  void aJobsChangesNameTheRequestThatSubmittedIt() throws InterruptedException {
    String image = image();
    SERVER.patch(
        "/v2/images/" + image,
        alice,
        "[{\"op\": \"replace\", \"path\": \"/visibility\", \"value\": \"shared\"}]");
    Response submitted =
        called(
            "req-mine",
            "POST",
            "/v1/cloudimages/members",
            alice,
            "{\"images\": [\"%s\"], \"projects\": [\"%s\"]}".formatted(image, bobProject));
    String job = submitted.json().path("job_id").asText();
    awaitEnd(job);

    assertThat(events(image))
        .extracting(Event::job, Event::cause)
        .containsExactly(tuple(new JobId(job), cause(submitted, "req-mine")));
  }

  private static void awaitEnd(String job) throws InterruptedException {
    JsonNode shown;
    do {
      Thread.sleep(20);
      shown = SERVER.send("GET", "/v1/cloudimages/job/" + job, alice, null).json();
    } while (!List.of("SUCCESS", "FAIL").contains(shown.path("status").asText()));
    assertThat(shown.path("status").asText()).isEqualTo("SUCCESS");
  }

  /** Every protocol: no answer calls a request by nothing but what its client made up. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/images", "/v3/auth/projects", "/v3.0/OS-CREDENTIAL/credentials", "/v2/cloudimages",
        "/v1/none", "/v2/none", "/v3/none", "/vitrine/v1/explanations/none"
      })
  void eachAnswerTellsOurOwnIdToo(String path) {
    Response answer = SERVER.send("GET", path, alice, null, "X-Openstack-Request-Id: req-mine\r\n");

    assertThat(answer.header("x-request-id")).matches(OURS);
  }
}
