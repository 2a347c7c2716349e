package dev.vitrine.sharing;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.Standing;
import dev.vitrine.image.ImageId;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where memberships are kept. */
public interface SharingStore {
  /**
   * An image with the caller's standing, from one statement.
   *
   * @param standing null if the caller's token does not stand
   * @param image null if there is none
   */
  record Found(@Nullable Standing standing, @Nullable SharedImage image) {}

  /**
   * What sharing needs of an image.
   *
   * @param owner null if nobody owns it
   * @param membership of the caller's project, null if it is no member
   */
  record SharedImage(
      ImageId id,
      @Nullable ProjectId owner,
      Visibility visibility,
      @Nullable MemberStatus membership) {

    View asSeenBy(Caller caller, boolean cloudAdmin) {
      return new View(id, owner, visibility, caller.project(), cloudAdmin, membership);
    }
  }

  /** The image. One round trip. */
  Found find(Caller caller, ImageId image);

  /** The image and one of its members, null if there is none. One round trip. */
  FoundMember find(Caller caller, ImageId image, MemberId member);

  /** An image and the member that was asked for. */
  record FoundMember(Found found, @Nullable Member member) {}

  /** The image and all its members, by (created_at, member_id). One round trip. */
  FoundMembers findAll(Caller caller, ImageId image);

  /** An image and all its members. */
  record FoundMembers(Found found, List<Member> members) {}

  /**
   * Finds the image and adds to it in one transaction, in which nobody else can add to this image
   * or change who may see it.
   *
   * @param target looked up among the projects as well
   */
  Member adding(Caller caller, ImageId image, MemberId target, Function<Addition, Member> work);

  /** An addition under way: the image is locked. */
  interface Addition {
    Found found();

    /** Whether the target is a project that exists. */
    boolean targetIsKnown();

    /**
     * Adds the target, pending, unless it is there or {@code maximum} (negative: none) is reached.
     *
     * @param cause the request or job that does it
     */
    Added add(long maximum, String cause);
  }

  /** What became of an addition. */
  sealed interface Added {
    record New(Member member) implements Added {}

    record AlreadyThere() implements Added {}

    record LimitReached(long members) implements Added {}
  }

  /**
   * Sets a member's status; null if there is no such member. Its time moves even if the status does
   * not.
   */
  @Nullable Member setStatus(
      Caller caller, ImageId image, MemberId member, MemberStatus status, String cause);

  /** Removes a member; false if there was none. */
  boolean remove(Caller caller, ImageId image, MemberId member, String cause);
}
