package dev.vitrine.webhook;

import dev.vitrine.history.Event;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.job.Job;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver is told.
 *
 * @param id the same in each delivery of the event
 * @param at when it happened
 */
public record Notice(String id, WebhookKind kind, Instant at, Content content) {

  /** What it is about. */
  public sealed interface Content {
    /**
     * An event of an image's history.
     *
     * @param event with only what the webhook's owner is told
     * @param name of the image; null: it has none, or is deleted
     */
    record OfImage(Event event, @Nullable String name) implements Content {}

    record OfJob(ProjectId project, Job job) implements Content {}

    /** Nothing happened: somebody tries the webhook. */
    record Trial(String webhook) implements Content {}
  }
}
