package dev.vitrine.history;

import dev.vitrine.identity.ImageId;
import java.util.List;

/** Where events are kept. Stores of other packages write them, with the changes themselves. */
public interface EventStore {
  /** Before the first event of an image. */
  long BEGINNING = 0;

  /**
   * A page of the history of an image, by {@link Event#number}: the events committed when the page
   * is read. One round trip.
   *
   * <p>Paging from {@link #BEGINNING} lists every event that was committed before it began. But a
   * client that later asks only for numbers above the last one can miss an event: numbers are
   * assigned before the commit, so an event with a lower number may commit later. The numbers of
   * one member follow the order of its changes.
   *
   * @param after the number of the last event of the page before, or {@link #BEGINNING}
   */
  List<Event> ofImage(ImageId image, long after, int limit);
}
