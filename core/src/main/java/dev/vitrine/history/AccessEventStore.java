package dev.vitrine.history;

import dev.vitrine.history.EventStore.Place;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.UserId;
import dev.vitrine.sharing.MemberId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The recorded changes of rights. Stores of other packages write them, with the changes themselves.
 */
public interface AccessEventStore {
  /**
   * Which events to list, the newest first.
   *
   * @param since not before; null: from the first
   * @param until not after; null: to the last
   * @param project of this project only ({@link AccessEvent#project}), given as the member id that
   *     images know it by; null: all
   * @param actor made by this user only; null: all
   * @param after where the page before ended; null for the first page
   */
  record Query(
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable MemberId project,
      @Nullable UserId actor,
      @Nullable Place after,
      int limit) {}

  /**
   * Events of a domain, and those that belong to all domains and happened since this one exists.
   * One round trip.
   */
  List<AccessEvent> ofDomain(DomainId domain, Set<AccessEvent.Kind> kinds, Query query);
}
