package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code /vitrine/v1/refusals} (ADR 49). */
@NullMarked
@Timeout(60)
class RefusalsTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String REFUSALS = "/vitrine/v1/refusals";
  private static final String IMAGE = "5e1f7a86-8d4b-4c3a-9c1f-0a6d4e0f9b11";

  private static String admin;
  private static String alice;
  private static String bob;

  @BeforeAll
  static void logIn() {
    admin = SERVER.token("admin");
    alice = SERVER.token("alice");
    bob = SERVER.token("bob");
  }

  /** Requests that were refused and are not stored yet. */
  private long refused;

  @BeforeEach
  void forget() {
    store();
    SERVER.execute("truncate refused_request");
  }

  @Test
  void requestsOfOneCallerForOneOperationAreOneRow() {
    Response first = SERVER.send("GET", "/v2/images/" + IMAGE, alice, null);
    refused++;
    for (int i = 0; i < 4; i++) {
      refuse(404, "GET", "/v2/images/none-" + i, alice);
    }

    List<JsonNode> rows = rows(alice, REFUSALS);

    assertThat(rows).hasSize(1);
    JsonNode row = rows.getFirst();
    assertThat(row.path("count").longValue()).isEqualTo(5);
    assertThat(row.path("operation").asText()).isEqualTo("SHOW_IMAGE");
    assertThat(row.path("reason").asText()).isEqualTo("ImageNotFound");
    assertThat(row.path("target").asText()).isEqualTo(IMAGE);
    assertThat(row.path("request_id").asText()).isEqualTo(first.header("x-openstack-request-id"));
    assertThat(row.path("address").asText()).isEqualTo("127.0.0.1");
    assertThat(row.path("user_id").asText())
        .isEqualTo(SERVER.look("select user_id from user_account where name = 'alice'").getFirst());
    assertThat(row.path("project_id").asText()).isEqualTo(SERVER.demoProject(alice));
    assertThat(row.path("since").asText()).isLessThan(row.path("until").asText());
  }

  @Test
  void reasonsAndOperationsAreToldApart() {
    refuse(404, "GET", "/v2/images/" + IMAGE, alice);
    refuse(404, "DELETE", "/v2/images/" + IMAGE, alice);
    refuse(403, "GET", "/v3/domains", alice);
    refuse(401, "GET", "/v2/images", null);
    refuse(401, "GET", "/v2/images", "forged");

    assertThat(rows(alice, REFUSALS))
        .extracting(row -> row.path("operation").asText() + " " + row.path("reason").asText())
        .containsExactlyInAnyOrder(
            "SHOW_IMAGE ImageNotFound", "DELETE_IMAGE ImageNotFound", "LIST_DOMAINS NotCloudAdmin");
    assertThat(rows(admin, REFUSALS))
        .filteredOn(row -> row.path("user_id").isNull())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.path("operation").asText()).isEqualTo("LIST_IMAGES");
              assertThat(row.path("reason").asText()).isEqualTo("Unauthenticated");
              assertThat(row.path("count").longValue()).isEqualTo(2);
            });
  }

  /** IMS answers with 400 where Glance says 403 and 404. */
  @Test
  void whoMayNotIsCountedInBothProtocols() {
    String image = SERVER.send("POST", "/v2/images", alice, "{}").json().path("id").asText();
    for (String about : List.of(image, IMAGE)) {
      Response answer =
          SERVER.send(
              "POST",
              "/v1/cloudimages/members",
              bob,
              "{\"images\": [\"%s\"], \"projects\": [\"%s\"]}"
                  .formatted(about, SERVER.demoProject(alice)));
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      refused++;
    }
    // Only malformed.
    assertThat(SERVER.send("POST", "/v1/cloudimages/members", bob, "{}").status()).isEqualTo(400);

    assertThat(rows(bob, REFUSALS))
        .extracting(row -> row.path("reason").asText() + " " + row.path("count").asText())
        .containsExactly("ImageNotFound 2");
  }

  /** A stranger chooses nothing that is kept. */
  @Test
  void ofAStrangerNoTargetIsKept() {
    refuse(401, "GET", "/v2/images/chosen-by-a-stranger", null);
    refuse(401, "PUT", "/v2/images/chosen-by-a-stranger/tags/and-this", "forged");
    // No operation, and so no refusal of one.
    assertThat(SERVER.send("GET", "/v3/chosen/path", null, null).status()).isIn(401, 404);

    assertThat(rows(admin, REFUSALS))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.path("target").isNull()).isTrue());
    assertThat(SERVER.look("select count(*)::text from refused_request r where r::text ~ 'chosen'"))
        .containsExactly("0");
  }

  @Test
  void anotherProjectsRefusalsAreNotShown() {
    refuse(404, "GET", "/v2/images/" + IMAGE, alice);

    assertThat(rows(bob, REFUSALS)).isEmpty();
    assertThat(rows(admin, REFUSALS)).hasSize(1);
    String project = SERVER.demoProject(alice);
    assertThat(rows(admin, REFUSALS + "?project_id=" + project)).hasSize(1);
    assertThat(rows(admin, REFUSALS + "?project_id=" + SERVER.demoProject(bob))).isEmpty();
    assertThat(rows(bob, REFUSALS + "?project_id=" + project)).isEmpty();
    refuse(401, "GET", REFUSALS, null);
  }

  @Test
  void pagesAreTheWholeOfIt() {
    for (String method : List.of("GET", "DELETE", "PATCH")) {
      store();
      if (method.equals("PATCH")) {
        assertThat(SERVER.patch("/v2/images/" + IMAGE, alice, "[]").status()).isEqualTo(404);
        refused++;
      } else {
        refuse(404, method, "/v2/images/" + IMAGE, alice);
      }
    }
    store();
    List<String> whole = ids(SERVER.send("GET", REFUSALS, alice, null).json());
    JsonNode first = SERVER.send("GET", REFUSALS + "?limit=2", alice, null).json();
    JsonNode second =
        SERVER
            .send(
                "GET",
                REFUSALS + "?limit=2&marker=" + first.path("next_marker").asText(),
                alice,
                null)
            .json();

    assertThat(whole).hasSize(3);
    assertThat(ids(first)).isEqualTo(whole.subList(0, 2));
    assertThat(ids(second)).isEqualTo(whole.subList(2, 3));
    assertThat(second.path("next_marker").isNull()).isTrue();
    Response csv = SERVER.send("GET", REFUSALS + "?format=csv", alice, null);
    assertThat(csv.body())
        .startsWith(
            "id,since,until,count,user_id,project_id,domain_id,access_key,operation,reason,target,request_id,address\r\n");
  }

  private static List<String> ids(JsonNode page) {
    return StreamSupport.stream(page.path("refusals").spliterator(), false)
        .map(row -> row.path("id").asText())
        .toList();
  }

  private void refuse(int status, String method, String path, @Nullable String token) {
    Response answer = SERVER.send(method, path, token, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    refused++;
  }

  /** An exchange ends a moment after its answer has arrived. */
  private void store() {
    long since = System.nanoTime();
    while (SERVER.refusals().counted() < refused) {
      assertThat(Duration.ofNanos(System.nanoTime() - since))
          .as("until %d are counted", refused)
          .isLessThan(Duration.ofSeconds(20));
    }
    SERVER.refusals().store();
    refused = 0;
  }

  private List<JsonNode> rows(String token, String path) {
    store();
    Response answer = SERVER.send("GET", path, token, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return StreamSupport.stream(answer.json().path("refusals").spliterator(), false).toList();
  }
}
