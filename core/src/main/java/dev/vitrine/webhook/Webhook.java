package dev.vitrine.webhook;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A webhook: tells a receiver what concerns a project, or all projects of an account.
 *
 * @param id 32 lower-case hexadecimal digits
 * @param kinds what it tells of; empty: everything, also kinds that are still to come
 * @param enabled whether it tells; what happens while it does not can be sent later by a replay
 * @param createdAt by the clock of the database
 */
public record Webhook(
    String id,
    Owner owner,
    WebhookUrl url,
    Set<WebhookKind> kinds,
    String description,
    boolean enabled,
    Instant createdAt,
    UserId createdBy) {

  /**
   * Whom it belongs to.
   *
   * @param domain the account
   * @param project null: it tells what concerns any project of the account
   */
  public record Owner(DomainId domain, @Nullable ProjectId project) {}

  /**
   * How its deliveries are.
   *
   * @param pending that wait for their turn or for another attempt
   * @param parked that failed for a day
   * @param deliveredAt when the last one was delivered; null: none was
   * @param failedAt when an attempt last failed; null: none did
   * @param failure why, in a sentence of {@link Failure}
   */
  public record Summary(
      long pending,
      long parked,
      @Nullable Instant deliveredAt,
      @Nullable Instant failedAt,
      @Nullable String failure) {}

  Webhook with(
      WebhookUrl newUrl, Set<WebhookKind> newKinds, String newDescription, boolean isEnabled) {
    return new Webhook(
        id, owner, newUrl, newKinds, newDescription, isEnabled, createdAt, createdBy);
  }
}
