package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.RequestTable;
import dev.vitrine.server.TestServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Webhooks, with a receiver. */
@NullMarked
class WebhooksTest {
  @RegisterExtension
  static final TestServer SERVER = new TestServer(List.of("--webhooks.allow=127.0.0.1"));

  private static String alice;
  private static String bob;
  private static String aliceProject;
  private static String bobProject;

  private Receiver receiver = new Receiver();

  @BeforeAll
  static void logIn() {
    alice = SERVER.token("alice");
    bob = SERVER.token("bob");
    aliceProject = SERVER.demoProject(alice);
    bobProject = SERVER.demoProject(bob);
  }

  @BeforeEach
  void receive() {
    receiver = new Receiver();
  }

  @AfterEach
  void remove() {
    SERVER.execute("delete from webhook");
    receiver.close();
  }

  @Test
  void theOtherSideIsTold() {
    JsonNode webhook = make(bob, "");
    String image = image();
    offer(image);

    Receiver.Received told = receiver.next();

    JsonNode event = told.json();
    assertThat(event.path("specversion").asText()).isEqualTo("1.0");
    assertThat(event.path("type").asText()).isEqualTo("dev.vitrine.offer.created");
    assertThat(event.path("source").asText()).isEqualTo(SERVER.url());
    assertThat(event.path("subject").asText()).isEqualTo(image);
    assertThat(event.at("/data/owner_project_id").asText()).isEqualTo(aliceProject);
    assertThat(event.at("/data/project_id").asText()).isEqualTo(bobProject);
    assertThat(event.at("/data/image_name").asText()).isEqualTo("told");
    assertThat(event.at("/data/to").asText()).isEqualTo("pending");
    assertThat(event.at("/data/user_id").isNull()).as("the other side's user").isTrue();
    assertThat(told.header("content-type")).isEqualTo("application/cloudevents+json");
    assertThat(told.header("webhook-id")).isEqualTo(event.path("id").asText());
    told.requireSigned(webhook.path("secret").asText());
  }

  /**
   * Standard Webhooks: the secret before signs as well, so that a receiver can change it in time.
   */
  @Test
  void twoSecretsSignWhileOneReplacesTheOther() {
    JsonNode webhook = make(bob, "");
    String first = webhook.path("secret").asText();
    String second = secret(webhook);
    offer(image());
    Receiver.Received both = receiver.next();
    both.requireSigned(first);
    both.requireSigned(second);

    SERVER.execute("update webhook_secret set signs_until = now() where signs_until is not null");
    offer(image());
    Receiver.Received later = receiver.next();
    later.requireSigned(second);
    assertThat(later.isSigned(first)).isFalse();

    String third = secret(webhook);
    String fourth = secret(webhook);
    offer(image());
    Receiver.Received last = receiver.next();
    assertThat(Stream.of(second, third, fourth).map(last::isSigned))
        .as("two at the most")
        .containsExactly(false, true, true);
    assertThat(SERVER.look("select encode(encrypted_secret, 'escape') from webhook_secret"))
        .noneMatch(kept -> kept.contains("whsec"));
  }

  private static String secret(JsonNode webhook) {
    Response answer = SERVER.send("POST", path(webhook) + "/secret", bob, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().at("/webhook/secret").asText();
  }

  @Test
  void bothSidesHearOfAnAnswerAndTheActorIsToldToItsOwnSideOnly() {
    String image = image();
    make(alice, ", \"kinds\": [\"offer.accepted\"]");
    Receiver bobs = new Receiver();
    try (bobs) {
      make(bob, bobs, ", \"kinds\": [\"offer.accepted\"]");
      offer(image);
      answer(image, "accepted");

      JsonNode owners = receiver.next().json();
      JsonNode members = bobs.next().json();

      assertThat(owners.path("id")).as("one event").isEqualTo(members.path("id"));
      assertThat(owners.at("/data/user_id").isNull()).isTrue();
      assertThat(members.at("/data/user_id").asText()).isNotEmpty();
      assertThat(owners.at("/data/from").asText()).isEqualTo("pending");
      assertThat(owners.at("/data/to").asText()).isEqualTo("accepted");
      assertThat(owners.at("/data/request_id")).isEqualTo(members.at("/data/request_id"));
    }
  }

  /** The kinds of issue 19, section 2. */
  @Test
  void aLifeIsToldInItsOrder() {
    String image = image();
    make(bob, "");
    offer(image);
    answer(image, "accepted");
    answer(image, "rejected");
    done(SERVER.send("PUT", "/v2/images/" + image + "/file", alice, "x"));
    done(SERVER.send("PUT", "/v2/images/" + image + "/tags/not-told", alice, ""));
    done(SERVER.send("POST", "/v2/images/" + image + "/actions/deactivate", alice, ""));
    List<JsonNode> events =
        new ArrayList<>(Stream.generate(() -> receiver.next().json()).limit(4).toList());
    done(SERVER.send("POST", "/v2/images/" + image + "/actions/reactivate", alice, ""));
    done(SERVER.send("DELETE", "/v2/images/" + image + "/members/" + bobProject, alice, null));
    offer(image);
    done(SERVER.send("DELETE", "/v2/images/" + image, alice, null));

    Stream.generate(() -> receiver.next().json()).limit(4).forEach(events::add);

    assertThat(events)
        .extracting(event -> event.path("type").asText().replace("dev.vitrine.", ""))
        .containsExactly(
            "offer.created",
            "offer.accepted",
            "offer.rejected",
            "image.deactivated",
            "offer.withdrawn",
            "offer.created",
            "offer.withdrawn",
            "image.deleted");
    assertThat(events).extracting(event -> event.path("sequence").asText()).isSorted();
    assertThat(events).extracting(event -> event.path("partitionkey").asText()).containsOnly(image);
    assertThat(receiver.poll(1_500)).as("no member any more, and nothing else").isNull();
  }

  @Test
  void whoIsNoMemberHearsNothing() {
    make(bob, "");
    String image = image();
    done(SERVER.send("PUT", "/v2/images/" + image + "/file", alice, "x"));
    offer(image);
    done(SERVER.send("DELETE", "/v2/images/" + image + "/members/" + bobProject, alice, null));
    assertThat(receiver.kinds(2)).containsExactly("offer.created", "offer.withdrawn");

    done(SERVER.send("POST", "/v2/images/" + image + "/actions/deactivate", alice, ""));
    done(SERVER.send("DELETE", "/v2/images/" + image, alice, null));

    assertThat(receiver.poll(3_000)).isNull();
  }

  /** The name may have changed since, and is not for who does not see the image. */
  @Test
  void whoLostAnImageIsNotToldItsName() {
    JsonNode webhook = make(bob, "");
    Receiver owners = new Receiver();
    try (owners) {
      make(alice, owners, "");
      String image = image();
      offer(image);
      assertThat(name(receiver)).isEqualTo("told");
      assertThat(name(owners)).isEqualTo("told");
      done(SERVER.send("DELETE", "/v2/images/" + image + "/members/" + bobProject, alice, null));
      assertThat(name(receiver)).isEqualTo("null");
      assertThat(name(owners)).isEqualTo("told");

      SERVER.execute("update image set visibility = 'community' where image_id = '" + image + "'");
      again(bob, webhook, 2);
      assertThat(List.of(name(receiver), name(receiver)))
          .as("everybody sees it now")
          .containsOnly("told");
    }
  }

  /** As {@code View.isVisible}: of all projects of the account, one sees it. */
  @Test
  void anAccountIsToldTheNameOfWhatAProjectOfItSees() {
    String account = SERVER.tokenOf("bob", "{\"domain\": {\"name\": \"bob\"}}");
    JsonNode webhook = make(account, "");
    String image = image();
    offer(image);
    assertThat(name(receiver)).isEqualTo("told");
    SERVER.execute("update image set visibility = 'private' where image_id = '" + image + "'");
    again(account, webhook, 1);
    assertThat(name(receiver)).isEqualTo("null");
  }

  /** Sends what was delivered once more. */
  private static void again(String token, JsonNode webhook, int count) {
    await(() -> deliveries(token, webhook, "?status=delivered").size() == count);
    words(deliveries(token, webhook, ""), "id")
        .forEach(
            id ->
                done(
                    SERVER.send(
                        "POST", path(webhook) + "/deliveries/" + id + "/retry", token, null)));
  }

  private static String name(Receiver receiver) {
    return receiver.next().json().at("/data/image_name").asText();
  }

  /** As in its history; a replay tells the same, also if the member has lost the image since. */
  @Test
  void ofADeactivationMembersOfThatTimeAreTold() {
    String before = SERVER.look("select clock_timestamp()::text").getFirst().replace(' ', 'T');
    JsonNode webhook = make(bob, "");
    String lost = image();
    done(SERVER.send("PUT", "/v2/images/" + lost + "/file", alice, "x"));
    offer(lost);
    done(SERVER.send("POST", "/v2/images/" + lost + "/actions/deactivate", alice, ""));
    assertThat(receiver.kinds(2)).containsExactly("offer.created", "image.deactivated");
    done(SERVER.send("DELETE", "/v2/images/" + lost + "/members/" + bobProject, alice, null));
    String late = image();
    done(SERVER.send("PUT", "/v2/images/" + late + "/file", alice, "x"));
    done(SERVER.send("POST", "/v2/images/" + late + "/actions/deactivate", alice, ""));
    offer(late);
    assertThat(receiver.kinds(2)).containsExactlyInAnyOrder("offer.withdrawn", "offer.created");
    await(() -> deliveries(bob, webhook, "?status=pending").isEmpty());

    done(
        SERVER.send(
            "POST", path(webhook) + "/replay", bob, "{\"since\": \"%s\"}".formatted(before)));

    assertThat(receiver.kinds(4))
        .containsExactlyInAnyOrder(
            "offer.created", "image.deactivated", "offer.withdrawn", "offer.created");
    assertThat(receiver.poll(1_500)).isNull();
  }

  /** Its memberships stay, but give nothing until it is shared again. */
  @Test
  void ofADeactivationOfAPrivateImageMembersAreNotTold() {
    String before = SERVER.look("select clock_timestamp()::text").getFirst().replace(' ', 'T');
    JsonNode webhook = make(bob, "");
    String image = image();
    done(SERVER.send("PUT", "/v2/images/" + image + "/file", alice, "x"));
    offer(image);
    done(
        SERVER.patch(
            "/v2/images/" + image,
            alice,
            "[{\"op\": \"replace\", \"path\": \"/visibility\", \"value\": \"private\"}]"));
    done(SERVER.send("POST", "/v2/images/" + image + "/actions/deactivate", alice, ""));
    assertThat(receiver.kinds(1)).containsExactly("offer.created");
    assertThat(receiver.poll(3_000)).isNull();
    await(() -> deliveries(bob, webhook, "?status=delivered").size() == 1);

    Response replayed =
        SERVER.send(
            "POST", path(webhook) + "/replay", bob, "{\"since\": \"%s\"}".formatted(before));

    assertThat(replayed.json().path("deliveries").asInt()).as(replayed.body()).isEqualTo(1);
    assertThat(receiver.next().kind()).isEqualTo("offer.created");
  }

  @Test
  void theEndOfABatchIsToldToTheProjectThatSubmittedIt() {
    String image = image();
    done(SERVER.send("PUT", "/v2/images/" + image + "/file", alice, "x"));
    make(alice, ", \"kinds\": [\"job.ended\"]");
    make(bob, ", \"kinds\": [\"job.ended\"]");
    Response job =
        SERVER.send(
            "POST",
            "/v1/cloudimages/members",
            alice,
            "{\"images\": [\"%s\"], \"projects\": [\"%s\"]}".formatted(image, bobProject));
    String id = job.json().path("job_id").asText();

    JsonNode event = receiver.next().json();

    assertThat(event.path("type").asText()).isEqualTo("dev.vitrine.job.ended");
    assertThat(event.path("subject").asText()).isEqualTo(id);
    assertThat(event.at("/data/status").asText()).isEqualTo("success");
    assertThat(event.at("/data/project_id").asText()).isEqualTo(aliceProject);
    assertThat(event.at("/data/kind").asText()).isEqualTo("add");
    assertThat(receiver.poll(1_500)).isNull();
  }

  /** With a token of the domain, a webhook is for all projects of the account. */
  @Test
  void anAccountHearsWhatConcernsAnyOfItsProjects() {
    String account = SERVER.tokenOf("bob", "{\"domain\": {\"name\": \"bob\"}}");
    String other = SERVER.make(account, "projects", "{\"project\": {\"name\": \"other\"}}");
    JsonNode webhook = make(account, "");
    assertThat(webhook.path("project_id").isNull()).isTrue();
    String image = image();
    offer(image);
    offer(image, other);

    assertThat(List.of(receiver.next().json(), receiver.next().json()))
        .extracting(event -> event.at("/data/project_id").asText())
        .containsExactly(bobProject, other);
    assertThat(SERVER.send("GET", path(webhook), bob, null).status())
        .as("it is not the project's")
        .isEqualTo(404);
  }

  /** What fails is sent again, and what came after it of the same image waits. */
  @Test
  void orderIsKeptForAnImageAndOtherImagesGoOn() {
    JsonNode webhook = make(bob, "");
    String failing = image();
    String other = image();
    receiver.answer(
        message ->
            new Receiver.Answer(
                message.json().path("subject").asText().equals(failing) ? 500 : 204));
    offer(failing);
    answer(failing, "accepted");
    offer(other);

    assertThat(Stream.generate(() -> receiver.next().json().path("subject").asText()).limit(2))
        .containsExactlyInAnyOrder(failing, other);
    await(() -> !deliveries(bob, webhook, "?status=pending").at("/1/last_status").isNull());
    JsonNode pending = deliveries(bob, webhook, "?status=pending");
    assertThat(words(pending, "kind")).containsExactly("offer.accepted", "offer.created");
    JsonNode first = pending.path(1);
    assertThat(first.path("attempts").asInt()).isEqualTo(1);
    assertThat(first.path("last_status").asInt()).isEqualTo(500);
    assertThat(first.path("last_error").asText())
        .isEqualTo("The receiver answered with status 500.");
    assertThat(first.path("last_error_code").asText()).isEqualTo("status");
    assertThat(first.path("next_attempt_at").isNull()).isFalse();
    assertThat(pending.path(0).path("next_attempt_at").isNull()).as("it waits").isTrue();

    receiver.answer(message -> new Receiver.Answer(200));
    assertThat(receiver.kinds(2)).containsExactly("offer.created", "offer.accepted");
    await(() -> deliveries(bob, webhook, "?status=delivered").size() == 3);
    JsonNode shown = SERVER.send("GET", path(webhook), bob, null).json().at("/webhook/deliveries");
    assertThat(shown.path("pending").asInt()).isZero();
    assertThat(shown.path("last_error").asText()).contains("500");
    assertThat(shown.path("last_error_code").asText()).isEqualTo("status");
    assertThat(shown.path("last_error_status").asInt()).isEqualTo(500);
    assertThat(shown.path("last_delivered_at").isNull()).isFalse();
  }

  @Test
  void whatFailsForADayIsParkedAndTheNextGoesOn() {
    JsonNode webhook = make(bob, "");
    String image = image();
    receiver.answer(message -> new Receiver.Answer(503));
    offer(image);
    receiver.next();
    await(() -> !deliveries(bob, webhook, "?status=pending").path(0).path("last_status").isNull());
    answer(image, "accepted");
    await(() -> deliveries(bob, webhook, "?status=pending").size() == 2);
    SERVER.execute(
        """
        update webhook_delivery set since = since - interval '1 day', next_at = now()
        where kind = 'offer.created'
        """);
    receiver.answer(
        message -> new Receiver.Answer(message.kind().equals("offer.created") ? 503 : 200));

    assertThat(receiver.kinds(2)).containsExactly("offer.created", "offer.accepted");
    await(() -> deliveries(bob, webhook, "?status=parked").size() == 1);
    JsonNode parked = deliveries(bob, webhook, "?status=parked").path(0);
    assertThat(parked.path("kind").asText()).isEqualTo("offer.created");
    assertThat(parked.path("attempts").asInt()).isEqualTo(2);

    receiver.answer(message -> new Receiver.Answer(200));
    Response retried =
        SERVER.send(
            "POST",
            path(webhook) + "/deliveries/" + parked.path("id").asText() + "/retry",
            bob,
            null);
    assertThat(retried.status()).as(retried.body()).isEqualTo(202);
    assertThat(receiver.next().header("webhook-id")).isEqualTo(parked.path("event_id").asText());
    await(() -> deliveries(bob, webhook, "?status=delivered").size() == 2);
  }

  /** An hour of test time: what was tried is moved into the past, a quarter at a time. */
  @Test
  void aReceiverThatWasDownForAnHourIsToldAllOfItInOrder() {
    JsonNode webhook = make(bob, "");
    receiver.answer(message -> new Receiver.Answer(503));
    List<String> images = List.of(image(), image(), image());
    images.forEach(WebhooksTest::offer);
    for (int quarter = 1; quarter <= 4; quarter++) {
      awaitTries(quarter);
      String status = quarter % 2 == 1 ? "accepted" : "rejected";
      images.forEach(image -> answer(image, status));
      SERVER.execute(
          """
          update webhook_delivery
          set since = since - interval '15 minutes', next_at = next_at - interval '15 minutes'
          """);
    }
    await(() -> deliveries(bob, webhook, "?status=pending").size() == 15);
    awaitTries(5);
    while (receiver.poll(0) != null) {
      // What it did not take.
    }

    receiver.answer(message -> new Receiver.Answer(200));
    SERVER.execute(
        "update webhook_delivery set next_at = clock_timestamp() where next_at is not null");

    Map<String, List<String>> told = new HashMap<>();
    for (int i = 0; i < 15; i++) {
      Receiver.Received message = receiver.next();
      told.computeIfAbsent(message.json().path("subject").asText(), image -> new ArrayList<>())
          .add(message.kind());
    }
    assertThat(told).containsOnlyKeys(images);
    assertThat(told.values())
        .allSatisfy(
            kinds ->
                assertThat(kinds)
                    .containsExactly(
                        "offer.created",
                        "offer.accepted",
                        "offer.rejected",
                        "offer.accepted",
                        "offer.rejected"));
    await(() -> deliveries(bob, webhook, "?status=delivered").size() == 15);
    assertThat(receiver.poll(500)).isNull();
  }

  /** What is next of each image was tried so often. */
  private static void awaitTries(int tries) {
    await(
        () ->
            SERVER
                .look(
                    "select (min(attempts) >= %d)::text from webhook_delivery where next_at is not null"
                        .formatted(tries))
                .contains("true"));
  }

  /**
   * Whatever the reason: it is not tried each minute for ever, and its owner sees that it fails.
   */
  @Test
  void whatCannotBeMadeIntoAMessageIsParkedAfterADay() {
    JsonNode webhook = make(bob, "");
    SERVER.execute("update webhook_secret set encrypted_secret = '\\x00'");
    offer(image());
    await(() -> deliveries(bob, webhook, "?status=pending").at("/0/last_error").isTextual());
    JsonNode pending = deliveries(bob, webhook, "?status=pending").path(0);
    assertThat(pending.path("last_error").asText())
        .isEqualTo("The message could not be made; the log of the server says why.");
    assertThat(pending.path("next_attempt_at").isNull()).isFalse();
    SERVER.execute(
        "update webhook_delivery set since = since - interval '1 day', next_at = clock_timestamp()");

    await(() -> shown(webhook).at("/deliveries/parked").asInt() == 1);
    assertThat(receiver.poll(500)).isNull();
  }

  @Test
  void whatIsQueuedGoesOnWhileAnEventCannotBeQueued() {
    JsonNode webhook = make(bob, "");
    receiver.answer(message -> new Receiver.Answer(500));
    String image = image();
    // Its creation has been read by then, so that no turn reads anything but its offer.
    String poison = image();
    offer(image);
    receiver.next();
    await(() -> !deliveries(bob, webhook, "?status=pending").at("/0/last_status").isNull());
    SERVER.execute("update webhook_delivery set next_at = clock_timestamp() + interval '1 hour'");
    SERVER.execute(
        """
        create function refuse() returns trigger language plpgsql as
          $$ begin if new.of_image = '%s' then raise exception 'refused'; end if; return new; end $$;
        create trigger refuse before insert on webhook_delivery for each row execute function refuse()
        """
            .formatted(poison));
    try {
      offer(poison);
      assertThat(receiver.poll(2_000)).isNull();
      receiver.answer(message -> new Receiver.Answer(200));
      SERVER.execute("update webhook_delivery set next_at = clock_timestamp()");
      assertThat(receiver.next().json().path("subject").asText()).isEqualTo(image);
    } finally {
      SERVER.execute("drop trigger refuse on webhook_delivery; drop function refuse()");
    }
    assertThat(receiver.next().json().path("subject").asText()).isEqualTo(poison);
  }

  /** Standard Webhooks: 410 Gone means that the receiver wants no more. */
  @Test
  void aReceiverThatIsGoneDisablesItsWebhook() {
    JsonNode webhook = make(bob, "");
    receiver.answer(message -> new Receiver.Answer(410));
    offer(image());
    receiver.next();
    await(() -> !shown(webhook).path("enabled").asBoolean());
    assertThat(shown(webhook).at("/deliveries/parked").asInt()).isEqualTo(1);

    offer(image());
    assertThat(receiver.poll(2_500)).isNull();
    Response refused =
        SERVER.send(
            "POST", path(webhook) + "/replay", bob, "{\"since\": \"2026-01-01T00:00:00Z\"}");
    assertThat(refused.status()).as(refused.body()).isEqualTo(409);
    receiver.answer(message -> new Receiver.Answer(200));
    change(webhook, "{\"enabled\": true}");
    String image = image();
    offer(image);
    assertThat(receiver.next().json().path("subject").asText())
        .as("what happened meanwhile is not told")
        .isEqualTo(image);
  }

  @Test
  void theHistoryIsToldAgainWithTheSameIds() {
    String before = SERVER.look("select clock_timestamp()::text").getFirst().replace(' ', 'T');
    String image = image();
    offer(image);
    JsonNode webhook =
        make(bob, ", \"kinds\": [\"offer.created\", \"offer.accepted\", \"image.deleted\"]");
    answer(image, "accepted");
    String accepted = receiver.next().header("webhook-id");
    done(SERVER.send("DELETE", "/v2/images/" + image, alice, null));
    String deleted = receiver.next().header("webhook-id");
    await(() -> deliveries(bob, webhook, "?status=delivered").size() == 2);

    Response replayed =
        SERVER.send(
            "POST", path(webhook) + "/replay", bob, "{\"since\": \"%s\"}".formatted(before));

    assertThat(replayed.status()).as(replayed.body()).isEqualTo(202);
    assertThat(replayed.json().path("deliveries").asInt()).isEqualTo(3);
    List<Receiver.Received> again = Stream.generate(receiver::next).limit(3).toList();
    assertThat(again)
        .extracting(Receiver.Received::kind)
        .containsExactly("offer.created", "offer.accepted", "image.deleted");
    assertThat(again).extracting(one -> one.header("webhook-id")).endsWith(accepted, deleted);
    assertThat(
            SERVER
                .send(
                    "POST",
                    path(webhook) + "/replay",
                    bob,
                    "{\"since\": \"%s\", \"until\": \"%s\"}".formatted(before, before))
                .json()
                .path("deliveries")
                .asInt())
        .isZero();
  }

  /** {@link dev.vitrine.webhook.Webhooks#MAX_KEPT}: replays must not fill the database. */
  @Test
  void withTooManyDeliveriesThereIsNoReplay() {
    JsonNode webhook = make(bob, "");
    String delivered =
        """
        insert into webhook_delivery (webhook_id, kind, at, of_job, state, ended_at)
        select '%s', 'job.ended', now(), 'j', 'delivered', now() from generate_series(1, %d)
        """;
    String id = webhook.path("id").asText();
    SERVER.execute(delivered.formatted(id, 100_000));
    assertThat(replay(bob, webhook).status()).isEqualTo(202);

    SERVER.execute(delivered.formatted(id, 1));
    Response refused = replay(bob, webhook);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body()).contains("more than 100000 deliveries");
  }

  /** Of a day on which nothing happened. */
  private static Response replay(String token, JsonNode webhook) {
    return SERVER.send(
        "POST",
        path(webhook) + "/replay",
        token,
        "{\"since\": \"2026-01-01\", \"until\": \"2026-01-02\"}");
  }

  /** It may read a long history: accounts do not wait for one another. */
  @Test
  void anAccountHasOneReplayAtATime() throws InterruptedException {
    String account = SERVER.tokenOf("bob", "{\"domain\": {\"name\": \"bob\"}}");
    JsonNode bobs = make(bob, "");
    JsonNode ofAccount = make(account, "");
    JsonNode alices = make(alice, "");
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    CompletableFuture<Void> lock =
        start(
            () -> {
              holdHistory(held, over);
              return null;
            });
    held.await();
    List<CompletableFuture<Response>> replays = new ArrayList<>();
    try {
      replays.add(start(() -> replay(bob, bobs)));
      await(() -> readers() == 1);
      replays.add(start(() -> replay(account, ofAccount)));
      replays.add(start(() -> replay(alice, alices)));
      await(() -> readers() == 2);
      for (int i = 0; i < 20; i++) {
        assertThat(readers()).as("of accounts").isLessThanOrEqualTo(2);
        LockSupport.parkNanos(50_000_000);
      }
    } finally {
      over.countDown();
      lock.join();
    }
    assertThat(replays).extracting(one -> one.join().status()).containsOnly(202);
  }

  private static <T extends @Nullable Object> CompletableFuture<T> start(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
  }

  /** Nobody reads events meanwhile. */
  private static void holdHistory(CountDownLatch held, CountDownLatch over) {
    SERVER
        .database()
        .<@Nullable Void>inTransaction(
            session -> {
              session.change("set local idle_in_transaction_session_timeout = 0");
              session.change("lock table image_event in access exclusive mode");
              held.countDown();
              try {
                over.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return null;
            });
  }

  /** How many replays wait for the history. */
  private static int readers() {
    return Integer.parseInt(
        SERVER
            .look(
                """
                select count(*) from pg_stat_activity
                where wait_event_type = 'Lock' and datname = current_database()
                  and query like 'with events as materialized%'
                """)
            .getFirst());
  }

  @Test
  void whatHappensWhileItIsDisabledIsNotTold() {
    JsonNode webhook = make(bob, "");
    change(webhook, "{\"enabled\": false}");
    String missed = image();
    offer(missed);
    change(webhook, "{\"enabled\": true, \"description\": \"again\"}");
    String image = image();
    offer(image);

    assertThat(receiver.next().json().path("subject").asText()).isEqualTo(image);
    assertThat(shown(webhook).path("description").asText()).isEqualTo("again");
  }

  @Test
  void aTestSaysWhatCameBack() {
    JsonNode webhook = make(bob, "");

    JsonNode delivered = trial(webhook);
    assertThat(delivered.path("delivered").asBoolean()).isTrue();
    assertThat(delivered.path("status").asInt()).isEqualTo(200);
    assertThat(delivered.path("error").isNull()).isTrue();
    assertThat(delivered.path("error_code").isNull()).isTrue();
    assertThat(receiver.next().kind()).isEqualTo("webhook.test");

    receiver.answer(
        message ->
            new Receiver.Answer(302, Map.of("Location", receiver.url().replace("hook", "other"))));
    JsonNode redirected = trial(webhook);
    assertThat(redirected.path("delivered").asBoolean()).isFalse();
    assertThat(redirected.path("status").asInt()).isEqualTo(302);
    assertThat(redirected.path("error").asText())
        .isEqualTo("The receiver redirects (302), which is not followed.");
    receiver.next();
    assertThat(receiver.poll(500)).as("it was not followed").isNull();

    assertThat(redirected.path("error_code").asText()).isEqualTo("redirect");

    receiver.close();
    JsonNode refused = trial(webhook);
    assertThat(refused.path("error").asText())
        .isEqualTo("The host does not accept the connection.");
    assertThat(refused.path("error_code").asText()).isEqualTo("connection_refused");
  }

  private static JsonNode trial(JsonNode webhook) {
    return SERVER.send("POST", path(webhook) + "/test", bob, null).json().path("test");
  }

  @Test
  void pagesOfDeliveriesAreTheWholeOfThem() {
    JsonNode webhook = make(bob, "");
    for (int i = 0; i < 5; i++) {
      offer(image());
    }
    receiver.kinds(5);
    List<String> all = words(deliveries(bob, webhook, ""), "id");
    List<String> read = new ArrayList<>();
    String query = "?limit=2";
    while (!query.isEmpty()) {
      JsonNode page = SERVER.send("GET", path(webhook) + "/deliveries" + query, bob, null).json();
      read.addAll(words(page.path("deliveries"), "id"));
      String next = page.path("next_marker").asText("");
      query = next.equals("null") || next.isEmpty() ? "" : "?limit=2&marker=" + next;
    }

    assertThat(read).isEqualTo(all).hasSize(5);
    assertThat(deliveries(bob, webhook, "?kind=job.ended")).isEmpty();
  }

  @Test
  void pagesOfWebhooksAreTheWholeOfThem() {
    for (int i = 0; i < 5; i++) {
      make(bob, "");
    }
    String path = "/vitrine/v1/webhooks";
    List<String> all = words(SERVER.send("GET", path, bob, null).json().path("webhooks"), "id");
    List<String> read = new ArrayList<>();
    String query = "?limit=2";
    while (!query.isEmpty()) {
      JsonNode page = SERVER.send("GET", path + query, bob, null).json();
      assertThat(page.path("webhooks").size()).isBetween(1, 2);
      read.addAll(words(page.path("webhooks"), "id"));
      JsonNode next = page.path("next_marker");
      query = next.isNull() ? "" : "?limit=2&marker=" + next.asText();
      if (read.size() == 2) {
        // Also if the one that ended the page is deleted meanwhile.
        SERVER.execute("delete from webhook where webhook_id = '%s'".formatted(read.getLast()));
      }
    }

    assertThat(read).isEqualTo(all).hasSize(5);
  }

  private static final String TABLE =
      """
      # issue 19, section 2; the errors are Keystone's, as everywhere below /vitrine
      -      | GET /vitrine/v1/webhooks | | 401 | "code":401
      alice  | GET /vitrine/v1/webhooks | | 200 | {"webhooks":[{"id":"{webhook}","project_id":"{project}"
      alice  | GET /vitrine/v1/webhooks/{webhook} | | 200 | "deliveries":{"pending":0,"parked":0,"last_delivered_at":null,"last_failed_at":null,"last_error":null,"last_error_code":null,"last_error_status":null}
      alice  | GET /vitrine/v1/webhooks/{webhook} | | 200 | "kinds":["offer.created","offer.accepted","offer.rejected","offer.withdrawn","image.deleted","image.deactivated","job.ended"],"description":"","enabled":true
      alice  | PATCH /vitrine/v1/webhooks/{webhook} | {"kinds": ["job.ended"]} | 200 | "kinds":["job.ended"]
      alice  | PATCH /vitrine/v1/webhooks/{webhook} | {"kinds": null, "description": "d"} | 200 | "image.deactivated","job.ended"],"description":"d"
      alice  | PATCH /vitrine/v1/webhooks/{webhook} | {} | 200 | "description":"d"
      alice  | PATCH /vitrine/v1/webhooks/{webhook} | {"url": "https://example.org/"} | 200 | "url":"https://example.org/"
      alice  | GET /vitrine/v1/webhooks/{webhook}/deliveries | | 200 | {"deliveries":[],"next_marker":null}
      alice  | POST /vitrine/v1/webhooks/{webhook}/replay | {"since": "2026-01-01", "until": "2026-01-02"} | 202 | {"deliveries":0}
      # what the field does not allow
      alice  | POST /vitrine/v1/webhooks | | 400 | JSON
      alice  | POST /vitrine/v1/webhooks | {} | 400 | url
      alice  | POST /vitrine/v1/webhooks | {"url": 1} | 400 | url
      alice  | POST /vitrine/v1/webhooks | {"url": "https://example.org", "secret": "s"} | 400 | secret
      alice  | POST /vitrine/v1/webhooks | {"url": "ftp://example.org"} | 400 | 'url': must begin with https:// or http://
      alice  | POST /vitrine/v1/webhooks | {"url": "https://a:b@example.org"} | 400 | 'url': must not contain a user or a password
      alice  | POST /vitrine/v1/webhooks | {"url": "https://example.org", "kinds": []} | 400 | kinds
      alice  | POST /vitrine/v1/webhooks | {"url": "https://example.org", "kinds": ["offer"]} | 400 | there is no kind 'offer'
      alice  | POST /vitrine/v1/webhooks | {"url": "https://example.org", "kinds": ["webhook.test"]} | 400 | there is no kind 'webhook.test'
      alice  | POST /vitrine/v1/webhooks | {"url": "https://example.org", "kinds": "job.ended"} | 400 | kinds
      alice  | POST /vitrine/v1/webhooks | {"url": "https://example.org", "description": "{256}"} | 400 | description
      alice  | GET /vitrine/v1/webhooks?limit=0 | | 400 | limit
      alice  | GET /vitrine/v1/webhooks?marker=x | | 400 | marker
      alice  | GET /vitrine/v1/webhooks?marker=MjAyNi0wMS0wMQ | | 400 | marker
      # base64url of "2026-01-01T00:00:00Z " and NUL, which PostgreSQL has no text with
      alice  | GET /vitrine/v1/webhooks?marker=MjAyNi0wMS0wMVQwMDowMDowMFogAA | | 400 | marker
      alice  | POST /vitrine/v1/webhooks?x=1 | {"url": "https://example.org"} | 400 | x
      alice  | PATCH /vitrine/v1/webhooks/{webhook} | {"enabled": "yes"} | 400 | enabled
      alice  | PATCH /vitrine/v1/webhooks/{webhook} | {"url": null} | 400 | url
      alice  | PATCH /vitrine/v1/webhooks/{webhook} | {"created_by": "x"} | 400 | created_by
      alice  | GET /vitrine/v1/webhooks/{webhook}/deliveries?status=gone | | 400 | status
      alice  | GET /vitrine/v1/webhooks/{webhook}/deliveries?kind=gone | | 400 | kind
      alice  | GET /vitrine/v1/webhooks/{webhook}/deliveries?limit=1001 | | 400 | limit
      alice  | GET /vitrine/v1/webhooks/{webhook}/deliveries?marker=x | | 400 | marker
      alice  | POST /vitrine/v1/webhooks/{webhook}/replay | {} | 400 | since
      alice  | POST /vitrine/v1/webhooks/{webhook}/replay | {"since": "soon"} | 400 | since
      alice  | POST /vitrine/v1/webhooks/{webhook}/replay | {"since": "2026-01-02", "until": "2026-01-01"} | 400 | until
      alice  | POST /vitrine/v1/webhooks/{webhook}/deliveries/1/retry | | 404 | Could not find delivery: 1.
      alice  | POST /vitrine/v1/webhooks/{webhook}/deliveries/x/retry | | 404 | Could not find delivery: x.
      # of another project, or of none
      bob    | GET /vitrine/v1/webhooks | | 200 | {"webhooks":[],"next_marker":null}
      bob    | GET /vitrine/v1/webhooks/{webhook} | | 404 | Could not find webhook: {webhook}.
      bob    | PATCH /vitrine/v1/webhooks/{webhook} | {"enabled": false} | 404 | Could not find webhook
      bob    | DELETE /vitrine/v1/webhooks/{webhook} | | 404 | Could not find webhook
      bob    | POST /vitrine/v1/webhooks/{webhook}/secret | | 404 | Could not find webhook
      bob    | POST /vitrine/v1/webhooks/{webhook}/test | | 404 | Could not find webhook
      bob    | GET /vitrine/v1/webhooks/{webhook}/deliveries | | 404 | Could not find webhook
      bob    | POST /vitrine/v1/webhooks/{webhook}/deliveries/1/retry | | 404 | Could not find webhook
      bob    | POST /vitrine/v1/webhooks/{webhook}/replay | {"since": "2026-01-01"} | 404 | Could not find webhook
      admin  | GET /vitrine/v1/webhooks/{webhook} | | 404 | Could not find webhook
      reader | GET /vitrine/v1/webhooks | | 200 | {"webhooks":[{"id":"{webhook}"
      reader | POST /vitrine/v1/webhooks | {"url": "https://example.org"} | 403 | ims:webhooks:create
      reader | DELETE /vitrine/v1/webhooks/{webhook} | | 403 | ims:webhooks:delete
      free   | GET /vitrine/v1/webhooks | | 403 | ims:webhooks:list
      alice  | GET /vitrine/v1/webhooks/%00 | | 404 | Could not find webhook
      alice  | DELETE /vitrine/v1/webhooks/{webhook} | | 204 |
      alice  | GET /vitrine/v1/webhooks/{webhook} | | 404 | Could not find webhook: {webhook}.
      """;

  @Test
  void whatIsAnswered() {
    RequestTable requests = new RequestTable(SERVER);
    String domain = SERVER.look("select domain_id from domain where name = 'alice'").getFirst();
    String reader =
        SERVER.make(
            alice,
            "users",
            "{\"user\": {\"name\": \"reader\", \"password\": \"p\", \"domain_id\": \"%s\"}}"
                .formatted(domain));
    String role = SERVER.look("select role_id from role where name = 'reader'").getFirst();
    done(
        SERVER.send(
            "PUT",
            "/v3/projects/%s/users/%s/roles/%s".formatted(aliceProject, reader, role),
            alice,
            null));
    requests.logIn("alice", alice);
    requests.logIn("bob", bob);
    requests.logIn("admin", SERVER.token("admin"));
    requests.logIn(
        "reader", SERVER.token("reader", "p", "alice", TestServer.project("RegionOne", "alice")));
    requests.logIn("free", SERVER.tokenOf("alice", "\"unscoped\""));
    requests.put("project", aliceProject);
    requests.put("webhook", make(alice, "").path("id").asText());
    requests.put("256", "x".repeat(256));

    RequestTable.rows(TABLE).forEach(requests::play);
  }

  /** {@link dev.vitrine.webhook.Webhooks#MAX}. */
  @Test
  void aProjectHasAtMostTwenty() {
    for (int i = 0; i < 20; i++) {
      make(bob, "");
    }
    Response refused =
        SERVER.send("POST", "/vitrine/v1/webhooks", bob, "{\"url\": \"https://example.org\"}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body()).contains("There are 20 webhooks already");
    make(alice, "");
  }

  private static JsonNode shown(JsonNode webhook) {
    return SERVER.send("GET", path(webhook), bob, null).json().path("webhook");
  }

  private static void change(JsonNode webhook, String body) {
    done(SERVER.send("PATCH", path(webhook), bob, body));
  }

  private static String path(JsonNode webhook) {
    return "/vitrine/v1/webhooks/" + webhook.path("id").asText();
  }

  private static JsonNode deliveries(String token, JsonNode webhook, String query) {
    return SERVER
        .send("GET", path(webhook) + "/deliveries" + query, token, null)
        .json()
        .path("deliveries");
  }

  private static List<String> words(JsonNode array, String field) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(one -> one.path(field).asText())
        .toList();
  }

  private static void await(BooleanSupplier condition) {
    for (int i = 0; i < 400 && !condition.getAsBoolean(); i++) {
      LockSupport.parkNanos(50_000_000);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private JsonNode make(String token, String more) {
    return make(token, receiver, more);
  }

  private static JsonNode make(String token, Receiver receiver, String more) {
    Response made =
        SERVER.send(
            "POST",
            "/vitrine/v1/webhooks",
            token,
            "{\"url\": \"%s\"%s}".formatted(receiver.url(), more));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json().path("webhook");
  }

  private static String image() {
    Response made =
        SERVER.send(
            "POST",
            "/v2/images",
            alice,
            "{\"name\": \"told\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json().path("id").asText();
  }

  private static void offer(String image) {
    offer(image, bobProject);
  }

  private static void offer(String image, String project) {
    done(
        SERVER.send(
            "POST",
            "/v2/images/" + image + "/members",
            alice,
            "{\"member\": \"%s\"}".formatted(project)));
  }

  private static void answer(String image, String status) {
    done(
        SERVER.send(
            "PUT",
            "/v2/images/%s/members/%s".formatted(image, bobProject),
            bob,
            "{\"status\": \"%s\"}".formatted(status)));
  }

  private static void done(Response answer) {
    assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
  }
}
