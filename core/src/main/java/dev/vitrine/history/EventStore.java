package dev.vitrine.history;

import dev.vitrine.identity.ImageId;
import java.util.List;

/** Where events are kept. Stores of other packages write them, with the changes themselves. */
public interface EventStore {
  /** Before the first event of an image. */
  long BEGINNING = 0;

  /**
   * A page of the history of an image, by {@link Event#number}: what is committed when the page is
   * read. One round trip.
   *
   * <p>Numbers are given out before the commit. Those of one member are in the order of its
   * changes; those of two members may be committed in the other order. So a page can be read again
   * and again to list what happened, but not to be told what is new: an event with a lower number
   * may come later.
   *
   * @param after the number of the last event of the page before, or {@link #BEGINNING}
   */
  List<Event> ofImage(ImageId image, long after, int limit);
}
