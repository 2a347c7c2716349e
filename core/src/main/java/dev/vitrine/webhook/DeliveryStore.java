package dev.vitrine.webhook;

import dev.vitrine.webhook.Delivery.Claimed;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The deliveries, as seen by whoever carries them out. Any number of nodes may share the work. */
public interface DeliveryStore {
  /** How long a claimed delivery is left to its node; longer than an attempt takes. */
  Duration LEASE = Duration.ofMinutes(1);

  /** Whether any webhook is enabled. One small statement. */
  boolean isNeeded();

  /**
   * Gives committed events their deliveries, in the order of time, on one node at a time.
   *
   * @return whether there may be more to do
   */
  boolean queue();

  /**
   * How much may be claimed.
   *
   * @param ofAll deliveries in all
   * @param ofWebhook in progress at a time on this node for a webhook
   * @param ofAccount the same for all webhooks of an account
   * @param busy what is in progress on this node
   */
  record Room(int ofAll, int ofWebhook, int ofAccount, Collection<Claimed> busy) {
    /** Deliveries in progress at a time on a node. */
    static final int OF_ALL = 64;

    private static final int OF_WEBHOOK = 4;
    private static final int OF_ACCOUNT = 16;

    /**
     * Half of what is free, for all and for each account. So accounts whose receivers never answer
     * leave something to an account that has nothing in progress.
     *
     * @param busy fewer than {@link #OF_ALL}
     */
    public static Room beside(Collection<Claimed> busy) {
      int half = Math.max(1, (OF_ALL - busy.size()) / 2);
      return new Room(half, OF_WEBHOOK, Math.min(OF_ACCOUNT, half), busy);
    }
  }

  /** Takes deliveries that are due: of each webhook and image, the first that is pending. */
  List<Claimed> claim(Room room);

  /** What to tell; null: the event or the job is not there any more. */
  @Nullable Notice notice(Claimed delivery);

  /** Where a webhook sends to; null: it is gone. */
  @Nullable WebhookUrl url(String webhook);

  /**
   * What became of an attempt.
   *
   * @param status null: no answer
   * @param failure null: it was delivered
   * @param delay until the next attempt; null: there is none, and a delivery that failed is parked
   * @param isGone whether the receiver wants no more; the webhook is then disabled
   */
  record Result(
      @Nullable Integer status,
      @Nullable Failure failure,
      @Nullable Duration delay,
      boolean isGone) {
    public boolean isDelivered() {
      return failure == null;
    }

    /** In words; null: it was delivered. */
    public @Nullable String error() {
      return failure == null ? null : failure.sentence(status);
    }
  }

  /** Stores the result, unless another node has claimed the delivery meanwhile. */
  void end(Claimed delivery, Result result);

  /** Removes deliveries that ended longer than {@code kept} ago, in small steps. */
  void sweep(Duration kept);

  /**
   * How the queue is, on all nodes.
   *
   * @param pending counted up to 100,000
   * @param parked counted up to 100,000
   * @param seconds the age of the oldest pending delivery; 0: none is pending
   */
  record Queue(long pending, long parked, double seconds) {}

  Queue queued();
}
