package dev.vitrine.server.http;

import dev.vitrine.tracing.Span;
import java.util.List;

/**
 * Receives each exchange at its beginning and its end: the place for access logs, metrics, traces
 * and the audit of refusals.
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
      default -> new All(observers);
    };
  }

  /**
   * Called once for each exchange, when the head of its request has arrived; as {@link #ended} on
   * the event loop.
   *
   * @return the span that the request's work belongs to
   */
  default Span begins(Request request) {
    return Span.NONE;
  }

  /**
   * Called exactly once for each exchange, after the last byte of its answer, or when the answer
   * was cut short. Runs on the connection's event loop, so it must not block. An exception is
   * logged and changes nothing.
   */
  void ended(Exchange exchange);

  /** Several, of which at most one traces. */
  record All(List<Observer> observers) implements Observer {
    @Override
    public Span begins(Request request) {
      Span begun = Span.NONE;
      for (Observer observer : observers) {
        Span span = observer.begins(request);
        begun = span.traceId() == null ? begun : span;
      }
      return begun;
    }

    @Override
    public void ended(Exchange exchange) {
      observers.forEach(observer -> observer.ended(exchange));
    }
  }
}
