package dev.vitrine.work;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A scarce resource, shared by its current holders: each may hold half of what the others leave
 * free. A single holder gets a half, two get a third each. So something is always left for one
 * more, and no share has to be configured.
 *
 * @param <H> who holds; compared by {@code equals}
 */
public final class FairShares<H> {
  private final Map<H, Long> held = new HashMap<>();
  private final Set<Waiting<H>> waiting = new LinkedHashSet<>();
  private long free;

  /** A waiting request. It has identity: two requests for the same amount differ. */
  private static final class Waiting<H> {
    final H holder;
    final long amount;

    Waiting(H holder, long amount) {
      this.holder = holder;
      this.amount = amount;
    }
  }

  public FairShares(long whole) {
    this.free = whole;
  }

  /** Takes {@code amount} more for the holder if its share allows. Returns whether it did. */
  public synchronized boolean take(H holder, long amount) {
    if (!fits(holder, amount)) {
      return false;
    }
    free -= amount;
    held.merge(holder, amount, Long::sum);
    return true;
  }

  /**
   * As {@link #take}, but waits for its turn: first come, first served among those whose share
   * allows it.
   */
  public synchronized boolean await(H holder, long amount, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    Waiting<H> ticket = new Waiting<>(holder, amount);
    waiting.add(ticket);
    try {
      while (!isNext(ticket) || !take(holder, amount)) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return true;
    } finally {
      waiting.remove(ticket);
      notifyAll();
    }
  }

  /** Gives back what the holder took. */
  public synchronized void giveBack(H holder, long amount) {
    free += amount;
    held.computeIfPresent(holder, (h, before) -> before == amount ? null : before - amount);
    notifyAll();
  }

  private boolean isNext(Waiting<H> ticket) {
    for (Waiting<H> one : waiting) {
      if (one == ticket) {
        return true;
      }
      if (fits(one.holder, one.amount)) {
        return false;
      }
    }
    throw new IllegalStateException("not waiting");
  }

  private boolean fits(H holder, long amount) {
    long own = held.getOrDefault(holder, 0L);
    return own + amount <= Math.ceilDiv(own + free, 2);
  }
}
