package dev.vitrine.server.http;

import dev.vitrine.refusal.Limit;

/**
 * Learns of each request, connection or pair of a batch that a limit refused. Called on any thread.
 */
@FunctionalInterface
public interface LimitListener {
  /** Learns nothing. */
  LimitListener NONE = limit -> {};

  /** A limit refused something. */
  void limited(Limit limit);
}
