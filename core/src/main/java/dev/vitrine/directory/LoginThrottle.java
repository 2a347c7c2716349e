package dev.vitrine.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.digest.Sha256;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Slows down guesses of passwords and secrets, before anything is hashed (ADR 36). However many
 * failures there are at some addresses, they never lock a user out at others:
 *
 * <ul>
 *   <li>Failures count for each pair of user and address. After a few in an hour, each further one
 *       doubles the wait.
 *   <li>Failures also count for each address, all users together. Users who have logged in from
 *       there are not affected.
 *   <li>If a user's logins fail at many addresses, an address from which the user has not logged in
 *       has one attempt instead of a few.
 * </ul>
 *
 * <p>It remembers a bounded number of entries, of this process only, and loses them when the
 * process ends.
 */
public final class LoginThrottle {
  /** The name of this limit in metrics. */
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  /**
   * How long an entry is kept. All failures that the queue of hashes can admit at once are
   * forgotten sooner.
   */
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private static final Duration KNOWN = Duration.ofDays(30);

  /**
   * How many failures of a user at all addresses together cost nothing, as a multiple of those at
   * one address.
   */
  private static final int AT_ALL_ADDRESSES = 10;

  /** Entries of each kind that are kept. */
  private static final int MOST = 100_000;

  private final Limits limits;
  private final LongSupplier nanoTime;
  private final Cache<String, Failures> ofUserAtAddress;
  private final Cache<String, Failures> ofUser;
  private final Cache<String, Failures> ofAddress;

  /** Users at addresses from which they have logged in. */
  private final Cache<String, Boolean> known;

  /**
   * How many failures an hour cost nothing.
   *
   * @param failures of a user at an address; 0: any number
   * @param addressFailures of all users at an address; 0: any number
   */
  public record Limits(int failures, int addressFailures) {
    /** Nobody waits. */
    public static final Limits NONE = new Limits(0, 0);
  }

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public LoginThrottle(Limits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.ofUserAtAddress = cache(REMEMBERED);
    this.ofUser = cache(REMEMBERED);
    this.ofAddress = cache(REMEMBERED);
    this.known = cache(KNOWN);
  }

  private <T> Cache<String, T> cache(Duration kept) {
    return Caffeine.newBuilder()
        .maximumSize(MOST)
        .expireAfterAccess(kept)
        .ticker(nanoTime::getAsLong)
        .build();
  }

  /**
   * Runs a check, unless earlier failures make it wait.
   *
   * @param user the user that the client names. It may not exist; an answer must not reveal whether
   *     it does
   * @param origin the network address by which the limits identify the client
   * @param check null: the password or secret is wrong
   * @return the result of the check
   * @throws dev.vitrine.refusal.Refused {@link Refusal.TooManyRequests} if it has to wait
   */
  public <T> @Nullable T attempt(Object user, String origin, Supplier<@Nullable T> check) {
    String name = digest(user);
    String pair = name + " " + origin;
    boolean isKnown = known.getIfPresent(pair) != null;
    admit(name, pair, origin, isKnown);
    @Nullable T result = check.get();
    if (result == null) {
      add(ofUserAtAddress, pair, limits.failures);
      add(ofUser, name, limits.failures * AT_ALL_ADDRESSES);
      add(ofAddress, origin, limits.addressFailures);
    } else {
      ofUserAtAddress.invalidate(pair);
      if (!isKnown) {
        known.put(pair, true);
      }
    }
    return result;
  }

  /** Names are as long as a client likes. */
  private static String digest(Object user) {
    return Sha256.hex(user.toString().getBytes(UTF_8));
  }

  private void admit(String name, String pair, String origin, boolean isKnown) {
    Failures atAddress = ofUserAtAddress.getIfPresent(pair);
    Failures all = isKnown ? null : ofUser.getIfPresent(name);
    int free = all != null && all.isOver() ? 1 : limits.failures;
    Failures address = isKnown ? null : ofAddress.getIfPresent(origin);
    long wait = Math.max(wait(atAddress, free), wait(address, limits.addressFailures));
    if (wait == 0) {
      wait = Math.max(claim(atAddress, free), claim(address, limits.addressFailures));
    }
    if (wait > 0) {
      throw new Refusal.TooManyRequests(Limit.LOGIN, Duration.ofNanos(wait)).asException();
    }
  }

  private static long wait(@Nullable Failures failures, int free) {
    return failures == null ? 0 : failures.await(free, false);
  }

  private static long claim(@Nullable Failures failures, int free) {
    return failures == null ? 0 : failures.await(free, true);
  }

  private void add(Cache<String, Failures> all, String key, int free) {
    if (free > 0) {
      all.get(key, first -> new Failures(free)).add();
    }
  }

  /** Failures that count together. */
  private final class Failures {
    /** Failures an hour that cost nothing; so many are forgotten in an hour. */
    private final int free;

    private double count;
    private long countedAt = nanoTime.getAsLong();

    /** When the last attempt failed or, after a wait, began. */
    private long lastAt = countedAt;

    Failures(int free) {
      this.free = free;
    }

    synchronized void add() {
      forget();
      count++;
      lastAt = countedAt;
    }

    synchronized boolean isOver() {
      return counted() >= free;
    }

    /**
     * Nanoseconds until the next attempt; 0: now.
     *
     * @param claims whether to begin an attempt if it need not wait; others at the same time then
     *     wait
     */
    synchronized long await(int allowed, boolean claims) {
      double over = counted() - allowed;
      if (over < 0) {
        return 0;
      }
      long delay =
          (long)
              Math.min(
                  Math.scalb((double) TimeUnit.SECONDS.toNanos(1), (int) over),
                  (double) HOUR / allowed);
      long left = lastAt + delay - countedAt;
      if (left > 0) {
        return left;
      }
      if (claims) {
        lastAt = countedAt;
      }
      return 0;
    }

    /** The failures that count. One that is forgotten in part counts as a whole one. */
    private double counted() {
      forget();
      return Math.ceil(count);
    }

    private void forget() {
      long now = nanoTime.getAsLong();
      count = Math.max(0, count - (double) (now - countedAt) / HOUR * free);
      countedAt = now;
    }
  }
}
