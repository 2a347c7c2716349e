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
 * @param lastName which the image had when it was deleted; null: none, or it is not deleted
 * @param memberSince when the membership began; null: the event is not of a member, or the
 *     membership has ended since
 */
public record Notification(
    Event event,
    @Nullable Visibility visibility,
    @Nullable ImageStatus status,
    @Nullable Image image,
    @Nullable String lastName,
    @Nullable Instant memberSince) {}
