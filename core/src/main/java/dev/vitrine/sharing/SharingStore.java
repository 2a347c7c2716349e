package dev.vitrine.sharing;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.Standing;
import dev.vitrine.sharing.Sharing.Rules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where memberships are kept. */
public interface SharingStore {
  /**
   * An image with the caller's standing, from one statement.
   *
   * @param standing null if the caller's user or scope is not there
   * @param image null if the image does not exist
   */
  record Found(@Nullable Standing standing, @Nullable SharedImage image) {}

  /**
   * What sharing needs of an image.
   *
   * @param owner null: it has none
   * @param membership of the caller's project, null if it is not a member
   */
  record SharedImage(
      ImageId id,
      @Nullable ProjectId owner,
      Visibility visibility,
      @Nullable MemberStatus membership,
      Traits traits) {

    /** How it looks to a project. */
    public View asSeenBy(@Nullable ProjectId project, boolean cloudAdmin) {
      return new View(id, owner, visibility, project, cloudAdmin, membership, traits);
    }
  }

  /** The image. One round trip. */
  Found find(Caller caller, ImageId image);

  /** The image and one of its members, null if there is none. One round trip. */
  FoundMember find(Caller caller, ImageId image, MemberId member);

  /** An image and the member that was asked for. */
  record FoundMember(Found found, @Nullable Member member) {}

  /**
   * The image and a page of its members, by (created_at, member_id). One round trip.
   *
   * @param after where the previous page ended; null for the first page
   */
  FoundMembers findPage(Caller caller, ImageId image, Sharing.@Nullable Place after, int limit);

  /** An image and some of its members. */
  record FoundMembers(Found found, List<Member> members) {}

  /**
   * The premise of a change. The statement that makes the change checks it, and changes nothing
   * unless all of it holds.
   *
   * @param standing the caller's token is valid, and its rights did not change
   * @param owner of the image; null: any
   * @param visibility of the image
   * @param traits of the image; the active flag is not compared. Nor is whether a whole-machine
   *     image has a backup, because that never changes
   */
  record Premise(
      Standing standing, @Nullable ProjectId owner, Visibility visibility, Traits traits) {}

  /**
   * The result of an attempted change.
   *
   * @param held whether the premise held; otherwise nothing was changed
   * @param outcome null if the premise did not hold, or if there is no such member
   */
  record Attempt<T>(boolean held, @Nullable T outcome) {}

  /**
   * Adds a member, pending, in one transaction, during which no other transaction can add a member
   * to this image or change who may see it. One round trip.
   *
   * @param cause the request that does it
   */
  Attempt<Added> add(
      Caller caller, ImageId image, MemberId member, Premise premise, Rules rules, Cause cause);

  /**
   * Shares a private image with this member alone: sets it to shared and removes earlier
   * memberships, in the transaction of {@link #add} (ruling 11). Changes nothing unless the member
   * is added. Several round trips.
   *
   * @param cause the request that does it
   */
  Attempt<Added> share(
      Caller caller, ImageId image, MemberId member, Premise premise, Rules rules, Cause cause);

  /** The result of an addition. */
  sealed interface Added {
    record New(Member member) implements Added {}

    record AlreadyThere() implements Added {}

    record LimitReached(long members, long maximum) implements Added {}

    record UnknownProject() implements Added {}
  }

  /**
   * Sets a member's status. If status and vault stay the same, so does the time of its last change.
   * One round trip.
   *
   * @param vault the backup vault to which the member restores a whole-machine image; null:
   *     unchanged
   * @param cause the request that does it
   */
  Attempt<Member> setStatus(
      Caller caller,
      ImageId image,
      MemberId member,
      MemberStatus status,
      @Nullable String vault,
      Premise premise,
      Cause cause);

  /**
   * Removes a member and returns it. One round trip.
   *
   * @param cause the request that does it
   */
  Attempt<MemberId> remove(
      Caller caller, ImageId image, MemberId member, Premise premise, Cause cause);
}
