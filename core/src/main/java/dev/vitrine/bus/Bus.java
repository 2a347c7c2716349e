package dev.vitrine.bus;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.vitrine.bus.Broker.BrokerFailure;
import dev.vitrine.bus.BusStore.Batch;
import dev.vitrine.work.Worker;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * Publishes the history on the message bus, in the order of time, at least once (ADR 50). Requests
 * do not take part. While the broker is away, events wait where they are.
 */
public final class Bus implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Bus.class.getName());

  private static final Duration POLL = Duration.ofSeconds(1);

  /** Polls that pass after a failure of the broker. */
  private static final int IDLE_POLLS = 4;

  private static final int EVENTS_AT_ONCE = 100;

  private final BusStore store;
  private final Broker broker;
  private final LongAdder published = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Worker worker;

  /** Fewer after a failure: a broker that takes only some of a batch gets on. */
  private int atOnce = EVENTS_AT_ONCE;

  private int idlePolls;
  private boolean isOut;

  /** Events from now on are published; those before, only if publishing had begun earlier. */
  public Bus(BusStore store, Broker broker) {
    this.store = store;
    this.broker = broker;
    store.begin();
    this.worker =
        new Worker(
            "bus",
            POLL,
            "Events could not be published on the message bus; it will be tried again in a second",
            this::next);
  }

  private boolean next() {
    if (idlePolls > 0) {
      idlePolls--;
      return false;
    }
    Batch batch = store.next(atOnce);
    if (batch == null) {
      return false;
    }
    try {
      broker.connect();
      if (!store.claim(batch)) {
        return false;
      }
      publish(batch);
    } catch (BrokerFailure e) {
      failed.increment();
      atOnce = Math.max(1, atOnce / 2);
      idlePolls = IDLE_POLLS;
      if (!isOut) {
        isOut = true;
        LOG.log(
            WARNING,
            "The message bus takes no events: {0}. They wait in the history; it is tried every 5 seconds",
            e.getMessage());
      }
      return false;
    }
    if (isOut) {
      isOut = false;
      LOG.log(INFO, "The message bus takes events again");
    }
    int size = batch.notifications().size();
    published.add(size);
    boolean isMore = size == atOnce;
    atOnce = Math.min(EVENTS_AT_ONCE, 2 * atOnce);
    return isMore;
  }

  private void publish(Batch batch) throws BrokerFailure {
    boolean isPublished = false;
    try {
      broker.publish(batch.notifications());
      isPublished = true;
    } finally {
      if (!isPublished) {
        store.release(batch);
      }
    }
    store.published(batch);
  }

  /** Events that this node has published since its start. */
  public long published() {
    return published.sum();
  }

  /** Attempts of this node that failed. */
  public long failed() {
    return failed.sum();
  }

  /** The age in seconds of the oldest event that is not published, on all nodes; 0: none waits. */
  public double behind() {
    return store.behind();
  }

  /** Waits for a batch that is being published. */
  @Override
  public void close() {
    worker.close();
    broker.close();
  }
}
