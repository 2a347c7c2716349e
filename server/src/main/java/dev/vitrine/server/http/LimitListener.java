package dev.vitrine.server.http;

/**
 * Learns of each request, connection or pair of a batch that a limit refused. Called on any thread.
 */
@FunctionalInterface
public interface LimitListener {
  /** Learns nothing. */
  LimitListener NONE = limit -> {};

  /**
   * A limit refused something.
   *
   * @param limit the limit's name, one of a few
   */
  void limited(String limit);
}
