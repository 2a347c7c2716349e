package dev.vitrine.bus;

import java.time.Duration;
import java.util.List;

/** The broker of the message bus. Not for several threads at a time. */
public interface Broker extends AutoCloseable {
  /** How long {@link #publish} may take; shorter than {@link BusStore#LEASE}. */
  Duration LONGEST = BusStore.LEASE.dividedBy(2);

  /** Connects, unless it is connected. */
  void connect() throws BrokerFailure;

  /**
   * Publishes in this order; returns when the broker has confirmed everything. After a failure some
   * of it may be published, and it is no longer connected.
   */
  void publish(List<Notification> notifications) throws BrokerFailure;

  /** The broker cannot be reached, or does not take a message. The message says why. */
  final class BrokerFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public BrokerFailure(String message, Throwable cause) {
      super(message, cause);
    }

    public BrokerFailure(String message) {
      super(message);
    }
  }

  @Override
  void close();
}
