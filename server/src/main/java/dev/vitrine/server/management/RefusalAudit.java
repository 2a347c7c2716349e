package dev.vitrine.server.management;

import dev.vitrine.history.RefusalStore;
import dev.vitrine.history.RefusedRequests;
import dev.vitrine.history.RefusedRequests.First;
import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.job.JobStore;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Exchange;
import dev.vitrine.server.http.Observer;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.json.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts refused requests: those that are answered with 401, 403 or 404, and in IMS with 400 for
 * the same reasons; and pairs of batches that are refused for them (ADR 49). A worker stores the
 * counts. They are bounded whatever anybody sends: {@link #MOST} rows each time. Of whoever is not
 * known, nothing is kept that it could choose, and it takes no row from those that are.
 */
public final class RefusalAudit implements Observer, AutoCloseable {
  /** How often the counts are stored. */
  public static final Duration INTERVAL = Duration.ofMinutes(1);

  private static final Set<Integer> STATUSES = Set.of(401, 403, 404);

  /** What IMS answers with 400, because of who asks. */
  private static final Set<Class<? extends Refusal>> OF_THE_CALLER =
      Set.of(
          Refusal.Forbidden.class,
          Refusal.ForeignOwner.class,
          Refusal.ForeignProject.class,
          Refusal.ImageNotFound.class,
          Refusal.JobNotFound.class,
          Refusal.MemberNotFound.class,
          Refusal.NotOwner.class,
          Refusal.NotTheMember.class);

  /** Users that are told apart. */
  static final int USERS = 50;

  /** Rows of one user, and of all that are not known, before the last one for the rest. */
  static final int ROWS = 10;

  /** Rows that are stored at most: of the users, of those not known, and one for the rest. */
  static final int MOST = (USERS + 1) * (ROWS + 1) + 1;

  private static final int LONGEST_TARGET = 64;
  private static final String ACCESS_KEY = "access_key";

  private final RefusalStore store;
  private Counts counts = new Counts();
  private long since = System.nanoTime();

  public RefusalAudit(RefusalStore store) {
    this.store = store;
  }

  /** What is counted apart. */
  private record Key(
      @Nullable UserId user,
      @Nullable ProjectId project,
      @Nullable DomainId domain,
      @Nullable AccessKeyId accessKey,
      @Nullable Operation operation,
      @Nullable String reason) {
    private static final Key REST = new Key(null, null, null, null, null, null);

    static Key of(JobStore.Failed failed, String reason) {
      return new Key(
          failed.user(), failed.project(), null, null, failed.kind().operation(), reason);
    }

    static Key of(@Nullable Caller caller, @Nullable Operation operation, String reason) {
      return caller == null
          ? new Key(null, null, null, null, operation, reason)
          : new Key(
              caller.user(),
              caller.project(),
              caller.domain(),
              caller.methods().contains(ACCESS_KEY) ? new AccessKeyId(caller.auditId()) : null,
              operation,
              reason);
    }

    Key ofRest() {
      return new Key(user, null, null, null, null, null);
    }
  }

  private static final class Count {
    private final @Nullable First first;
    private long requests;

    Count(@Nullable First first) {
      this.first = first;
    }
  }

  /** Of some time. */
  private static final class Counts {
    /** A key of null is whoever is not known. */
    private final Map<@Nullable UserId, Map<Key, Count>> ofUsers = new LinkedHashMap<>();

    private final Count rest = new Count(null);

    Count of(Key key, Supplier<First> first) {
      int most = ofUsers.containsKey(null) ? USERS + 1 : USERS;
      if (key.user() != null && !ofUsers.containsKey(key.user()) && ofUsers.size() >= most) {
        return rest;
      }
      Map<Key, Count> ofUser = ofUsers.computeIfAbsent(key.user(), user -> new LinkedHashMap<>());
      boolean isApart = ofUser.containsKey(key) || ofUser.size() < ROWS;
      return isApart
          ? ofUser.computeIfAbsent(key, apart -> new Count(first.get()))
          : ofUser.computeIfAbsent(key.ofRest(), others -> new Count(null));
    }

    List<RefusedRequests> all() {
      List<RefusedRequests> all = new ArrayList<>();
      ofUsers.values().forEach(ofUser -> ofUser.forEach((key, count) -> all.add(row(key, count))));
      if (rest.requests > 0) {
        all.add(row(Key.REST, rest));
      }
      return all;
    }

    private static RefusedRequests row(Key key, Count count) {
      return new RefusedRequests(
          key.user(),
          key.project(),
          key.domain(),
          key.accessKey(),
          key.operation(),
          key.reason(),
          count.requests,
          count.first);
    }
  }

  private static First first(Exchange exchange) {
    Request request = exchange.request();
    return new First(
        exchange.caller() == null ? null : target(request), request.id(), request.clientAddress());
  }

  private static @Nullable String target(Request request) {
    Operation operation = request.operation();
    String target = operation == null ? null : request.lastParameter(operation);
    return target == null || target.length() > LONGEST_TARGET || !Fields.isStorable(target)
        ? null
        : target;
  }

  @Override
  public void ended(Exchange exchange) {
    Refusal refusal = exchange.refusal();
    if (refusal != null
        && (STATUSES.contains(exchange.status()) || OF_THE_CALLER.contains(refusal.getClass()))) {
      count(exchange.caller(), exchange.operation(), refusal.reason(), () -> first(exchange));
    }
  }

  /**
   * Counts a refused request.
   *
   * @param first asked if it is the first that is counted in its row
   */
  synchronized void count(
      @Nullable Caller caller,
      @Nullable Operation operation,
      String reason,
      Supplier<First> first) {
    counts.of(Key.of(caller, operation, reason), first).requests++;
  }

  /** Counts the pairs of a batch that were refused because of who submitted it. */
  public synchronized void failed(JobStore.Failed failed) {
    failed
        .pairs()
        .forEach(
            (outcome, pairs) -> {
              Class<? extends Refusal> refusal = outcome.refusal();
              if (refusal != null && OF_THE_CALLER.contains(refusal)) {
                counts.of(
                            Key.of(failed, Refusal.reason(refusal)),
                            () -> new First(failed.image().toString(), failed.request(), null))
                        .requests +=
                    pairs;
              }
            });
  }

  /** How many requests were counted and are not stored yet. */
  public synchronized long counted() {
    return counts.all().stream().mapToLong(RefusedRequests::count).sum();
  }

  /**
   * Stores what was counted. If that fails, it is lost: a queue of what could not be stored would
   * have no bound.
   *
   * @return false: there is no more to do
   */
  public boolean store() {
    List<RefusedRequests> counted;
    Duration during;
    synchronized (this) {
      counted = counts.all();
      counts = new Counts();
      long now = System.nanoTime();
      during = Duration.ofNanos(now - since);
      since = now;
    }
    if (!counted.isEmpty()) {
      store.add(counted, during);
    }
    return false;
  }

  /** Stores the last counts. */
  @Override
  public void close() {
    store();
  }
}
