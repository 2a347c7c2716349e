package dev.vitrine.bus;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is not published yet: the history behind a position. Of any number of nodes one publishes at
 * a time.
 */
public interface BusStore {
  /** How long a node that has a claim may publish; it then counts as dead. */
  Duration LEASE = Duration.ofSeconds(20);

  /** Publishing begins with what happens from now on, unless it had begun before. */
  void begin();

  /**
   * Committed events that follow each other, in the order of time.
   *
   * @param turn how often the position had been claimed when they were read
   */
  record Batch(long turn, List<Notification> notifications) {}

  /**
   * The events after the position, up to one that only a newer version knows: a node of it goes on.
   * Null: there are none, or another node is publishing.
   */
  @Nullable Batch next(int limit);

  /**
   * Claims the position for {@link #LEASE}.
   *
   * @return false if another node did so after the batch was read
   */
  boolean claim(Batch batch);

  /** Moves the position past a batch that was claimed, unless the claim is lost; ends the claim. */
  void published(Batch batch);

  /** Ends the claim without moving the position. */
  void release(Batch batch);

  /** The age in seconds of the oldest event after the position; 0: there is none. */
  double behind();
}
