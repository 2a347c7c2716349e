package dev.vitrine.history;

import dev.vitrine.history.Event.Kind;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Visibility;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The history of images and their memberships, and what can be read from it. Stores of other
 * packages write the events, with the changes themselves.
 *
 * <p>Numbers of events are assigned before the commit, so an event with a lower number may become
 * visible later than one with a higher number. The numbers of the events of one member follow the
 * order of the changes; so do those of the image itself.
 */
public interface EventStore {
  /**
   * Which events to list, the newest first.
   *
   * @param since only events at this instant or later; null: from the first
   * @param until only events at this instant or earlier; null: to the last
   * @param member of this member only; null: all
   * @param actor only events that this user made, and made for the side that the asking project is
   *     on, owner or member; null: all
   * @param kinds only these; empty: all
   * @param after where the previous page ended; null for the first page
   */
  record Query(
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable MemberId member,
      @Nullable UserId actor,
      Set<Kind> kinds,
      @Nullable Place after,
      int limit) {
    /** All events, newest first. */
    public static Query all(int limit) {
      return new Query(null, null, null, null, Set.of(), null, limit);
    }
  }

  /** The place of an event in a list. */
  record Place(Instant at, long number) {}

  /**
   * The history of an image, by {@link Event#number}. One round trip.
   *
   * @param side only the events that concern this project, as the image's owner at that time, as
   *     the member, or as a member whose access the image itself lost or got back; null: all
   */
  List<Event> ofImage(ImageId image, @Nullable ProjectId side, Query query);

  /** The same of all images of a project, by time. One round trip. */
  List<Event> ofProject(ProjectId project, Query query);

  /**
   * The owner of a deleted image when it was deleted; null if it had none, or is not deleted. One
   * round trip.
   */
  @Nullable ProjectId ownerOfDeleted(ImageId image);

  /**
   * The instant from which on the history is complete, if there are images that are older than the
   * history, or older events were removed. Null: it is complete. One round trip.
   */
  @Nullable Instant beginning();

  /**
   * The state of an image at an instant.
   *
   * @param owner null: it had none
   * @param since when the image last changed in any way
   */
  record ImageState(
      ImageId image,
      @Nullable ProjectId owner,
      Visibility visibility,
      ImageStatus status,
      Instant since) {}

  /**
   * The image at an instant.
   *
   * @param asOf null: now, from the image itself
   * @return null if it did not exist
   */
  @Nullable ImageState image(ImageId image, @Nullable Instant asOf);

  /**
   * When the owner at an instant became the owner; of an image whose older events are removed, or
   * that is older than the history, when its first event happened. One round trip.
   *
   * @param asOf null: now
   * @return null if it has no event
   */
  @Nullable Instant ownerSince(ImageId image, @Nullable Instant asOf);

  /**
   * A membership of an image.
   *
   * @param since when the member got this status
   * @param lastUsed when the member's project last read the bytes, to the hour. Only the last time
   *     is kept: null if it never read them, or if the last time was after the instant asked about
   * @param otherAccount as in {@link Event}
   */
  record MemberState(
      MemberId member,
      MemberStatus status,
      Instant since,
      @Nullable Instant lastUsed,
      @Nullable Boolean otherAccount) {}

  /**
   * The members of an image at an instant, by id. One round trip.
   *
   * @param asOf null: now, from the memberships themselves
   * @param only this one; null: all
   * @param after the last member of the previous page; null for the first page
   */
  List<MemberState> members(
      ImageId image,
      @Nullable Instant asOf,
      @Nullable MemberId only,
      @Nullable MemberId after,
      int limit);

  /**
   * An image and its relation to a project.
   *
   * @param membership of the project; null: it is not a member
   * @param since when the project became the owner, or the membership got its status, or else the
   *     image was last changed
   * @param lastUsed as in {@link MemberState}
   */
  record Concerning(
      ImageState image,
      @Nullable MemberStatus membership,
      Instant since,
      @Nullable Instant lastUsed) {}

  /**
   * All images that a project could see at an instant, by id, and some that it could not. The list
   * holds the images that the project owned or was a member of, and the public and community
   * images. For now, these are the images of which that is true now; for an instant, those of which
   * it was true at any time. One round trip.
   *
   * @param asOf null: now, from the images themselves
   * @param after the last image of the previous page; null for the first page
   */
  List<Concerning> concerning(
      ProjectId project, @Nullable Instant asOf, @Nullable ImageId after, int limit);

  /** When the project last read the bytes of the image; null: never. */
  @Nullable Instant lastUse(ImageId image, ProjectId project);
}
