package dev.vitrine.postgres.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.history.Event;
import dev.vitrine.history.EventStore;
import dev.vitrine.history.RefusalStore;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.postgres.history.PostgresEvents;
import dev.vitrine.postgres.history.PostgresRefusals;
import dev.vitrine.postgres.webhook.PostgresWebhooks;
import dev.vitrine.webhook.Delivery;
import dev.vitrine.webhook.Webhook;
import dev.vitrine.webhook.WebhookKind;
import dev.vitrine.webhook.WebhookStore;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** While it is upgraded, a newer version shares the database, and may write words of its own. */
@NullMarked
class NewerVersionTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static Database database;
  private static ProjectId project;

  @BeforeAll
  static void open() {
    database = DATABASE.database();
    project = Tenants.project(Tenants.in(database).bob());
  }

  private static Webhook.Owner webhook(String id, @Nullable String kinds) {
    database.change(
        """
        insert into webhook (webhook_id, domain_id, project_id, url, kinds, description, created_by)
        select ?, domain_id, project_id, 'https://example.org', ?::text[], '', 'u' from project where project_id = ?
        """,
        id,
        kinds,
        project.value());
    return Objects.requireNonNull(
        database.first(
            "select domain_id from webhook where webhook_id = ?",
            row -> new Webhook.Owner(new DomainId(row.getString("domain_id")), project),
            id));
  }

  @Test
  void aDeliveryOfAnotherKindIsShownWithItsWord() {
    webhook("told", null);
    DATABASE.execute(
        """
        insert into webhook_delivery (webhook_id, kind, at, of_job)
        values ('told', 'job.begun', now(), 'j'), ('told', 'job.ended', now(), 'j')
        """);

    assertThat(
            new PostgresWebhooks(database)
                .deliveries("told", new WebhookStore.Query(null, null, null, 10)))
        .extracting(Delivery::kind)
        .containsExactly("job.ended", "job.begun");
  }

  @Test
  void aChangeOfAWebhookLeavesOtherKindsToIt() {
    Webhook.Owner owner = webhook("changed", "{job.begun}");

    assertThat(changed(owner, null)).isEqualTo("{job.begun}");
    assertThat(changed(owner, Set.of(WebhookKind.JOB_ENDED))).isEqualTo("{job.ended}");
  }

  /**
   * Changes the webhook "changed".
   *
   * @param kinds null leaves them
   * @return the kinds that are stored then
   */
  private static String changed(Webhook.Owner owner, @Nullable Set<WebhookKind> kinds) {
    new PostgresWebhooks(database)
        .update(
            owner,
            "changed",
            old ->
                new Webhook(
                    old.id(),
                    owner,
                    old.url(),
                    kinds == null ? old.kinds() : kinds,
                    "new",
                    true,
                    old.createdAt(),
                    old.createdBy()));
    return Objects.requireNonNull(
        database.first(
            "select kinds::text from webhook where webhook_id = 'changed' and description = 'new'",
            row -> row.getString(1)));
  }

  @Test
  void anotherChangeOfAnImageIsLeftOutOfItsHistory() {
    ImageId image = new ImageId(UUID.randomUUID());
    for (String change : List.of("created", "renamed")) {
      database.change(
          """
          insert into image_event (image_id, owner, change, visibility, actor, cause)
          values (?, ?, ?, 'shared', 'a', 'c')
          """,
          image.value(),
          project.value(),
          change);
    }
    PostgresEvents events = new PostgresEvents(database);

    assertThat(events.ofImage(image, null, EventStore.Query.all(10)))
        .extracting(Event::kind)
        .containsExactly(Event.Kind.CREATED);
    assertThat(events.ofProject(project, EventStore.Query.all(10)))
        .extracting(Event::kind)
        .containsExactly(Event.Kind.CREATED);
  }

  @Test
  void anotherOperationThatWasRefusedHasNoName() {
    DATABASE.execute(
        """
        insert into refused_request (since, at, operation, reason, count)
        values (now(), now(), 'PAINT_IMAGE', 'forbidden', 3)
        """);

    assertThat(
            new PostgresRefusals(database)
                .list(new RefusalStore.Query(null, null, null, null, null, 10)))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.requests().operation()).isNull();
              assertThat(entry.requests().count()).isEqualTo(3);
            });
  }
}
