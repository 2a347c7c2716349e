package dev.vitrine.history;

import dev.vitrine.history.EventStore.Place;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refused requests, counted ({@link RefusedRequests}). */
public interface RefusalStore {
  /**
   * Adds what was counted until now.
   *
   * @param during for how long it was counted
   */
  void add(List<RefusedRequests> counted, Duration during);

  /** What was counted from {@code since} to {@code until}, by the clock of the database. */
  record Entry(long number, Instant since, Instant until, RefusedRequests requests) {}

  /**
   * Which to list, the newest first.
   *
   * @param since not before; null: from the first
   * @param until not after; null: to the last
   * @param project of callers in this project only; null: all
   * @param user of this user only; null: all
   * @param after where the page before ended; null for the first page
   */
  record Query(
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable ProjectId project,
      @Nullable UserId user,
      @Nullable Place after,
      int limit) {}

  /** One round trip. */
  List<Entry> list(Query query);
}
