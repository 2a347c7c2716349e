package dev.vitrine.webhook;

import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Ids;
import dev.vitrine.login.SecretCipher;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.webhook.Messenger.Answer;
import dev.vitrine.webhook.Notice.Content;
import dev.vitrine.webhook.Webhook.Owner;
import dev.vitrine.work.OneAtATime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks of the scope of the caller: of its project, or of its account if its scope is a domain.
 * To a caller, those of other scopes do not exist.
 *
 * <p>All methods throw {@link dev.vitrine.refusal.Refused}.
 */
public final class Webhooks {
  /** The most that a project, or an account, may have. */
  public static final int MAX = 20;

  /** The most events that one replay queues. */
  public static final int MAX_REPLAYED = 10_000;

  /** With more deliveries than these, all that are kept, a webhook has no replay. */
  public static final int MAX_KEPT = 100_000;

  /** How long a secret signs on after it was replaced. */
  public static final Duration OVERLAP = Duration.ofHours(24);

  private final WebhookStore store;
  private final Access access;
  private final SecretCipher cipher;
  private final Messenger messenger;
  private final InstantSource clock;
  private final Runnable changed;

  /** One trial of an account at a time: it makes a request wait for somebody else's server. */
  private final OneAtATime<DomainId> trials = new OneAtATime<>();

  /** One replay of an account at a time: it may read a long history. */
  private final OneAtATime<DomainId> replays = new OneAtATime<>();

  /**
   * @param changed runs after something was stored that may have to be delivered
   */
  public Webhooks(
      WebhookStore store,
      Access access,
      SecretCipher cipher,
      Messenger messenger,
      InstantSource clock,
      Runnable changed) {
    this.store = store;
    this.access = access;
    this.cipher = cipher;
    this.messenger = messenger;
    this.clock = clock;
    this.changed = changed;
  }

  /** A webhook and its new secret, which is shown this once. */
  public record WithSecret(Webhook webhook, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return webhook.toString();
    }
  }

  /**
   * Makes a webhook.
   *
   * @param kinds empty: all
   */
  public WithSecret create(
      Caller caller, WebhookUrl url, Set<WebhookKind> kinds, String description) {
    Owner owner = owner(caller, Operation.CREATE_WEBHOOK);
    requireReachable(url);
    String secret = WebhookSignature.newSecret();
    String secretId = Ids.next();
    Webhook made =
        store.add(
            new Webhook(
                Ids.next(), owner, url, kinds, description, true, clock.instant(), caller.user()),
            secretId,
            cipher.encrypt(secretId, secret),
            MAX);
    if (made == null) {
      throw new Refusal.Conflict("There are %d webhooks already, the most allowed.".formatted(MAX))
          .asException();
    }
    changed.run();
    return new WithSecret(made, secret);
  }

  /** As {@link WebhookStore#list}. */
  public List<Webhook> list(Caller caller, WebhookStore.@Nullable Place after, int limit) {
    return store.list(owner(caller, Operation.LIST_WEBHOOKS), after, limit);
  }

  /** A webhook and how its deliveries are. */
  public record Shown(Webhook webhook, Webhook.Summary summary) {}

  public Shown show(Caller caller, String id) {
    Webhook webhook = find(caller, id, Operation.SHOW_WEBHOOK);
    return new Shown(webhook, store.summary(id));
  }

  /** What of a webhook is to be changed; null: it stays. */
  public record Change(
      @Nullable WebhookUrl url,
      @Nullable Set<WebhookKind> kinds,
      @Nullable String description,
      @Nullable Boolean enabled) {}

  /** Changes a webhook. If it is disabled, its pending deliveries are parked. */
  public Webhook update(Caller caller, String id, Change change) {
    Owner owner = owner(caller, Operation.UPDATE_WEBHOOK);
    requireForm(id);
    if (change.url() != null) {
      requireReachable(change.url());
    }
    UnaryOperator<Webhook> apply =
        old ->
            old.with(
                change.url() == null ? old.url() : change.url(),
                change.kinds() == null ? old.kinds() : change.kinds(),
                change.description() == null ? old.description() : change.description(),
                change.enabled() == null ? old.enabled() : change.enabled());
    Webhook updated = store.update(owner, id, apply);
    if (updated == null) {
      throw absent(id).asException();
    }
    changed.run();
    return updated;
  }

  /** Deletes a webhook with its deliveries. */
  public void delete(Caller caller, String id) {
    Owner owner = owner(caller, Operation.DELETE_WEBHOOK);
    requireForm(id);
    if (!store.delete(owner, id)) {
      throw absent(id).asException();
    }
  }

  /** Gives a webhook a new secret; the one before signs beside it for {@link #OVERLAP}. */
  public WithSecret replaceSecret(Caller caller, String id) {
    Webhook webhook = find(caller, id, Operation.REPLACE_WEBHOOK_SECRET);
    String secret = WebhookSignature.newSecret();
    String secretId = Ids.next();
    store.replaceSecret(id, secretId, cipher.encrypt(secretId, secret), OVERLAP);
    return new WithSecret(webhook, secret);
  }

  /**
   * What came back.
   *
   * @param millis how long it took
   */
  public record Trial(Answer answer, long millis) {}

  /** Sends {@link WebhookKind#TEST} now, once. */
  public Trial tryOut(Caller caller, String id) {
    Webhook webhook = find(caller, id, Operation.TRY_WEBHOOK);
    Notice notice =
        new Notice("test_" + Ids.next(), WebhookKind.TEST, clock.instant(), new Content.Trial(id));
    return trials.inTurn(
        webhook.owner().domain(),
        () -> {
          long begin = System.nanoTime();
          Answer answer =
              messenger.send(
                  webhook.owner().domain(),
                  webhook.url(),
                  notice,
                  Deliveries.secrets(store, cipher, id));
          return new Trial(answer, Duration.ofNanos(System.nanoTime() - begin).toMillis());
        });
  }

  /** Deliveries of a webhook, the newest first. */
  public List<Delivery> deliveries(Caller caller, String id, WebhookStore.Query query) {
    find(caller, id, Operation.LIST_WEBHOOK_DELIVERIES);
    return store.deliveries(id, query);
  }

  /**
   * Lets a delivery be tried now, in whatever state it is, unless it waits for the one before it.
   */
  public Delivery retry(Caller caller, String id, String number) {
    requireEnabled(find(caller, id, Operation.RETRY_WEBHOOK_DELIVERY));
    Delivery delivery =
        number.matches("[1-9]\\d{0,17}") ? store.retry(id, Long.parseLong(number)) : null;
    if (delivery == null) {
      throw new Refusal.Absent("delivery", number).asException();
    }
    changed.run();
    return delivery;
  }

  /**
   * Queues anew what a webhook is told of, from the history.
   *
   * @param until null: until now
   * @return how many deliveries
   */
  public int replay(Caller caller, String id, Instant since, @Nullable Instant until) {
    Webhook webhook = find(caller, id, Operation.REPLAY_WEBHOOK);
    requireEnabled(webhook);
    if (until != null && until.isBefore(since)) {
      throw new Refusal.Invalid("until is before since.").asException();
    }
    if (store.hasMoreDeliveries(webhook.id(), MAX_KEPT)) {
      throw new Refusal.Conflict(
              "The webhook has more than %d deliveries. They are removed after 30 days; or make another webhook."
                  .formatted(MAX_KEPT))
          .asException();
    }
    Integer queued =
        replays.inTurn(
            webhook.owner().domain(), () -> store.replay(webhook, since, until, MAX_REPLAYED));
    if (queued == null) {
      throw new Refusal.Invalid(
              "There are more than %d events, or too many to look through: give until, or a later since."
                  .formatted(MAX_REPLAYED))
          .asException();
    }
    changed.run();
    return queued;
  }

  private static void requireEnabled(Webhook webhook) {
    if (!webhook.enabled()) {
      throw new Refusal.Conflict("The webhook is disabled.").asException();
    }
  }

  private void requireReachable(WebhookUrl url) {
    if (!url.isSecure() && !messenger.allowsPlainHttp()) {
      throw new Refusal.Invalid("Invalid input for field 'url': must begin with https://.")
          .asException();
    }
  }

  private Webhook find(Caller caller, String id, Operation operation) {
    Owner owner = owner(caller, operation);
    requireForm(id);
    Webhook found = store.find(owner, id);
    if (found == null) {
      throw absent(id).asException();
    }
    return found;
  }

  /**
   * Refuses a text of another form. No webhook has such an id, and the database could not even look
   * for some of these texts.
   */
  private static void requireForm(String id) {
    if (!Ids.isGenerated(id)) {
      throw absent(id).asException();
    }
  }

  private Owner owner(Caller caller, Operation operation) {
    Authorization authorization = access.require(caller, operation);
    DomainId domain = authorization.domain();
    if (domain == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    if (!store.isSupported()) {
      throw new Refusal.Conflict("A database with the extension Citus does not support webhooks.")
          .asException();
    }
    return new Owner(domain, caller.project());
  }

  private static Refusal absent(String id) {
    return new Refusal.Absent("webhook", id);
  }
}
