package dev.vitrine.work;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Something scarce, divided among those who use it at the same time: each may hold half of what the
 * others leave. So one alone gets a half of it and two get a third each; there is always some left
 * for one more, and nobody has to be told a share beforehand.
 *
 * @param <H> who holds; compared by {@code equals}
 */
public final class FairShares<H> {
  private final Map<H, Long> held = new HashMap<>();
  private final Set<Waiting<H>> waiting = new LinkedHashSet<>();
  private long free;

  /** One that waits; two that ask for the same are two. */
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
