package dev.vitrine.webhook;

import dev.vitrine.login.EncryptedSecret;
import dev.vitrine.login.SecretStore;
import dev.vitrine.webhook.Webhook.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where webhooks are kept, with their deliveries and their encrypted secrets. */
public interface WebhookStore extends SecretStore {
  /** Whether this database supports them. */
  boolean isSupported();

  /**
   * Stores a new webhook, which is told what happens from now on. Its time is set here.
   *
   * @return with its time; null if the owner already has {@code maximum}, also under concurrent
   *     calls
   */
  @Nullable Webhook add(Webhook webhook, String secretId, EncryptedSecret secret, int maximum);

  /** A webhook of this owner; null if it has no such one. */
  @Nullable Webhook find(Owner owner, String id);

  /** The place of a webhook in a list. */
  record Place(Instant createdAt, String id) {}

  /**
   * The oldest first.
   *
   * @param after where the page before ended; null: from the first
   */
  List<Webhook> list(Owner owner, @Nullable Place after, int limit);

  /** How its deliveries are. */
  Webhook.Summary summary(String id);

  /**
   * Changes it under a lock. Its pending deliveries are parked if it is disabled.
   *
   * @return null if the owner has no such one
   */
  @Nullable Webhook update(Owner owner, String id, UnaryOperator<Webhook> change);

  /** Also removes its deliveries. Whether there was one. */
  boolean delete(Owner owner, String id);

  /**
   * Adds a secret. Of those before it, the newest goes on signing for {@code overlap}; the others
   * no longer sign.
   */
  void replaceSecret(String webhook, String secretId, EncryptedSecret secret, Duration overlap);

  /** The secrets that sign now, by their ids, the newest first. */
  Map<String, EncryptedSecret> secrets(String webhook);

  /**
   * Which deliveries to list, the newest first.
   *
   * @param state null: in any
   * @param kind null: of any
   * @param after the number that ended the page before; null: from the newest
   */
  record Query(
      Delivery.@Nullable State state,
      @Nullable WebhookKind kind,
      @Nullable Long after,
      int limit) {}

  List<Delivery> deliveries(String webhook, Query query);

  /**
   * Lets a delivery be tried now, in whatever state it is, unless it waits for the one before it.
   * Null: there is no such one.
   */
  @Nullable Delivery retry(String webhook, long number);

  /**
   * Queues anew, from the history, what the webhook is told of, except what is pending.
   *
   * @param until null: until now
   * @return how many; null if they are more than {@code maximum}, or take too long to find, and
   *     none is queued
   */
  @Nullable Integer replay(Webhook webhook, Instant since, @Nullable Instant until, int maximum);

  /** Whether it has more deliveries than this, in whatever state. */
  boolean hasMoreDeliveries(String webhook, int than);
}
