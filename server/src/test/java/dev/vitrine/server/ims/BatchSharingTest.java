package dev.vitrine.server.ims;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mission, rows 6 to 8: batches and their jobs on the wire. */
@NullMarked
class BatchSharingTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String PATH = "/v1/cloudimages/members";
  private static final String ABSENT = "00000000-0000-4000-8000-000000000000";

  private static String alice;
  private static String bob;
  private static String aliceProject;
  private static String bobProject;

  @BeforeAll
  static void logIn() {
    alice = SERVER.token("alice");
    bob = SERVER.token("bob");
    aliceProject = SERVER.demoProject(alice);
    bobProject = SERVER.demoProject(bob);
  }

  @Test
  void anImageGoesThroughItsWholeLife() {
    String image = image("");

    assertThat(share(image).at("/entities/results").toString())
        .isEqualTo(
            "[{\"image_id\":\"%s\",\"project_id\":\"%s\",\"status\":\"success\"}]"
                .formatted(image, bobProject));
    assertThat(status(image)).isEqualTo("pending");
    answer(image, "accepted");
    assertThat(status(image)).isEqualTo("accepted");
    answer(image, "rejected");
    assertThat(status(image)).isEqualTo("rejected");
    answer(image, "accepted");
    assertThat(status(image)).isEqualTo("accepted");
    JsonNode removal = ended(alice, submit("DELETE", alice, images(image)));
    assertThat(removal.path("job_type").asText()).isEqualTo("imsDelImageMembersJob");
    assertThat(removal.at("/entities/results").isEmpty()).isTrue();
    assertThat(SERVER.send("GET", "/v2/images/" + image, bob, null).status()).isEqualTo(404);
  }

  /** Contract 1.12: field for field, of the right types. */
  @Test
  void aJobIsShownInBothWays() {
    String job = submit("POST", alice, images(image("")));
    JsonNode shown = ended(alice, job);

    assertThat(shown.path("job_id").asText()).isEqualTo(job).matches("[0-9a-f]{32}");
    assertThat(shown.path("job_type").asText()).isEqualTo("imsAddImageMembersJob");
    assertThat(shown.path("status").asText()).isEqualTo("SUCCESS");
    assertThat(shown.path("begin_time").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z")
        .isLessThanOrEqualTo(shown.path("end_time").asText());
    assertThat(shown.path("error_code").isNull()).isTrue();
    assertThat(shown.path("fail_reason").isNull()).isTrue();
    assertThat(shown.at("/entities/process_percent").isDouble()).isTrue();
    assertThat(shown.at("/entities/process_percent").asDouble()).isEqualTo(1.0);
    Response progress = SERVER.send("GET", "/v1/cloudimages/job/" + job, alice, null);
    assertThat(progress.status()).isEqualTo(200);
    assertThat(progress.json().path("status").asText()).isEqualTo("SUCCESS");
    assertThat(progress.json().at("/entities/results").isMissingNode()).isTrue();
  }

  /** Contract 1.12: another project's job is as unknown as none. */
  @Test
  void aJobIsItsProjectsOwn() {
    String job = submit("POST", alice, images(image("")));

    for (String asked : List.of(job, "none", "%00", "0".repeat(32))) {
      for (String path :
          List.of("/v1/%s/jobs/%s".formatted(bobProject, asked), "/v1/cloudimages/job/" + asked)) {
        assertRefused(SERVER.send("GET", path, bob, null), 400, "IMG.0023");
      }
    }
    assertRefused(
        SERVER.send("GET", "/v1/%s/jobs/%s".formatted(aliceProject, job), bob, null),
        400,
        "IMG.0030");
  }

  static Stream<Arguments> refused() {
    String mine = "mine";
    return Stream.of(
        // Contract 1.7 and ruling 15: malformed, empty, over-long.
        Arguments.of("POST", "", "IMG.0001"),
        Arguments.of("POST", "{}", "IMG.0001"),
        Arguments.of("POST", "[]", "IMG.0001"),
        Arguments.of("POST", "{\"images\": [], \"projects\": [\"p\"]}", "IMG.0001"),
        Arguments.of("POST", body(mine, ""), "IMG.0001"),
        Arguments.of("POST", "{\"images\": \"mine\", \"projects\": [\"BOB\"]}", "IMG.0001"),
        Arguments.of("POST", "{\"images\": [1], \"projects\": [\"BOB\"]}", "IMG.0001"),
        Arguments.of("POST", "{\"images\": [\"mine\"], \"projects\": [null]}", "IMG.0001"),
        Arguments.of("POST", "{\"images\": [\"mine\"], \"projects\": {}}", "IMG.0001"),
        Arguments.of("POST", body(mine, "\"" + "x".repeat(256) + "\""), "IMG.0001"),
        Arguments.of("POST", body(mine, numbered(129)), "IMG.0001"),
        Arguments.of("DELETE", "{\"images\": [\"mine\"]}", "IMG.0001"),
        Arguments.of(
            "POST",
            "{\"images\": [\"mine\"], \"projects\": [\"BOB\"], \"domains\": [\"d\"]}",
            "IMG.0105"),
        Arguments.of(
            "POST",
            "{\"images\": [\"mine\"], \"projects\": [\"BOB\"], \"domains\": \"d\"}",
            "IMG.0001"),
        // Contract 1.8.
        Arguments.of("PUT", "{\"images\": [\"theirs\"], \"project_id\": \"ALICE\"}", "IMG.0001"),
        Arguments.of("PUT", update("theirs", "ALICE", "pending"), "IMG.0001"),
        Arguments.of("PUT", update("theirs", "ALICE", "other"), "IMG.0001"),
        Arguments.of("PUT", update("theirs", "BOB", "accepted"), "IMG.0030"),
        Arguments.of("PUT", update(mine, "ALICE", "accepted"), "IMG.0030"),
        Arguments.of("PUT", update("whole", "ALICE", "accepted"), "IMG.0184"),
        Arguments.of("PUT", update("hidden", "ALICE", "accepted"), "IMG.0027"),
        Arguments.of("PUT", update("public", "ALICE", "accepted"), "IMG.0089"),
        Arguments.of("PUT", update("public", "ALICE", "rejected"), "IMG.0089"),
        // Contract 1.17 and rulings 12 and 15.
        Arguments.of("POST", body(ABSENT, "\"BOB\""), "IMG.0027"),
        Arguments.of("POST", body("no-uuid", "\"BOB\""), "IMG.0027"),
        Arguments.of("POST", body("hidden", "\"BOB\""), "IMG.0027"),
        Arguments.of("DELETE", body("hidden", "\"BOB\""), "IMG.0027"),
        Arguments.of("POST", body("theirs", "\"BOB\""), "IMG.0047"),
        Arguments.of("DELETE", body("theirs", "\"BOB\""), "IMG.0047"),
        Arguments.of("POST", body("public", "\"BOB\""), "IMG.0089"),
        Arguments.of("POST", body("encrypted", "\"BOB\""), "IMG.0098"),
        Arguments.of("POST", body("queued", "\"BOB\""), "IMG.0046"),
        Arguments.of("POST", body("machine", "\"BOB\""), "IMG.0135"),
        Arguments.of("POST", body("blank", "\"BOB\""), "IMG.0135"),
        Arguments.of("PUT", update("offered", "ALICE", "accepted"), "IMG.0135"),
        Arguments.of("POST", body(mine, "\"ALICE\""), "IMG.0076"),
        Arguments.of("POST", body(mine, "\"nobody\""), "IMG.0108"));
  }

  /** One that will not do, and nothing is changed: not even for the image that would. */
  @ParameterizedTest
  @MethodSource("refused")
  void aBatchIsCheckedAsAWhole(String method, String body, String code) {
    String good = image("");
    String asked =
        body.replace("{\"images\": [\"", "{\"images\": [\"%s\", \"".formatted(good))
            .replace("\"mine\"", "\"" + good + "\"");
    if (method.equals("PUT")) {
      asked = body.replace("\"mine\"", "\"" + good + "\"");
    }
    for (String name :
        List.of(
            "theirs",
            "hidden",
            "public",
            "encrypted",
            "queued",
            "whole",
            "machine",
            "blank",
            "offered")) {
      if (asked.contains("\"" + name + "\"")) {
        asked = asked.replace("\"" + name + "\"", "\"" + special(name) + "\"");
      }
    }
    asked = asked.replace("BOB", bobProject).replace("ALICE", aliceProject);

    for (String query : List.of("", "?dry_run=true", "?atomic=true")) {
      assertRefused(SERVER.send(method, PATH + query, alice, asked), 400, code);
    }
    assertThat(members(good)).isEmpty();
  }

  private static String body(String image, String projects) {
    return "{\"images\": [\"%s\"], \"projects\": [%s]}".formatted(image, projects);
  }

  private static String update(String image, String project, String status) {
    return "{\"images\": [\"%s\"], \"project_id\": \"%s\", \"status\": \"%s\"}"
        .formatted(image, project, status);
  }

  private static String numbered(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"project-%d\"".formatted(i))
        .collect(Collectors.joining(","));
  }

  private static String special(String name) {
    return switch (name) {
      case "theirs" -> offeredByBob("");
      case "whole" -> offeredByBob(", \"__whole_image\": \"true\", \"__backup_id\": \"b\"");
      case "hidden" -> made(bob, "");
      case "public" -> made(SERVER.token("admin"), ", \"visibility\": \"public\"");
      case "encrypted" -> image(", \"__system__cmkid\": \"key\"");
      case "queued" -> queued(alice, "");
      case "machine" -> image(", \"__whole_image\": \"true\"");
      case "blank" -> image(", \"__whole_image\": \"true\", \"__backup_id\": \" \"");
      case "offered" -> {
        // As a machine was that was offered before that was refused.
        String image = offeredByBob(", \"__whole_image\": \"true\", \"__backup_id\": \"b\"");
        SERVER.execute(
            "update image set properties = properties - '__backup_id' where image_id = '%s'"
                .formatted(image));
        yield image;
      }
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static String offeredByBob(String properties) {
    String image = made(bob, properties);
    Response added =
        SERVER.send(
            "POST",
            "/v2/images/" + image + "/members",
            bob,
            "{\"member\": \"%s\"}".formatted(aliceProject));
    assertThat(added.status()).as(added.body()).isEqualTo(200);
    return image;
  }

  /** Mission: a pair that is there already is a success; a rejected one is offered anew. */
  @Test
  void sharingAgainChangesOnlyWhatWasRejected() {
    String accepted = image("");
    String rejected = image("");
    share(accepted);
    share(rejected);
    answer(accepted, "accepted");
    answer(rejected, "rejected");

    share(accepted);
    share(rejected);

    assertThat(status(accepted)).isEqualTo("accepted");
    assertThat(status(rejected)).isEqualTo("pending");
  }

  /** Mission, O-17: what is not there is removed all the same. */
  @Test
  void removingWhoIsNoMemberIsASuccess() {
    String image = image("");

    assertThat(ended(alice, submit("DELETE", alice, images(image))).path("status").asText())
        .isEqualTo("SUCCESS");
  }

  /** Ruling 11: a private image is shared with whom the batch names, and nobody else. */
  @Test
  void aPrivateImageIsSharedWithNobodyFromEarlier() {
    String image = image("");
    String other = newProject();
    addNatively(image, other);
    visibility(image, "private");

    share(image);

    assertThat(members(image)).containsExactly(bobProject);
    assertThat(SERVER.send("GET", "/v2/images/" + image, alice, null).json().path("visibility"))
        .hasToString("\"shared\"");
  }

  /** As often as its owner likes. */
  @Test
  void anImageThatWasMadePrivateCanBeSharedAgain() {
    String image = image("");
    visibility(image, "private");
    share(image);
    visibility(image, "private");

    assertThat(share(image).path("status").asText()).isEqualTo("SUCCESS");
  }

  /** Ruling 15: the limit is counted pair by pair, in the order of the request. */
  @Test
  void theLimitRefusesWhatIsBeyondIt() {
    String image = image(", \"__whole_image\": \"true\", \"__backup_id\": \"b\"");
    List<String> projects = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      projects.add(newProject());
    }
    String quoted = projects.stream().map(p -> "\"" + p + "\"").collect(Collectors.joining(","));

    JsonNode job = ended(alice, submit("POST", alice, body(image, quoted)));

    assertThat(job.path("status").asText()).isEqualTo("FAIL");
    assertThat(job.path("error_code").asText()).isEqualTo("IMG.0088");
    assertThat(job.path("fail_reason").asText()).isNotEmpty();
    List<String> outcomes = new ArrayList<>();
    job.at("/entities/results").forEach(result -> outcomes.add(result.path("status").asText()));
    assertThat(outcomes).hasSize(11).startsWith("success").endsWith("failed");
    assertThat(outcomes).filteredOn("failed"::equals).hasSize(1);
    assertThat(members(image)).containsExactlyInAnyOrderElementsOf(projects.subList(0, 10));

    String fresh = image(", \"__whole_image\": \"true\", \"__backup_id\": \"b\"");
    JsonNode atomic =
        ended(alice, submit("POST", alice, "?atomic=true", body(fresh, quoted), null));
    assertThat(atomic.path("status").asText()).isEqualTo("FAIL");
    assertThat(atomic.path("error_code").asText()).isEqualTo("IMG.0088");
    assertThat(members(fresh)).isEmpty();
    JsonNode rehearsed =
        SERVER.send("POST", PATH + "?dry_run=true", alice, body(fresh, quoted)).json();
    assertThat(rehearsed.path("dry_run").asBoolean()).isTrue();
    assertThat(rehearsed.path("results")).hasSize(11);
    assertThat(rehearsed.at("/results/9/status").asText()).isEqualTo("success");
    assertThat(rehearsed.at("/results/9/error_code").isNull()).isTrue();
    assertThat(rehearsed.at("/results/10/error_code").asText()).isEqualTo("IMG.0088");
    assertThat(members(fresh)).isEmpty();
  }

  /** Contract 1.3, 1.8: a whole machine is accepted with a vault, by either protocol. */
  @Test
  void aWholeMachineTakesAVault() {
    String image = image(", \"__whole_image\": \"true\", \"__backup_id\": \"b\"");
    share(image);
    String path = "/v2/images/%s/members/%s".formatted(image, bobProject);

    assertThat(SERVER.send("PUT", path, bob, "{\"status\": \"accepted\"}").status()).isEqualTo(400);
    JsonNode job =
        ended(
            bob,
            submit(
                "PUT",
                bob,
                update(image, bobProject, "accepted").replace("}", ", \"vault_id\": \"v\"}")));

    assertThat(job.path("status").asText()).isEqualTo("SUCCESS");
    assertThat(status(image)).isEqualTo("accepted");
    assertThat(
            SERVER
                .send("PUT", path, bob, "{\"status\": \"accepted\", \"vault_id\": \"w\"}")
                .status())
        .isEqualTo(200);
  }

  /** The issue's own addition: the same request, the same job. */
  @Test
  void aKeyIsGoodForOneRequest() {
    String body = images(image(""));
    String first = submit("POST", alice, "", body, "key-1");

    assertThat(submit("POST", alice, "", body, "key-1")).isEqualTo(first);
    assertThat(submit("DELETE", alice, "", body, "key-1")).isNotEqualTo(first);
    assertRefused(send("POST", alice, "", images(image("")), "key-1"), 409, "IMG.0018");
    assertRefused(send("POST", alice, "?atomic=true", body, "key-1"), 409, "IMG.0018");
    assertRefused(send("POST", alice, "", body, "k k"), 400, "IMG.0001");
    assertThat(submit("POST", alice, "", body, "key-2")).isNotEqualTo(first);
    assertThat(send("POST", alice, "?dry_run=true", body, "key-1").json().path("results"))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "dry_run=yes",
    "atomic=1",
    "dry_run=",
    "dry-run=true",
    "DRY_RUN=true",
    "dry_run=true&dry_run=true"
  })
  void flagsAreTrueOrFalse(String query) {
    assertRefused(
        SERVER.send("POST", PATH + "?" + query, alice, images(image(""))), 400, "IMG.0001");
  }

  /** RFC 8259: what is no UTF-8 is no JSON, wherever it is sent. */
  @ParameterizedTest
  @CsvSource({"UTF-16BE", "UTF-16LE", "UTF-32BE", "ISO-8859-1"})
  void aBodyIsUtf8(String charset) {
    byte[] image = "{\"name\": \"\u00e9\"}".getBytes(Charset.forName(charset));
    assertThat(posted("/v2/images", image).status()).isEqualTo(400);
    for (String path : List.of(PATH, "/v2/images", "/v3/auth/tokens")) {
      assertThat(posted(path, new byte[] {0, '{', 0, 0, 'a', 'b', 'c', 'd'}).status())
          .as(path)
          .isEqualTo(400);
    }
  }

  private static Response posted(String path, byte[] body) {
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nX-Auth-Token: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(path, SERVER.host(), alice, body.length);
    return SERVER.exchange(head, body);
  }

  /** What follows a body of unknown length must not be taken for a request. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "chunked, gzip", "chunked\r\nTransfer-Encoding: gzip"})
  void aBodyInAnotherCodingEndsTheConnection(String coding) {
    String next = "0\r\n\r\nGET /healthcheck HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nX-Auth-Token: %s\r\nTransfer-Encoding: %s\r\n\r\n"
            .formatted(PATH, SERVER.host(), alice, coding);
    Response answer = SERVER.exchange(head, next.getBytes(StandardCharsets.US_ASCII));

    assertRefused(answer, 400, "IMG.0001");
    assertThat(answer.body()).doesNotContain("HTTP/1.1");
  }

  /** Each holds a connection and locks: they wait for each other, and nobody for all of them. */
  @Test
  void rehearsalsWaitForEachOther() {
    String images =
        IntStream.range(0, 20)
            .mapToObj(i -> "\"" + image("") + "\"")
            .collect(Collectors.joining(","));
    String body = "{\"images\": [%s], \"projects\": [%s]}".formatted(images, numbered(100));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Response>> answers = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        answers.add(
            threads.submit(() -> SERVER.send("DELETE", PATH + "?dry_run=true", alice, body)));
      }
      assertThat(answers).allSatisfy(answer -> assertThat(answer.get().status()).isIn(200, 429));
    }
  }

  /** Contract 1.0.2, rulings 14 and 24. */
  @Test
  void theGatewaySpeaksFirst() {
    Response nobody = SERVER.send("POST", PATH, null, images(ABSENT));
    assertThat(nobody.status()).isEqualTo(401);
    assertThat(nobody.json().path("error_code").asText()).isEqualTo("APIGW.0301");
    Response unscoped = SERVER.send("GET", "/v1/cloudimages/job/x", domainToken(), null);
    assertThat(unscoped.status()).as(unscoped.body()).isEqualTo(401);
    Response nothing = SERVER.send("GET", "/v1/cloudimages/nothing", alice, null);
    assertThat(nothing.status()).isEqualTo(404);
    assertThat(nothing.json().path("error_code").asText()).isEqualTo("APIGW.0101");
    assertThat(nothing.header("x-request-id")).isNotNull();
    Response method = SERVER.send("PATCH", PATH, alice, "");
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.header("allow")).isEqualTo("POST, PUT, DELETE");
  }

  private static String domainToken() {
    return SERVER.tokenOf("alice", "{\"domain\": {\"name\": \"alice\"}}");
  }

  private static String image(String properties) {
    return made(alice, properties);
  }

  private static String made(String token, String properties) {
    String image = queued(token, properties);
    Response stored = SERVER.send("PUT", "/v2/images/" + image + "/file", token, "bytes");
    assertThat(stored.status()).as(stored.body()).isEqualTo(204);
    return image;
  }

  private static String queued(String token, String properties) {
    Response made =
        SERVER.send(
            "POST",
            "/v2/images",
            token,
            "{\"name\": \"n\", \"disk_format\": \"raw\", \"container_format\": \"bare\"%s}"
                .formatted(properties));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json().path("id").asText();
  }

  private static String newProject() {
    Response made =
        SERVER.send(
            "POST",
            "/v3/projects",
            alice,
            "{\"project\": {\"name\": \"p%d\"}}".formatted(System.nanoTime()));
    return made.json().at("/project/id").asText();
  }

  private static void addNatively(String image, String member) {
    Response done =
        SERVER.send(
            "POST",
            "/v2/images/" + image + "/members",
            alice,
            "{\"member\": \"%s\"}".formatted(member));
    assertThat(done.status()).as(done.body()).isEqualTo(200);
  }

  private static void visibility(String image, String word) {
    SERVER.patch(
        "/v2/images/" + image,
        alice,
        "[{\"op\": \"replace\", \"path\": \"/visibility\", \"value\": \"%s\"}]".formatted(word));
  }

  private static String images(String image) {
    return body(image, "\"" + bobProject + "\"");
  }

  private static JsonNode share(String image) {
    JsonNode job = ended(alice, submit("POST", alice, images(image)));
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("SUCCESS");
    return job;
  }

  private static void answer(String image, String status) {
    JsonNode job = ended(bob, submit("PUT", bob, update(image, bobProject, status)));
    assertThat(job.path("job_type").asText()).isEqualTo("imsUpdateImageMembersJob");
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("SUCCESS");
  }

  private static String status(String image) {
    return SERVER
        .send("GET", "/v2/images/%s/members/%s".formatted(image, bobProject), alice, null)
        .json()
        .path("status")
        .asText();
  }

  private static List<String> members(String image) {
    List<String> members = new ArrayList<>();
    SERVER
        .send("GET", "/v2/images/" + image + "/members", alice, null)
        .json()
        .path("members")
        .forEach(member -> members.add(member.path("member_id").asText()));
    return members;
  }

  private static String submit(String method, String token, String body) {
    return submit(method, token, "", body, null);
  }

  private static String submit(
      String method, String token, String query, String body, @Nullable String key) {
    Response answer = send(method, token, query, body, key);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("job_id").asText();
  }

  private static Response send(
      String method, String token, String query, String body, @Nullable String key) {
    String more = key == null ? "" : "Idempotency-Key: " + key + "\r\n";
    return SERVER.send(method, PATH + query, token, body, more);
  }

  private static JsonNode ended(String token, String job) {
    String path = "/v1/%s/jobs/%s".formatted(token.equals(alice) ? aliceProject : bobProject, job);
    while (true) {
      Response answer = SERVER.send("GET", path, token, null);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.json().path("status").asText()).isIn("INIT", "RUNNING", "SUCCESS", "FAIL");
      if (!answer.json().path("end_time").asText().isEmpty()) {
        return answer.json();
      }
      Thread.onSpinWait();
    }
  }

  private static void assertRefused(Response answer, int status, String code) {
    assertThat(answer.json().at("/error/code").asText()).as(answer.toString()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().at("/error/message").asText()).isNotEmpty();
  }
}
