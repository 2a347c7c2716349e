package dev.vitrine.server.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that bodies may hold while they arrive and are handled, over all connections: how many
 * of these there are is up to the clients.
 */
final class BodyMemory {
  /** Bytes; what is smaller is not counted, so that big bodies never keep a login out. */
  private static final long SMALL = 8 * 1024;

  private final AtomicLong free;

  /**
   * @param limit bytes
   */
  BodyMemory(long limit) {
    this.free = new AtomicLong(limit);
  }

  /** Whether there is room for a body of this size; if so, it is taken. */
  boolean take(long bytes) {
    long counted = counted(bytes);
    if (free.addAndGet(-counted) >= 0) {
      return true;
    }
    free.addAndGet(counted);
    return false;
  }

  /** Gives back what was taken for a body of this size. */
  void giveBack(long bytes) {
    free.addAndGet(counted(bytes));
  }

  private static long counted(long bytes) {
    return bytes <= SMALL ? 0 : bytes;
  }
}
