package dev.vitrine.webhook;

import org.jspecify.annotations.Nullable;

/**
 * What webhooks tell of. More kinds can follow: receivers must ignore those that they do not know.
 */
public enum WebhookKind {
  /** An image is offered to a project, also again after it was rejected. */
  OFFER_CREATED("offer.created"),
  OFFER_ACCEPTED("offer.accepted"),
  OFFER_REJECTED("offer.rejected"),
  /** The owner takes an offer back, or the image is deleted. */
  OFFER_WITHDRAWN("offer.withdrawn"),
  IMAGE_DELETED("image.deleted"),
  IMAGE_DEACTIVATED("image.deactivated"),
  /** A batch of the project is carried out. */
  JOB_ENDED("job.ended"),
  /** Sent on request only, to try a webhook. */
  TEST("webhook.test");

  private final String word;

  WebhookKind(String word) {
    this.word = word;
  }

  /** As written on the wire. */
  public String word() {
    return word;
  }

  /** The kind of this word that a webhook can be for; null if there is none. */
  public static @Nullable WebhookKind of(String word) {
    for (WebhookKind kind : values()) {
      if (kind != TEST && kind.word.equals(word)) {
        return kind;
      }
    }
    return null;
  }
}
