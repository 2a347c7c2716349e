package dev.vitrine.server.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;

/**
 * Limits the rate of requests, of each client by itself, with a token bucket. Never waits.
 *
 * @param <C> a client; compared by {@code equals}
 */
final class RateLimit<C> {
  /** Clients that are remembered. One that is forgotten has its whole rate again. */
  private static final int MOST = 100_000;

  private final Limit limit;
  private final Rate rate;
  private final Cache<C, Bucket> buckets;

  /**
   * @param limit whose refusals it throws
   */
  RateLimit(Limit limit, Rate rate) {
    this.limit = limit;
    this.rate = rate;
    this.buckets = Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(rate.period()).build();
  }

  /**
   * Counts a request.
   *
   * @throws Refused {@link Refusal.TooManyRequests} if there are too many
   */
  void count(C client) {
    ConsumptionProbe probe = buckets.get(client, this::full).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      throw new Refusal.TooManyRequests(limit, Duration.ofNanos(probe.getNanosToWaitForRefill()))
          .asException();
    }
  }

  private Bucket full(C client) {
    return Bucket.builder()
        .addLimit(
            bandwidth ->
                bandwidth.capacity(rate.requests()).refillGreedy(rate.requests(), rate.period()))
        // The clock of the machine may be set back.
        .withNanosecondPrecision()
        .build();
  }
}
