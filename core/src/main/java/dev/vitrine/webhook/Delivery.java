package dev.vitrine.webhook;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to a webhook's receiver.
 *
 * @param number grows in the order in which events are delivered to a webhook
 * @param kind of the event, in the word of {@link WebhookKind}, or one that only a newer version
 *     knows
 * @param at when the event happened
 * @param nextAt when it is tried next; null: it waits for the one before, of the same image, or has
 *     ended
 * @param attempts how often it was tried
 * @param triedAt when it was last tried; null: never
 * @param status of the last answer; null: there was none
 * @param error why the last attempt failed, in a sentence of {@link Failure}; null: it did not
 */
public record Delivery(
    long number,
    String kind,
    Subject subject,
    Instant at,
    State state,
    @Nullable Instant nextAt,
    int attempts,
    @Nullable Instant triedAt,
    @Nullable Integer status,
    @Nullable String error) {

  /** The event itself. Its id is the same in each delivery of it, to each webhook. */
  public sealed interface Subject {
    /** In the history of an image. */
    record OfImage(ImageId image, long event) implements Subject {}

    /** The end of a job. */
    record OfJob(JobId job) implements Subject {}

    /** The id that receivers know it by; they discard what they have received already. */
    default String id() {
      return switch (this) {
        case OfImage(ImageId image, long event) -> "evt_%s_%d".formatted(image, event);
        case OfJob(JobId job) -> "evt_" + job;
      };
    }
  }

  /** Whether it was delivered. */
  public enum State {
    PENDING,
    DELIVERED,
    /** It failed for a day, or the webhook was disabled; it is not tried again by itself. */
    PARKED;

    /** As written on the wire. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A delivery that this node has taken, to be tried now. Other nodes leave it alone for {@link
   * DeliveryStore#LEASE}.
   *
   * @param account whose webhook it is
   * @param attempt 1 for the first
   * @param age since it was queued, or somebody asked for another attempt
   */
  public record Claimed(
      String webhook,
      DomainId account,
      long number,
      WebhookKind kind,
      Subject subject,
      int attempt,
      Duration age) {}
}
