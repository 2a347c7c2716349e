package dev.vitrine.server.bus;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The message bus, as the operator names it.
 *
 * @param ca PEM, the authorities that sign the brokers' certificates; null: those that the Java
 *     runtime trusts
 * @param exchange oslo.messaging's {@code control_exchange}
 * @param topic of the notifications
 * @param queues how exchange and queue are made if they are missing
 */
public record BusSettings(
    BusAddress address,
    @Nullable Path ca,
    String user,
    String password,
    String exchange,
    String topic,
    Queues queues) {

  /** How oslo.messaging makes exchanges and queues. A listener fails where they differ. */
  public enum Queues {
    /** Lost when the broker restarts; the default of oslo.messaging. */
    TRANSIENT,
    /** Kept on the broker's disk: {@code amqp_durable_queues}. */
    DURABLE,
    /** Replicated in the broker's cluster: {@code rabbit_quorum_queue}. */
    QUORUM
  }

  /** Without the password. */
  @Override
  public String toString() {
    return user + " at " + address.hosts();
  }
}
