package dev.vitrine.server;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.NullMarked;

/** What a logger, and those below it, log from now until it is closed. */
@NullMarked
public final class LogRecords implements AutoCloseable {
  /** A field, because the logging forgets loggers that nobody refers to, and their handlers. */
  private final Logger logger;

  private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord event) {
          records.add(event);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  /**
   * @param name of the logger; empty: all
   */
  public LogRecords(String name) {
    logger = Logger.getLogger(name);
    handler.setLevel(Level.ALL);
    logger.addHandler(handler);
  }

  /** In the order in which they came. */
  public List<LogRecord> all() {
    return List.copyOf(records);
  }

  /** Forgets what was logged so far. */
  public void clear() {
    records.clear();
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
  }
}
