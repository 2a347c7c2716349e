package dev.vitrine.server.start;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Endpoint;
import dev.vitrine.operation.Operation;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.server.own.Receiver;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.server.settings.SettingsRefused;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code webhooks=off}, as docs/operators/webhooks.md describes it. */
@NullMarked
class WebhooksOffTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final String WEBHOOKS = "/vitrine/v1/webhooks";

  @TempDir static Path data;

  @Test
  void theRoutesAreGoneAndNothingIsSentUntilTheyAreOnAgain() throws Exception {
    String before;
    String webhook;
    String meanwhile;
    try (Receiver receiver = new Receiver()) {
      try (Vitrine on = start()) {
        Endpoint alice = Alice.of(on);
        webhook =
            alice
                .call("POST", WEBHOOKS, "{\"url\": \"%s\"}".formatted(receiver.url()))
                .json()
                .at("/webhook/id")
                .asText();
        receiver.answer(message -> new Receiver.Answer(500));
        before = offered(alice);
        receiver.next();
        awaitFailure();
      }
      receiver.answer(message -> new Receiver.Answer(200));
      DATABASE.execute("update webhook_delivery set next_at = clock_timestamp()");
      try (Vitrine off = start("--webhooks=off")) {
        Endpoint alice = Alice.of(off);
        for (Operation operation : Operation.values()) {
          if (operation.path().startsWith(WEBHOOKS)) {
            String path =
                operation.path().replace("{webhook_id}", webhook).replace("{delivery_id}", "1");
            assertThat(path).doesNotContain("{");
            assertThat(alice.send(operation.method(), path, null).status())
                .as(operation.name())
                .isEqualTo(404);
          }
        }
        meanwhile = offered(alice);
        assertThat(receiver.poll(3_000)).isNull();
      }
      try (Vitrine _ = start()) {
        assertThat(List.of(subject(receiver), subject(receiver)))
            .containsExactlyInAnyOrder(before, meanwhile);
      }
    }
  }

  private static Vitrine start(String... more) throws SettingsRefused {
    List<String> options = StartOptions.of(DATABASE.address(), data, more);
    options.add("--sharing.members=any");
    options.add("--webhooks.allow=127.0.0.1");
    return Vitrine.start(
        Settings.read(options, Map.of(), Map.of()),
        List.of("alice"),
        null,
        OutputStream.nullOutputStream());
  }

  /** An image that is offered to somebody; its owner is told as well. */
  private static String offered(Endpoint alice) {
    String image =
        alice
            .call(
                "POST", "/v2/images", "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}")
            .json()
            .path("id")
            .asText();
    alice.call("POST", "/v2/images/" + image + "/members", "{\"member\": \"somebody\"}");
    return image;
  }

  private static void awaitFailure() {
    for (int i = 0; i < 100 && failures() == 0; i++) {
      LockSupport.parkNanos(MILLISECONDS.toNanos(50));
    }
    assertThat(failures()).isEqualTo(1);
  }

  private static long failures() {
    return Objects.requireNonNull(
        DATABASE
            .database()
            .first(
                "select count(*) from webhook_delivery where state = 'pending' and status = 500",
                row -> row.getLong(1)));
  }

  private static String subject(Receiver receiver) {
    return receiver.next().json().path("subject").asText();
  }
}
