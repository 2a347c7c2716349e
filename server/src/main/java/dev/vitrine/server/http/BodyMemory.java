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
   * Bytes; smaller bodies do not count, so that big bodies never block a small one. The largest
   * batch that the limits allow fits.
   */
  static final int SMALL = 16 * 1024;

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
  Body of(Caller caller) {
    return new Body(callers, new Holder.Known(caller.user()));
  }

  /**
   * A body from an unproven caller.
   *
   * @param origin its address, as limits count it
   * @param claim the name that it claims; empty if none
   */
  Body ofStranger(String origin, String claim) {
    return new Body(strangers, new Holder.Stranger(origin, claim));
  }

  /** One body. Used only on its connection's event loop. */
  static final class Body {
    private final FairShares<Holder> shares;
    private final Holder holder;
    private long held;

    private Body(FairShares<Holder> shares, Holder holder) {
      this.shares = shares;
      this.holder = holder;
    }

    /** Reserves memory for this many bytes in total; false if there is not enough. */
    boolean growTo(long bytes) {
      if (bytes <= SMALL || bytes <= held) {
        return true;
      }
      if (!shares.take(holder, bytes - held)) {
        return false;
      }
      held = bytes;
      return true;
    }

    /** Releases the body's memory. */
    void giveBack() {
      if (held > 0) {
        shares.giveBack(holder, held);
        held = 0;
      }
    }
  }
}
