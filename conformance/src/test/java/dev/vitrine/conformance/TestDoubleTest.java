package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Response;
import dev.vitrine.client.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code up --ephemeral} as a client of it sees it, and that {@code serve} has none of it. */
class TestDoubleTest {
  private static final String RUN = "22222222222222222222222222222222";
  private static final String GOLDEN = "33333333-3333-3333-3333-333333333333";
  private static final String SEED =
      """
      domains:
        - name: acme
        - name: beta
      projects:
        - {domain: acme, name: build}
        - {domain: beta, name: run, id: %s}
      users:
        - {domain: acme, name: ann, password: ann-secret, project: acme/build}
        - {domain: beta, name: ben, password: ben-secret, project: beta/run}
      grants:
        - {user: acme/ann, role: member, project: acme/build}
        - {user: beta/ben, role: member, project: beta/run}
      images:
        - {name: golden, id: %s, project: acme/build, content: hello}
        - {name: large, project: acme/build, visibility: private, size: 100000}
      shares:
        - {image: golden, project: beta/run, status: accepted}
      """
          .formatted(RUN, GOLDEN);

  @TempDir private static Path folder;
  private static RunningServer server;

  @BeforeAll
  static void start() throws IOException {
    Path seed = Files.writeString(folder.resolve("seed.yaml"), SEED);
    server = RunningServer.ephemeral("--seed", seed.toString());
  }

  @AfterAll
  static void stop() {
    Path data = server.data();
    server.terminate();
    assertThat(server.exitCode()).isZero();
    assertThat(data).as("kept after SIGTERM").doesNotExist();
  }

  @BeforeEach
  void reset() {
    assertThat(steer("POST", "reset", null).status()).isEqualTo(204);
  }

  private static Response steer(String method, String what, @Nullable String json) {
    return server.endpoint(null).send(method, "/vitrine/v1/test/" + what, json);
  }

  private static void fault(String json) {
    Response answer = steer("POST", "faults", json);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void beginsWithTheSeed() {
    Session ann = server.signIn("ann");
    Session ben = server.signIn("ben");

    assertThat(ben.project()).isEqualTo(RUN);
    assertThat(ben.images().call("GET", "/v2/images/" + GOLDEN + "/file", null).body())
        .isEqualTo("hello");
    JsonNode share =
        ben.images().call("GET", "/v2/images/" + GOLDEN + "/members/" + RUN, null).json();
    assertThat(share.path("status").asText()).isEqualTo("accepted");
    JsonNode mine = ann.images().call("GET", "/v2/images?sort=name:asc", null).json();
    assertThat(mine.at("/images/1/name").asText()).isEqualTo("large");
    assertThat(mine.at("/images/1/size").asLong()).isEqualTo(100_000);
    assertThat(mine.path("images")).hasSize(2);
  }

  @Test
  void returnsToTheSeedByOneRequest() {
    Session ann = server.signIn("ann");
    Session ben = server.signIn("ben");
    ann.images().call("DELETE", "/v2/images/" + GOLDEN, null);
    ann.images().call("POST", "/v2/images", "{\"name\": \"more\"}");
    fault("{\"kind\": \"drop\", \"path\": \"/v2/images\"}");

    reset();

    assertThat(ben.images().call("GET", "/v2/images/" + GOLDEN + "/file", null).body())
        .as("by the token from before")
        .isEqualTo("hello");
    assertThat(ann.images().call("GET", "/v2/images", null).json().path("images")).hasSize(2);
  }

  /** What is cached about a caller counts for one version of its rights. */
  @Test
  void forgetsRightsThatATestHasChanged() {
    Endpoint identity = server.signIn("admin").identity();
    Session ben = server.signIn("ben");
    identity.call("DELETE", grant(identity, ben, "member"), null);
    assertThat(ben.images().send("GET", "/v2/images", null).status()).isEqualTo(403);

    reset();
    identity.call("PUT", grant(identity, ben, "reader"), null);

    assertThat(ben.images().send("GET", "/v2/images", null).status()).isEqualTo(200);
  }

  private static String grant(Endpoint identity, Session to, String role) {
    String id = identity.call("GET", "/roles?name=" + role, null).json().at("/roles/0/id").asText();
    return "/projects/%s/users/%s/roles/%s".formatted(to.project(), to.user(), id);
  }

  @Test
  void movesTheClockOfTokensAndOfWhatIsStored() {
    Session ann = server.signIn("ann");

    Response moved = steer("POST", "clock", "{\"advance_seconds\": 90000}");

    assertThat(moved.status()).as(moved.body()).isEqualTo(200);
    Instant now = Instant.parse(moved.json().path("now").asText());
    assertThat(now).isAfter(Instant.now().plus(Duration.ofHours(24)));
    assertThat(ann.images().send("GET", "/v2/images", null).status()).isEqualTo(401);
    Session later = server.signIn("ann");
    assertThat(later.issuedAt()).isAfter(Instant.now().plus(Duration.ofHours(24)));
    JsonNode made = later.images().call("POST", "/v2/images", "{\"name\": \"late\"}").json();
    assertThat(Instant.parse(made.path("created_at").asText()))
        .isAfter(Instant.now().plus(Duration.ofHours(24)));
  }

  @Test
  void setsTheClock() {
    steer("POST", "clock", "{\"now\": \"2031-02-03T04:05:06Z\"}");

    assertThat(server.signIn("ann").issuedAt().toString()).startsWith("2031-02-03T04:0");
    reset();
    assertThat(server.signIn("ann").issuedAt()).isBefore(Instant.now().plusSeconds(60));
  }

  @Test
  void refusesInTheWordsOfEachProtocol() {
    Session ann = server.signIn("ann");
    fault("{\"kind\": \"unavailable\", \"path\": \"**\", \"times\": 4}");
    for (String path :
        new String[] {"/v2/images", "/v2/cloudimages", "/v3", "/v3.0/OS-ROLE/roles"}) {
      Response refused = server.endpoint(ann.token()).send("GET", path, null);
      assertThat(refused.status()).as(path).isEqualTo(503);
      assertThat(refused.header("Retry-After")).as(path).isNotNull();
    }
    assertThat(ann.images().send("GET", "/v2/images", null).status()).isEqualTo(200);

    fault("{\"kind\": \"conflict\", \"method\": \"POST\", \"path\": \"/v2/images\", \"times\": 1}");
    assertThat(ann.images().send("GET", "/v2/images", null).status()).isEqualTo(200);
    assertThat(ann.images().send("POST", "/v2/images", "{}").status()).isEqualTo(409);
    assertThat(ann.images().send("POST", "/v2/images", "{}").status()).isEqualTo(201);
  }

  @Test
  void delaysAndDrops() {
    Session ann = server.signIn("ann");
    fault("{\"kind\": \"delay\", \"path\": \"/v2/images\", \"times\": 1, \"delay_ms\": 300}");
    long since = System.nanoTime();
    assertThat(ann.images().send("POST", "/v2/images", "{}").status()).isEqualTo(201);
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(299));

    String image =
        ann.images()
            .call(
                "POST", "/v2/images", "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}")
            .json()
            .path("id")
            .asText();
    String file = "/v2/images/" + image + "/file";
    fault("{\"kind\": \"delay\", \"method\": \"PUT\", \"path\": \"**\", \"delay_ms\": 300}");
    ann.images().upload(file, BodyPublishers.ofString("x".repeat(300_000)));
    assertThat(ann.images().call("GET", file, null).body()).hasSize(300_000);

    fault("{\"kind\": \"drop\", \"path\": \"/v2/images/*\"}");
    Endpoint images = ann.images();
    assertThatThrownBy(() -> images.send("DELETE", "/v2/images/" + GOLDEN, null))
        .isInstanceOf(UncheckedIOException.class);
    steer("DELETE", "faults", null);
    assertThat(images.send("GET", "/v2/images/" + GOLDEN, null).status()).isEqualTo(200);
  }

  @Test
  void letsJobsHang() throws InterruptedException {
    Session ann = server.signIn("ann");
    fault("{\"kind\": \"hang-jobs\"}");
    String batch = "{\"images\": [\"%s\"], \"projects\": [\"%s\"]}".formatted(GOLDEN, RUN);
    String job =
        server
            .endpoint(ann.token())
            .call("DELETE", "/v1/cloudimages/members", batch)
            .json()
            .path("job_id")
            .asText();
    Thread.sleep(1_500); // longer than the workers wait
    assertThat(status(ann, job)).isNotEqualTo("SUCCESS");

    steer("DELETE", "faults", null);

    String status = status(ann, job);
    for (int i = 0; i < 100 && !status.equals("SUCCESS"); i++) {
      Thread.sleep(100);
      status = status(ann, job);
    }
    assertThat(status).isEqualTo("SUCCESS");
  }

  private static String status(Session session, String job) {
    String path = "/v1/%s/jobs/%s".formatted(session.project(), job);
    return server.endpoint(session.token()).call("GET", path, null).json().path("status").asText();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          faults | drop everything                                   | not valid JSON
          faults | []                                                | must be a JSON object
          faults | {"kind":"drop","kind":"drop"}                     | kind
          faults | {}                                                | Expecting to find kind
          faults | {"kind":1}                                        | 'kind': must be a string
          faults | {"kind":"explode","path":"**"}                    | kind is one of [delay,
          faults | {"kind":"drop"}                                   | Expecting to find path
          faults | {"kind":"drop","path":"v2"}                       | path begins with a slash or a star
          faults | {"kind":"drop","path":"/v2/images?limit=1"}       | path has no query
          faults | {"kind":"drop","path":"/image/v2/images"}         | without /image and /identity
          faults | {"kind":"drop","path":"**","time":1}              | 'time': there is no such field
          faults | {"kind":"drop","path":"**","times":0}             | times is from 1 to
          faults | {"kind":"drop","path":"**","times":1.5}           | times is a whole number
          faults | {"kind":"drop","path":"**","times":"1"}           | times is a whole number
          faults | {"kind":"drop","path":"**","method":"get"}        | method is one of [DELETE,
          faults | {"kind":"drop","path":"**","delay_ms":1}          | Only the kind delay has delay_ms
          faults | {"kind":"delay","path":"**"}                      | The kind delay needs delay_ms
          faults | {"kind":"delay","path":"**","delay_ms":600001}    | delay_ms is from 1 to 600000
          faults | {"kind":"hang-jobs","path":"**"}                  | 'path': there is no such field
          clock  | now                                               | not valid JSON
          clock  | {}                                                | either now or advance_seconds
          clock  | {"now":"tomorrow"}                                | now is no time such as
          clock  | {"now":"2031-02-03 04:05:06"}                     | now is no time such as
          clock  | {"now":1}                                         | 'now': must be a string
          clock  | {"now":"9999-02-03T04:05:06Z"}                    | 100 years
          clock  | {"now":"+1000000000-12-31T23:59:59.999999999Z"}   | 100 years
          clock  | {"advance_seconds":-1}                            | advance_seconds is from 1 to
          clock  | {"advance_seconds":1e3}                           | advance_seconds is a whole number
          clock  | {"advance_seconds":99999999999999999999}          | advance_seconds is a whole number
          clock  | {"now":"2031-02-03T04:05:06Z","advance_seconds":1} | either now or advance_seconds
          clock  | {"speed":2}                                       | 'speed': there is no such field
          reset  | {"to":"seed"}                                     | 'to': there is no such field
          """)
  void saysWhatItDoesNotUnderstand(String what, String body, String sentence) {
    Response answer = steer("POST", what, body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().toString()).contains(sentence);
    assertThat(steer("GET", "faults", null).json().path("faults")).isEmpty();
  }

  @Test
  void hasNoOtherRequests() {
    assertThat(steer("POST", "reset?now=1", null).status()).isEqualTo(400);
    assertThat(steer("GET", "faults?kind=drop", null).status()).isEqualTo(400);
    assertThat(steer("GET", "reset", null).status()).isEqualTo(405);
    assertThat(steer("GET", "reset", null).header("Allow")).isEqualTo("POST");
    assertThat(steer("PUT", "faults", null).header("Allow")).isEqualTo("GET, POST, DELETE");
    assertThat(steer("POST", "resets", null).status()).isEqualTo(404);
  }

  @Test
  void nothingOfItExistsInServe() {
    try (RunningServer served = RunningServer.start()) {
      for (String what : new String[] {"reset", "clock", "faults"}) {
        for (String method : new String[] {"GET", "POST", "DELETE"}) {
          Response answer = served.endpoint(null).send(method, "/vitrine/v1/test/" + what, null);
          assertThat(answer.status()).as(method + " " + what).isEqualTo(404);
        }
      }
    }
    RunningServer refused = RunningServer.launch(RunningServer.freshData(), "--ephemeral");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.output()).contains("--ephemeral: no such setting");
  }

  @Test
  void tellsAllThatIsWrongWithItsOptionsAndItsSeed() throws IOException {
    Path seed = Files.writeString(folder.resolve("wrong.yaml"), "domains:\n  - nam: a\nusrs: []\n");
    RunningServer refused =
        RunningServer.refusedEphemeral(
            "--data", folder.toString(), "--seed", seed.toString(), "--sharing.membrs=any");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.output())
        .contains(
            "--data: means nothing with --ephemeral",
            "wrong.yaml: line 2: domains[0]: name is missing",
            "wrong.yaml: line 2: domains[0].nam: there is no such field",
            "wrong.yaml: line 3: usrs: there is no such field",
            "--sharing.membrs: no such setting")
        .doesNotContain("given twice");
  }

  @Test
  void tellsThatThereIsNoSeed() throws IOException {
    RunningServer refused = RunningServer.refusedEphemeral("--seed", "nothing.yaml");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.output()).contains("--seed: there is no file nothing.yaml");
  }
}
