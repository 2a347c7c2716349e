package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.util.List;
import org.jspecify.annotations.NullMarked;
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

  private JsonNode make(String token, String more) {
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
    done(
        SERVER.send(
            "POST",
            "/v2/images/" + image + "/members",
            alice,
            "{\"member\": \"%s\"}".formatted(bobProject)));
  }

  private static void done(Response answer) {
    assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
  }
}
