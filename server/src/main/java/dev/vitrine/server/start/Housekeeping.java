package dev.vitrine.server.start;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** What is to be done every hour as long as the program runs. */
final class Housekeeping implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Housekeeping.class.getName());
  private static final Duration EVERY = Duration.ofHours(1);

  private final Thread thread;

  Housekeeping(Runnable chores) {
    thread = Thread.ofVirtual().name("housekeeping").start(() -> repeat(chores));
  }

  private static void repeat(Runnable chores) {
    while (true) {
      try {
        Thread.sleep(EVERY);
      } catch (InterruptedException closed) {
        return;
      }
      try {
        chores.run();
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "This hour's housekeeping failed", e);
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
