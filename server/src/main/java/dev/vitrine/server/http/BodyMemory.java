package dev.vitrine.server.http;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.UserId;
import dev.vitrine.work.FairShares;

/**
 * Bounds the heap that collected bodies hold while they arrive and are handled, over all
 * connections. Bytes count when they arrive, not when they are announced. Authenticated callers
 * share three quarters of it, by user. Unproven callers share the rest, by address and claimed
 * name, because a proxy gives many the same address.
 */
final class BodyMemory {
  /**
   * Bytes; bodies do not count while all on their connection together are smaller, so that big
   * bodies never block a small one. The largest batch that the limits allow fits.
   */
  static final int SMALL = 16 * 1024;

  /** The small bodies of one connection, which do not count. Used only on its event loop. */
  static final class Allowance {
    private long used;

    private boolean grow(long before, long after) {
      if (used - before + after > SMALL) {
        return false;
      }
      used += after - before;
      return true;
    }
  }

  private final FairShares<Holder> callers;
  private final FairShares<Holder> strangers;

  private sealed interface Holder {
    record Known(UserId user) implements Holder {}

    record Stranger(String origin, String claim) implements Holder {}
  }

  /**
   * @param limit bytes
   */
  BodyMemory(long limit) {
    this.strangers = new FairShares<>(limit / 4);
    this.callers = new FairShares<>(limit - limit / 4);
  }

  /** A body from an authenticated caller. */
  Body of(Caller caller, Allowance allowance) {
    return new Body(callers, new Holder.Known(caller.user()), allowance);
  }

  /**
   * A body from an unproven caller.
   *
   * @param origin its address, as limits count it
   * @param claim the name that it claims; empty if none
   */
  Body ofStranger(String origin, String claim, Allowance allowance) {
    return new Body(strangers, new Holder.Stranger(origin, claim), allowance);
  }

  /** One body. Used only on its connection's event loop. */
  static final class Body {
    private final FairShares<Holder> shares;
    private final Holder holder;
    private final Allowance allowance;
    private long uncounted;
    private long held;

    private Body(FairShares<Holder> shares, Holder holder, Allowance allowance) {
      this.shares = shares;
      this.holder = holder;
      this.allowance = allowance;
    }

    /** Reserves memory for this many bytes in total; false if there is not enough. */
    boolean growTo(long bytes) {
      if (bytes <= held) {
        return true;
      }
      if (held == 0 && allowance.grow(uncounted, bytes)) {
        uncounted = bytes;
        return true;
      }
      if (!shares.take(holder, bytes - held)) {
        return false;
      }
      forgetUncounted();
      held = bytes;
      return true;
    }

    /** Releases the body's memory. */
    void giveBack() {
      forgetUncounted();
      if (held > 0) {
        shares.giveBack(holder, held);
        held = 0;
      }
    }

    private void forgetUncounted() {
      allowance.grow(uncounted, 0);
      uncounted = 0;
    }
  }
}
