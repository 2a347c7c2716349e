package dev.vitrine.server.http;

import java.util.List;

/**
 * Receives each exchange at its end: the place for access logs, metrics, traces and the audit of
 * refusals.
 */
@FunctionalInterface
public interface Observer {
  /** Reports nothing. */
  Observer NONE = exchange -> {};

  /** Reports to all of them. */
  static Observer of(List<Observer> observers) {
    return switch (observers.size()) {
      case 0 -> NONE;
      case 1 -> observers.getFirst();
      default -> exchange -> observers.forEach(observer -> observer.ended(exchange));
    };
  }

  /**
   * Called exactly once for each exchange, after the last byte of its answer, or when the answer
   * was cut short. Runs on the connection's event loop, so it must not block. An exception is
   * logged and changes nothing.
   */
  void ended(Exchange exchange);
}
