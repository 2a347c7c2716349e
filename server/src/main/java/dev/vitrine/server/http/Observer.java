package dev.vitrine.server.http;

/**
 * Hears of each exchange when it is over. What reports about requests belongs here: access logs,
 * metrics, traces, the audit of refusals.
 */
@FunctionalInterface
public interface Observer {
  /** Reports nothing. */
  Observer NONE = exchange -> {};

  /**
   * Called exactly once for each exchange, when the last byte of its answer has gone out or no more
   * of it will. Runs on the connection's event loop, so it must not block. What it throws is logged
   * and changes nothing.
   */
  void ended(Exchange exchange);
}
