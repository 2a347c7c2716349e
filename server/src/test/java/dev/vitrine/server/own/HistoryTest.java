package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /vitrine/v1/history} and {@code /vitrine/v1/access}, and both of one image. */
@NullMarked
class HistoryTest {
  @RegisterExtension
  static final TestServer SERVER = new TestServer(List.of("--sharing.members=any"));

  private static String alice;
  private static String bob;
  private static String admin;
  private static String aliceProject;
  private static String bobProject;

  @BeforeAll
  static void logIn() {
    alice = SERVER.token("alice");
    bob = SERVER.token("bob");
    admin = SERVER.token("admin");
    aliceProject = SERVER.demoProject(alice);
    bobProject = SERVER.demoProject(bob);
  }

  @Test
  void theOwnerReadsWhatHappenedToItsImageTheNewestFirst() {
    String image = image();
    offer(image);
    answer(image, "accepted");
    change(image, "name", "other");
    change(image, "visibility", "private");
    deactivate(image);
    reactivate(image);
    done(SERVER.send("DELETE", "/v2/images/" + image, alice, ""));

    JsonNode events = get(alice, ofImage(image)).path("events");

    assertThat(words(events, "kind"))
        .containsExactly(
            "image.deleted",
            "offer.withdrawn",
            "image.reactivated",
            "image.deactivated",
            "image.visibility_changed",
            "image.updated",
            "offer.accepted",
            "offer.created",
            "image.activated",
            "image.created");
    assertThat(words(events, "from"))
        .containsExactly(
            "private",
            "accepted",
            "deactivated",
            "active",
            "shared",
            "",
            "pending",
            "",
            "queued",
            "");
    assertThat(words(events, "to"))
        .containsExactly(
            "",
            "",
            "active",
            "deactivated",
            "private",
            "",
            "accepted",
            "pending",
            "active",
            "shared");
    assertThat(words(events, "owner_project_id")).containsOnly(aliceProject);
    assertThat(words(events, "at")).isSortedAccordingTo((a, b) -> b.compareTo(a));
  }

  /** It is an event of its own only if no other event tells of the change. */
  @Test
  void anEditIsOneEventAndWhatChangesNothingIsNone() {
    String image = image();
    done(SERVER.send("PUT", "/v2/images/" + image + "/tags/t", alice, ""));
    done(SERVER.send("PUT", "/v2/images/" + image + "/tags/t", alice, ""));
    change(image, "name", "other");
    change(image, "name", "other");
    patch(
        image,
        alice,
        """
            [{"op": "add", "path": "/flavour", "value": "sour"}, {"op": "replace", "path": "/min_ram", "value": 64}]
            """);
    patch(
        image,
        alice,
        """
            [{"op": "replace", "path": "/name", "value": "last"},
             {"op": "replace", "path": "/visibility", "value": "private"}]
            """);

    JsonNode events = get(alice, ofImage(image)).path("events");

    assertThat(words(events, "kind"))
        .containsExactly(
            "image.visibility_changed",
            "image.updated",
            "image.updated",
            "image.updated",
            "image.activated",
            "image.created");
    assertThat(words(events, "user_id")).containsOnly(user("alice"));
  }

  /** What a project does not do itself it is not told the doer of. */
  @Test
  void whoActedIsToldToTheSideThatActed() {
    String image = image();
    done(
        SERVER.send(
            "POST",
            "/v2/images/" + image + "/members",
            alice,
            "{\"member\": \"%s\"}".formatted(bobProject),
            "X-Openstack-Request-Id: req-alices\r\n"));
    answer(image, "rejected");

    JsonNode owners = get(alice, ofImage(image)).path("events");
    JsonNode members = get(bob, ofImage(image)).path("events");

    assertThat(words(members, "kind")).containsExactly("offer.rejected", "offer.created");
    assertThat(owners.at("/0/user_id").isNull()).isTrue();
    assertThat(owners.at("/1/user_id").asText()).isEqualTo(user("alice"));
    assertThat(owners.at("/1/client_request_id").asText()).isEqualTo("req-alices");
    assertThat(members.at("/0/user_id").asText()).isEqualTo(user("bob"));
    assertThat(members.at("/1/user_id").isNull()).isTrue();
    assertThat(members.at("/1/client_request_id").isNull()).isTrue();
    assertThat(members.at("/1/request_id")).isEqualTo(owners.at("/1/request_id"));
    assertThat(words(get(admin, ofImage(image)).path("events"), "user_id"))
        .startsWith(user("bob"), user("alice"));
    // Nor can it be guessed by the filter.
    String guess = ofImage(image) + "?user_id=" + user("alice");
    assertThat(get(bob, guess).path("events")).isEmpty();
    assertThat(get(alice, guess).path("events")).hasSize(3);
    assertThat(get(alice, ofImage(image) + "?user_id=" + user("bob")).path("events")).isEmpty();

    done(SERVER.send("DELETE", "/v2/images/" + image + "/members/" + bobProject, alice, ""));
    for (String list : List.of(guess, "/vitrine/v1/history?user_id=" + user("alice"))) {
      assertThat(words(get(alice, list).path("events"), "kind")).startsWith("offer.withdrawn");
    }
  }

  /** The demo tenants are accounts of their own. */
  @Test
  void theOtherAccountIsMarked() {
    String image = image();
    offer(image);
    JsonNode events = get(alice, ofImage(image)).path("events");

    assertThat(events.at("/0/other_account").asBoolean()).isTrue();
    assertThat(events.at("/1/other_account").isNull()).isTrue();
  }

  @Test
  void theOtherAccountIsMarkedAlsoWhenTheProjectIsDeleted() {
    String image = image();
    for (String token : List.of(alice, bob)) {
      String project =
          SERVER
              .send(
                  "POST",
                  "/v3/projects",
                  token,
                  "{\"project\": {\"name\": \"short-lived-%d\"}}".formatted(System.nanoTime()))
              .json()
              .at("/project/id")
              .asText();
      done(
          SERVER.send(
              "POST",
              "/v2/images/" + image + "/members",
              alice,
              "{\"member\": \"%s\"}".formatted(project)));
      done(SERVER.send("DELETE", "/v3/projects/" + project, token, null));
    }
    done(
        SERVER.send(
            "POST", "/v2/images/" + image + "/members", alice, "{\"member\": \"no-project\"}"));

    assertThat(
            words(
                get(alice, ofImage(image) + "?kind=offer.created").path("events"), "other_account"))
        .containsExactly("", "true", "false");
  }

  @Test
  void aProjectReadsWhatConcernsItOnEitherSide() {
    String image = image();
    offer(image);

    JsonNode mine = get(alice, "/vitrine/v1/history?limit=3").path("events");
    JsonNode theirs = get(bob, "/vitrine/v1/history?limit=1").path("events");

    assertThat(words(mine, "kind"))
        .containsExactly("offer.created", "image.activated", "image.created");
    assertThat(words(mine, "image_id")).containsOnly(image);
    assertThat(words(theirs, "image_id")).containsExactly(image);
    done(SERVER.send("DELETE", "/v2/images/" + image + "/members/" + bobProject, alice, ""));
    assertThat(get(bob, ofImage(image)).path("events"))
        .as("what is taken back stays in the history of the one who had it")
        .hasSize(2);
  }

  /** Of the image itself only what changed what a member could do, while it was a member. */
  @Test
  void aMemberReadsWhatBecameOfItsAccess() {
    Instant before = now();
    String image = image();
    change(image, "name", "before");
    deactivate(image);
    reactivate(image);
    offer(image);
    change(image, "visibility", "private");
    deactivate(image);
    change(image, "visibility", "shared");
    reactivate(image);
    change(image, "visibility", "public", admin);
    deactivate(image);
    reactivate(image);
    change(image, "visibility", "shared", admin);
    done(SERVER.send("DELETE", "/v2/images/" + image + "/members/" + bobProject, alice, ""));
    deactivate(image);
    reactivate(image);
    offer(image);
    String[] told = {
      "offer.withdrawn",
      "image.reactivated",
      "image.deactivated",
      "image.reactivated",
      "image.visibility_changed",
      "image.visibility_changed",
      "offer.created"
    };

    for (String path : List.of(ofImage(image) + "?", "/vitrine/v1/history?since=" + before + "&")) {
      JsonNode events = get(bob, path + "limit=100").path("events");

      assertThat(words(events, "kind")).startsWith("offer.created").endsWith(told).hasSize(8);
      assertThat(words(events, "user_id")).containsOnly("");
      assertThat(words(events, "image_id")).containsOnly(image);
      assertThat(events.at("/5/to").asText()).isEqualTo("shared");
      assertThat(events.at("/6/to").asText()).isEqualTo("private");
      assertThat(words(get(bob, path + "kind=image.deactivated").path("events"), "id"))
          .containsExactly(events.at("/3/id").asText());
      assertThat(get(bob, path + "user_id=" + user("alice")).path("events"))
          .as("nor can it be guessed who did it")
          .isEmpty();
      assertThat(pages(bob, path + "limit=3")).isEqualTo(words(events, "id"));
    }
    done(SERVER.send("DELETE", "/v2/images/" + image, alice, ""));
    for (String path : List.of(ofImage(image) + "?limit=2", "/vitrine/v1/history?limit=2")) {
      assertThat(words(get(bob, path).path("events"), "kind"))
          .containsExactly("image.deleted", "offer.withdrawn");
    }
  }

  @Test
  void aMemberIsNotToldWhoseAPrivateImageIsFromNowOn() {
    String image = image();
    offer(image);
    patch(
        image,
        admin,
        """
            [{"op": "replace", "path": "/visibility", "value": "private"},
             {"op": "replace", "path": "/owner", "value": "%s"}]
            """
            .formatted(
                SERVER.look("select project_id from project where name = 'admin'").getFirst()));

    JsonNode told = get(bob, ofImage(image)).at("/events/0");

    assertThat(told.path("kind").asText()).isEqualTo("image.visibility_changed");
    assertThat(told.path("owner_project_id").asText()).isEqualTo(aliceProject);
  }

  private static List<String> pages(String token, String path) {
    List<String> read = new ArrayList<>();
    JsonNode page = get(token, path);
    while (true) {
      read.addAll(words(page.path("events"), "id"));
      if (page.path("next_marker").isNull()) {
        return read;
      }
      page = get(token, path + "&marker=" + page.path("next_marker").asText());
    }
  }

  private static void deactivate(String image) {
    done(SERVER.send("POST", "/v2/images/" + image + "/actions/deactivate", alice, ""));
  }

  private static void reactivate(String image) {
    done(SERVER.send("POST", "/v2/images/" + image + "/actions/reactivate", alice, ""));
  }

  @Test
  void pagesAreTheWholeOfIt() {
    String image = image();
    for (int i = 0; i < 3; i++) {
      offer(image);
      answer(image, "accepted");
      done(SERVER.send("DELETE", "/v2/images/" + image + "/members/" + bobProject, alice, ""));
    }
    for (String path : List.of(ofImage(image), "/vitrine/v1/history")) {
      List<String> whole = words(get(alice, path + "?limit=1000").path("events"), "id");
      assertThat(pages(alice, path + "?limit=4")).isEqualTo(whole);
    }
  }

  @Test
  void filtersNarrowIt() {
    String image = image();
    offer(image);
    Instant between = now();
    answer(image, "accepted");

    assertThat(kinds(image, "?kind=offer.created,offer.accepted"))
        .containsExactly("offer.accepted", "offer.created");
    assertThat(kinds(image, "?since=" + between)).containsExactly("offer.accepted");
    assertThat(kinds(image, "?until=" + between))
        .containsExactly("offer.created", "image.activated", "image.created");
    assertThat(kinds(image, "?project_id=" + bobProject))
        .containsExactly("offer.accepted", "offer.created");
    assertThat(kinds(image, "?project_id=none")).isEmpty();
  }

  private static List<String> kinds(String image, String query) {
    return words(get(alice, ofImage(image) + query).path("events"), "kind");
  }

  @ParameterizedTest
  @CsvSource({
    "history?limit=0, limit",
    "history?limit=1001, limit",
    "history?marker=x, marker",
    "history?marker=bm9uZQ, marker",
    "history?marker=KzEwMDAwMDAwMDAtMTItMzFUMjM6NTk6NTlaIDE, marker",
    "history?kind=offer, kind",
    "history?kind=, kind",
    "history?since=yesterday, since",
    "history?project_id=, project_id",
    "history?user_id=%00, user_id",
    "history?format=xml, format",
    "history?as_of=2026-01-01, as_of",
    "history?limit=1&limit=1, limit",
    "access?as_of=soon, as_of",
    "access?as_of=9999-01-01, as_of",
    "access?marker=x, marker",
    "access?since=2026-01-01, since",
  })
  void whatCannotBeDoneIsRefused(String path, String name) {
    String image = image();
    for (String whole :
        List.of("/vitrine/v1/" + path, "/vitrine/v1/images/" + image + "/" + path)) {
      Response answer = SERVER.send("GET", whole, alice, null);
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.json().at("/error/message").asText()).contains(name);
    }
  }

  @Test
  void anImageThatDoesNotConcernOneHasNoHistory() {
    String image = image();
    String deleted = image();
    done(SERVER.send("DELETE", "/v2/images/" + deleted, alice, ""));
    for (String path :
        List.of(
            ofImage(image), ofImage(deleted), access(image), access(deleted), ofImage("none"))) {
      Response answer = SERVER.send("GET", path, bob, null);
      assertThat(answer.status()).as(answer.body()).isEqualTo(404);
    }
    change(image, "visibility", "public", admin);
    assertThat(get(bob, ofImage(image)).path("events")).as("it sees the image").isEmpty();
    assertThat(SERVER.send("GET", "/vitrine/v1/history", null, null).status()).isEqualTo(401);
  }

  @Test
  void whoCanUseAnImageIsTold() {
    String image = image();
    offer(image);

    JsonNode review = get(alice, access(image));

    assertThat(review.path("visibility").asText()).isEqualTo("shared");
    assertThat(review.path("image_status").asText()).isEqualTo("active");
    assertThat(review.path("everyone")).isEmpty();
    assertThat(words(review.path("recipients"), "project_id"))
        .containsExactly(aliceProject, bobProject);
    assertThat(words(review.path("recipients"), "relation")).containsExactly("owner", "member");
    assertThat(review.at("/recipients/0/can").toString())
        .isEqualTo("[\"show\",\"use\",\"change\"]");
    assertThat(review.at("/recipients/1/can").toString()).isEqualTo("[\"show\",\"use\"]");
    assertThat(review.at("/recipients/1/member_status").asText()).isEqualTo("pending");
    assertThat(review.at("/recipients/1/last_used_at").isNull()).isTrue();
    assertThat(review.at("/recipients/1/other_account").asBoolean()).isTrue();

    done(SERVER.send("GET", "/v2/images/" + image + "/file", bob, null));
    assertThat(get(alice, access(image)).at("/recipients/1/last_used_at").isNull()).isFalse();
    assertThat(words(get(bob, access(image)).path("recipients"), "project_id"))
        .as("a member reads of itself")
        .containsExactly(bobProject);
  }

  /** It is not the time of the last change of the image. */
  @Test
  void theOwnerIsTheOwnerSinceItGotTheImage() {
    String image = image();
    String created = since(alice, image, "");
    change(image, "visibility", "private");
    change(image, "name", "renamed");
    Instant before = now();

    assertThat(created)
        .isEqualTo(get(alice, ofImage(image) + "?kind=image.created").at("/events/0/at").asText())
        .isEqualTo(since(alice, image, ""))
        .isEqualTo(since(alice, image, "?as_of=" + before));
    assertThat(usableSince(alice, image, "")).isEqualTo(created);

    change(image, "owner", bobProject, admin);
    change(image, "name", "again", bob);
    String given =
        get(bob, ofImage(image) + "?kind=image.owner_changed").at("/events/0/at").asText();
    assertThat(since(bob, image, "")).isEqualTo(given);
    assertThat(usableSince(bob, image, "")).isEqualTo(given);
    assertThat(usableSince(bob, image, "&as_of=" + now())).isEqualTo(given);
    assertThat(usableSince(alice, image, "&as_of=" + before)).isEqualTo(created);
  }

  private static String since(String token, String image, String query) {
    return get(token, access(image) + query).at("/recipients/0/since").asText();
  }

  private static String usableSince(String token, String image, String query) {
    return StreamSupport.stream(
            get(token, "/vitrine/v1/access?limit=1000" + query).path("images").spliterator(), false)
        .filter(one -> one.path("image_id").asText().equals(image))
        .findAny()
        .orElseThrow()
        .path("since")
        .asText();
  }

  /** Each instant has its own answer, also after the image is gone. */
  @Test
  void whoCouldUseItIsTold() {
    Instant before = now();
    String image = image();
    Instant created = now();
    offer(image);
    answer(image, "accepted");
    Instant accepted = now();
    change(image, "visibility", "private");
    Instant hidden = now();
    done(SERVER.send("DELETE", "/v2/images/" + image, alice, ""));

    assertThat(SERVER.send("GET", access(image), alice, null).status()).isEqualTo(404);
    assertThat(SERVER.send("GET", access(image) + "?as_of=" + before, alice, null).status())
        .isEqualTo(404);
    assertThat(get(alice, access(image) + "?as_of=" + created).path("recipients")).hasSize(1);
    JsonNode then = get(alice, access(image) + "?as_of=" + accepted);
    assertThat(then.at("/recipients/1/member_status").asText()).isEqualTo("accepted");
    assertThat(then.at("/recipients/1/can").toString()).isEqualTo("[\"show\",\"use\"]");
    JsonNode later = get(alice, access(image) + "?as_of=" + hidden);
    assertThat(later.path("visibility").asText()).isEqualTo("private");
    assertThat(later.at("/recipients/1/can")).isEmpty();

    String mine = "/vitrine/v1/access?limit=1000&as_of=";
    assertThat(words(get(bob, mine + accepted).path("images"), "image_id")).contains(image);
    for (Instant none : List.of(created, hidden)) {
      assertThat(words(get(bob, mine + none).path("images"), "image_id")).doesNotContain(image);
    }
    assertThat(words(get(alice, mine + hidden).path("images"), "image_id")).contains(image);
  }

  /** While it is private, nothing of it, and nothing of the time before it was offered. */
  @Test
  void whoCannotSeeItIsNotToldHowItIsNorHowItWas() {
    String image = image();
    Instant created = now();
    deactivate(image);
    reactivate(image);
    offer(image);
    Instant offered = now();
    assertThat(get(bob, access(image)).path("recipients")).hasSize(1);
    assertThat(get(bob, access(image) + "?as_of=" + offered).path("recipients")).hasSize(1);
    assertThat(get(bob, access(image) + "?marker=" + bobProject).path("recipients")).isEmpty();
    String before = access(image) + "?as_of=" + created;
    assertThat(SERVER.send("GET", before, bob, null).status()).isEqualTo(404);

    change(image, "visibility", "private");
    deactivate(image);
    Instant hidden = now();
    for (String path : List.of(access(image), access(image) + "?as_of=" + hidden)) {
      assertThat(SERVER.send("GET", path, bob, null).status()).as(path).isEqualTo(404);
      assertThat(get(alice, path).path("recipients")).hasSize(2);
    }
    assertThat(get(bob, access(image) + "?as_of=" + offered).path("recipients")).hasSize(1);

    reactivate(image);
    change(image, "visibility", "community");
    assertThat(get(bob, access(image)).path("visibility").asText()).isEqualTo("community");
    assertThat(SERVER.send("GET", before, bob, null).status()).isEqualTo(404);
  }

  @Test
  void whatAProjectCanUseIsTold() {
    String own = image();
    String offered = image();
    offer(offered);
    String everyones = image();
    change(everyones, "visibility", "public", admin);
    String others = image();

    JsonNode images = get(bob, "/vitrine/v1/access?limit=1000").path("images");

    assertThat(words(images, "image_id"))
        .contains(offered, everyones)
        .doesNotContain(others, own)
        .isSorted();
    images.forEach(
        one -> {
          if (one.path("image_id").asText().equals(offered)) {
            assertThat(one.path("relation").asText()).isEqualTo("member");
            assertThat(one.path("owner_project_id").asText()).isEqualTo(aliceProject);
          }
          if (one.path("image_id").asText().equals(everyones)) {
            assertThat(one.path("relation").asText()).isEqualTo("everyone");
          }
        });
    JsonNode first = get(bob, "/vitrine/v1/access?limit=1");
    JsonNode second =
        get(bob, "/vitrine/v1/access?limit=1&marker=" + first.path("next_marker").asText());
    assertThat(List.of(first.at("/images/0"), second.at("/images/0")))
        .isEqualTo(List.of(images.path(0), images.path(1)));
  }

  /** RFC 4180; a spreadsheet must not compute a member's id. */
  @Test
  void itIsATableToo() {
    String image = image();
    done(
        SERVER.send(
            "POST", "/v2/images/" + image + "/members", alice, "{\"member\": \"=1+1,\\\"x\\\"\"}"));

    Response csv = SERVER.send("GET", access(image) + "?format=csv", alice, null);

    assertThat(csv.header("content-type")).isEqualTo("text/csv; charset=UTF-8");
    String[] lines = csv.body().split("\r\n", -1);
    assertThat(lines).hasSize(4).endsWith("");
    assertThat(lines[0])
        .isEqualTo("project_id,relation,member_status,since,can,last_used_at,other_account");
    assertThat(lines[1]).startsWith(aliceProject + ",owner,,").contains(",show use change,");
    assertThat(lines[2]).startsWith("\"'=1+1,\"\"x\"\"\",member,pending,");
    assertThat(SERVER.send("GET", ofImage(image) + "?format=csv&limit=1", alice, null))
        .satisfies(
            page -> assertThat(page.header("x-next-marker")).isNotBlank(),
            page -> assertThat(page.body().split("\r\n", -1)).hasSize(3));
  }

  /** As everybody can use it, whoever reads the table must not think that only its owner can. */
  @Test
  void theTableSaysWhatEveryoneCanDo() {
    String image = image();
    change(image, "visibility", "public", admin);

    String[] lines =
        SERVER.send("GET", access(image) + "?format=csv", alice, null).body().split("\r\n", -1);

    assertThat(lines[1]).isEqualTo(",everyone,,,show use,,");
    assertThat(lines[2]).startsWith(aliceProject + ",owner,");
    assertThat(get(alice, access(image)).path("recipients")).hasSize(1);
  }

  @Test
  void theFormerOwnerReadsThatAnotherHasTheImage() {
    String image = image();
    change(image, "owner", bobProject, admin);

    for (String history : List.of(ofImage(image), "/vitrine/v1/history?limit=1")) {
      JsonNode event = get(alice, history).path("events").path(0);
      assertThat(event.path("kind").asText()).isEqualTo("image.owner_changed");
      assertThat(event.path("image_id").asText()).isEqualTo(image);
      assertThat(event.path("from").asText()).isEqualTo(aliceProject);
      assertThat(event.path("to").asText()).isEqualTo(bobProject);
      assertThat(event.path("user_id").isNull()).isTrue();
      String byAdmin = history + (history.contains("?") ? "&" : "?") + "user_id=" + user("admin");
      assertThat(words(get(alice, byAdmin).path("events"), "kind"))
          .doesNotContain("image.owner_changed");
    }
  }

  private static String ofImage(String image) {
    return "/vitrine/v1/images/" + image + "/history";
  }

  private static String access(String image) {
    return "/vitrine/v1/images/" + image + "/access";
  }

  private static String image() {
    JsonNode made =
        SERVER
            .send(
                "POST",
                "/v2/images",
                alice,
                "{\"name\": \"i\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}")
            .json();
    String image = made.path("id").asText();
    done(SERVER.send("PUT", "/v2/images/" + image + "/file", alice, "x"));
    return image;
  }

  private static void offer(String image) {
    done(
        SERVER.send(
            "POST",
            "/v2/images/" + image + "/members",
            alice,
            "{\"member\": \"%s\"}".formatted(bobProject)));
  }

  private static void answer(String image, String status) {
    done(
        SERVER.send(
            "PUT",
            "/v2/images/" + image + "/members/" + bobProject,
            bob,
            "{\"status\": \"%s\"}".formatted(status)));
  }

  private static void change(String image, String field, String value) {
    change(image, field, value, alice);
  }

  private static void patch(String image, String token, String changes) {
    done(SERVER.patch("/v2/images/" + image, token, changes));
  }

  private static void change(String image, String field, String value, String token) {
    patch(
        image,
        token,
        "[{\"op\": \"replace\", \"path\": \"/%s\", \"value\": \"%s\"}]".formatted(field, value));
  }

  private static String user(String name) {
    return SERVER
        .look("select user_id from user_account where name = '%s'".formatted(name))
        .getFirst();
  }

  /** By the clock of the database. */
  private static Instant now() {
    String text =
        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    return Instant.parse(SERVER.look(text).getFirst());
  }

  private static void done(Response answer) {
    assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
  }

  private static JsonNode get(String token, String path) {
    Response answer = SERVER.send("GET", path, token, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static List<String> words(JsonNode nodes, String field) {
    return StreamSupport.stream(nodes.spliterator(), false)
        .map(node -> node.path(field).isNull() ? "" : node.path(field).asText())
        .toList();
  }
}
