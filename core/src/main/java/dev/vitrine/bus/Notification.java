package dev.vitrine.bus;

import dev.vitrine.history.Event;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.sharing.Visibility;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event, and what the bus is told beside it.
 *
 * @param visibility of the image after the event; null: the event is of a member, or the image was
 *     deleted
 * @param status as {@code visibility}
 * @param image as it is now, which may be later than the event; null: it is deleted
 * @param deleted what is still known of the image; null: it is not deleted
 * @param memberSince when the membership began; null: the event is not of a member, or the
 *     membership has ended since
 */
public record Notification(
    Event event,
    @Nullable Visibility visibility,
    @Nullable ImageStatus status,
    @Nullable Image image,
    @Nullable Deleted deleted,
    @Nullable Instant memberSince) {
  /**
   * Of an image when it was deleted.
   *
   * @param name null: it had none
   * @param size bytes; null: it had none, or a version before deleted it
   * @param createdAt null: a version before deleted it
   */
  public record Deleted(@Nullable String name, @Nullable Long size, @Nullable Instant createdAt) {}
}
