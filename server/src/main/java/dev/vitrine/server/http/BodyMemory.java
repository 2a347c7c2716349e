package dev.vitrine.server.http;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.UserId;
import dev.vitrine.work.FairShares;

/**
 * The heap that collected bodies may hold while they arrive and are handled, over all connections.
 * Bytes count when they are here: an announcement costs nobody anything. Callers have shares of
 * most of it, by user; strangers, whom nothing has proven yet, have shares of the rest, by address,
 * and by the name they claim, for a proxy gives many the same address.
 */
final class BodyMemory {
  /**
   * Bytes; what is smaller is not counted, so that big bodies never keep a small one out. A batch
   * as large as the limits allow fits in.
   */
  static final int SMALL = 16 * 1024;

  private final FairShares<Holder> callers;
  private final FairShares<Holder> strangers;

  private sealed interface Holder {
    record Known(UserId user) implements Holder {}

    record Stranger(String address, String claim) implements Holder {}
  }

  /**
   * @param limit bytes
   */
  BodyMemory(long limit) {
    this.strangers = new FairShares<>(limit / 4);
    this.callers = new FairShares<>(limit - limit / 4);
  }

  /** A body from a proven caller. */
  Body of(Caller caller) {
    return new Body(callers, new Holder.Known(caller.user()));
  }

  /**
   * A body from whoever is at an address.
   *
   * @param claim what it calls itself, empty if nothing
   */
  Body ofStranger(String address, String claim) {
    return new Body(strangers, new Holder.Stranger(address, claim));
  }

  /** One body. Used by its connection's event loop alone. */
  static final class Body {
    private final FairShares<Holder> shares;
    private final Holder holder;
    private long held;

    private Body(FairShares<Holder> shares, Holder holder) {
      this.shares = shares;
      this.holder = holder;
    }

    /** Whether there is room for so many bytes in all; if so, they are taken. */
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

    /** The body is gone. */
    void giveBack() {
      if (held > 0) {
        shares.giveBack(holder, held);
        held = 0;
      }
    }
  }
}
