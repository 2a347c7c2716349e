package dev.vitrine.webhook;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import dev.vitrine.login.EncryptedSecret;
import dev.vitrine.login.SecretCipher;
import dev.vitrine.refusal.StoreException;
import dev.vitrine.webhook.Delivery.Claimed;
import dev.vitrine.webhook.DeliveryStore.Result;
import dev.vitrine.webhook.DeliveryStore.Room;
import dev.vitrine.webhook.Messenger.Answer;
import dev.vitrine.work.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers what webhooks tell (ADR 48). A worker queues the events that were committed, and starts
 * the deliveries that are due. Each is tried on a thread of its own, at most {@link Room#OF_ALL} at
 * a time on this node, so that a slow receiver holds no thread of a request, and no connection to
 * the database while it is waited for.
 *
 * <p>Any number of nodes may do so on one database.
 */
public final class Deliveries implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Deliveries.class.getName());

  private static final Duration POLL = Duration.ofSeconds(1);

  /**
   * The least time between two looks for new events, however often the end of a delivery wakes the
   * worker.
   */
  private static final Duration PAUSE = POLL.dividedBy(2);

  /** Connections to the database that attempts use at a time. */
  private static final int CONNECTIONS = 2;

  /**
   * How many polls pass between two looks for a first webhook, which another node may have made.
   */
  private static final int IDLE_POLLS = 10;

  /** How long a delivery is tried. */
  private static final Duration PATIENCE = Duration.ofHours(24);

  private static final Duration FIRST_DELAY = Duration.ofSeconds(5);
  private static final Duration MAX_DELAY = Duration.ofHours(1);

  private final DeliveryStore store;
  private final WebhookStore webhooks;
  private final SecretCipher cipher;
  private final Messenger messenger;
  private final Semaphore connections = new Semaphore(CONNECTIONS);
  private final Set<Claimed> busy = ConcurrentHashMap.newKeySet();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Worker worker;
  private volatile boolean isWoken = true;
  private volatile boolean isClosed;
  private int idlePolls;
  private long queuedAt = System.nanoTime() - PAUSE.toNanos();

  public Deliveries(
      DeliveryStore store, WebhookStore webhooks, SecretCipher cipher, Messenger messenger) {
    this.store = store;
    this.webhooks = webhooks;
    this.cipher = cipher;
    this.messenger = messenger;
    this.worker =
        new Worker(
            "webhooks",
            POLL,
            "Webhooks could not be served; it will be tried again in a second",
            this::next);
  }

  /** Signals that there may be something to deliver. */
  public void wake() {
    isWoken = true;
    worker.wake();
  }

  private boolean next() {
    if (!isWoken && idlePolls > 0) {
      idlePolls--;
      return false;
    }
    isWoken = false;
    if (!store.isNeeded()) {
      idlePolls = IDLE_POLLS;
      return false;
    }
    idlePolls = 0;
    boolean isMore;
    try {
      isMore = queue();
    } catch (RuntimeException e) {
      startDueDespite(e);
      throw e;
    }
    boolean isFull = startDue();
    return (isMore || isFull) && busy.size() < Room.OF_ALL;
  }

  /**
   * Queues the events that were committed, unless it has just done so. Whether there may be more.
   */
  private boolean queue() {
    if (System.nanoTime() - queuedAt < PAUSE.toNanos()) {
      return false;
    }
    boolean isMore = store.queue();
    queuedAt = isMore ? queuedAt : System.nanoTime();
    return isMore;
  }

  /** Events cannot be queued, but what is queued already goes on. */
  private void startDueDespite(RuntimeException failure) {
    try {
      startDue();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Starts the deliveries that are due, as many as may be. Whether there may be more. */
  private boolean startDue() {
    List<Claimed> busy = List.copyOf(this.busy);
    if (busy.size() >= Room.OF_ALL) {
      return false;
    }
    Room room = Room.beside(busy);
    List<Claimed> claimed = store.claim(room);
    claimed.forEach(this::start);
    return claimed.size() == room.ofAll();
  }

  private void start(Claimed delivery) {
    busy.add(delivery);
    Thread.ofVirtual().name("webhook-" + delivery.number()).start(() -> attempt(delivery));
  }

  private void attempt(Claimed delivery) {
    try {
      Result result = tried(delivery);
      if (!isClosed || result.isDelivered()) {
        this.<@Nullable Void>connected(
            () -> {
              store.end(delivery, counted(result));
              return null;
            });
      }
    } catch (RuntimeException e) {
      // It is claimed again when its lease is over.
      if (isClosed || isUnavailable(e)) {
        LOG.log(DEBUG, "A delivery could not be ended: " + e.getMessage());
      } else {
        LOG.log(ERROR, "A delivery could not be ended; it will be tried again", e);
      }
    } finally {
      busy.remove(delivery);
      wake();
    }
  }

  private <T extends @Nullable Object> T connected(Supplier<T> work) {
    connections.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      connections.release();
    }
  }

  private record Message(WebhookUrl url, Notice notice, List<String> secrets) {}

  /** Null: the event, or the webhook, is not there any more. */
  private @Nullable Message message(Claimed delivery) {
    WebhookUrl url = store.url(delivery.webhook());
    Notice notice = store.notice(delivery);
    return url == null || notice == null
        ? null
        : new Message(url, notice, secrets(webhooks, cipher, delivery.webhook()));
  }

  private Result tried(Claimed delivery) {
    Answer answer = answer(delivery);
    if (answer == null) {
      return new Result(null, Failure.EVENT_REMOVED, null, false);
    }
    boolean isOver = answer.failure() == null || delivery.age().compareTo(PATIENCE) >= 0;
    return new Result(
        answer.status(),
        answer.failure(),
        isOver || answer.isGone() ? null : delay(delivery.attempt(), answer.retryAfter()),
        answer.isGone());
  }

  /**
   * What came back. A message that cannot be made, because its secret cannot be decrypted for
   * example, has failed as if the receiver had refused it: it is tried again, and parked in the
   * end. Null: as {@link #message}.
   */
  private @Nullable Answer answer(Claimed delivery) {
    try {
      Message message = this.<@Nullable Message>connected(() -> message(delivery));
      return message == null
          ? null
          : messenger.send(delivery.account(), message.url(), message.notice(), message.secrets());
    } catch (RuntimeException e) {
      if (isClosed || isUnavailable(e)) {
        throw e;
      }
      LOG.log(ERROR, "A delivery of the webhook " + delivery.webhook() + " could not be made", e);
      return new Answer(null, Failure.NOT_MADE, null);
    }
  }

  private static boolean isUnavailable(RuntimeException failure) {
    return failure instanceof StoreException store && store.isUnavailable();
  }

  /** The secrets of a webhook that sign now, the newest first. */
  static List<String> secrets(WebhookStore webhooks, SecretCipher cipher, String webhook) {
    List<String> secrets = new ArrayList<>();
    for (Map.Entry<String, EncryptedSecret> one : webhooks.secrets(webhook).entrySet()) {
      secrets.add(cipher.decrypt(one.getKey(), one.getValue()));
    }
    return secrets;
  }

  private Result counted(Result result) {
    if (result.isDelivered()) {
      delivered.increment();
    } else {
      failed.increment();
    }
    return result;
  }

  /**
   * The time until the next attempt. It doubles with each attempt, from five seconds to an hour;
   * then a random part of it, up to a half, is taken off.
   */
  static Duration delay(int attempt, @Nullable Duration asked) {
    Duration longest = FIRST_DELAY.multipliedBy(1L << Math.min(attempt - 1, 20));
    long millis = min(longest, MAX_DELAY).toMillis();
    Duration delay =
        Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    return asked == null || asked.compareTo(delay) < 0 ? delay : min(asked, MAX_DELAY);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Attempts since the start of this node that the receiver confirmed. */
  public long delivered() {
    return delivered.sum();
  }

  /** Attempts that failed. */
  public long failed() {
    return failed.sum();
  }

  /**
   * Ends without waiting for attempts in progress. Those that then fail, because the messenger is
   * closed, are repeated when their lease is over.
   */
  @Override
  public void close() {
    isClosed = true;
    worker.close();
  }
}
