package dev.vitrine.history;

import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.job.JobId;
import dev.vitrine.sharing.MemberId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One change of an image or of one of its memberships, recorded in the transaction that made it. It
 * outlives the membership, the image and the job.
 *
 * @param number of the event, its place in the history of the image ({@link EventStore})
 * @param owner of the image after the event; null: it had none
 * @param kind what changed
 * @param member whose membership changed; null: the image itself changed
 * @param from what was before: a status of a member, a visibility, a project or a status of an
 *     image, as the kind says; null: there was nothing
 * @param to what was after; null: there was nothing
 * @param actor who made the change, or submitted the job that did; null for {@link Kind#RECORDED}
 * @param cause the request that made the change, or submitted the job that did; null for {@link
 *     Kind#RECORDED}
 * @param job that made the change; null: the request itself did
 * @param otherAccount whether the member is a project of another account than the owner; null if no
 *     member is concerned, the member is no project, or one of the two was deleted so long ago that
 *     it is not known
 * @param at by the clock of the database, in microseconds
 */
public record Event(
    ImageId image,
    long number,
    @Nullable ProjectId owner,
    Kind kind,
    @Nullable MemberId member,
    @Nullable String from,
    @Nullable String to,
    @Nullable UserId actor,
    @Nullable Cause cause,
    @Nullable JobId job,
    @Nullable Boolean otherAccount,
    Instant at) {

  /**
   * The event as a side of the image is told of it. Only the side that acted is told who acted, and
   * which id the client chose for the request (ADR 46).
   *
   * @param owner whether it is told to the owner's side
   * @param member whether it is told to the member's side
   */
  public Event asToldTo(boolean owner, boolean member) {
    return (kind.isByMember() ? member : owner) ? this : withoutActor();
  }

  /** The same event without the actor, and without the id that the client gave the request. */
  private Event withoutActor() {
    return new Event(
        image,
        number,
        owner,
        kind,
        member,
        from,
        to,
        null,
        cause == null ? null : new Cause(cause.request(), null),
        job,
        otherAccount,
        at);
  }

  /** What an event is about; responses name it by its {@link #word()}. */
  public enum Kind {
    /** The owner offers the image to a project. */
    OFFERED("offer.created"),
    /** The owner offers it again, in a batch, after the project had rejected it. */
    RENEWED("offer.renewed"),
    ACCEPTED("offer.accepted"),
    REJECTED("offer.rejected"),
    /** The project takes its answer back. */
    REOPENED("offer.reopened"),
    /** The owner takes the offer back, or the offer ends with the image. */
    WITHDRAWN("offer.withdrawn"),
    CREATED("image.created"),
    /** How the image was when its history began: it is older than the history. */
    RECORDED("image.recorded"),
    /** Its bytes wait for an import. */
    STAGED("image.staged"),
    ACTIVATED("image.activated"),
    DEACTIVATED("image.deactivated"),
    REACTIVATED("image.reactivated"),
    VISIBILITY_CHANGED("image.visibility_changed"),
    OWNER_CHANGED("image.owner_changed"),
    /**
     * Something else was changed, and nothing that another kind tells: a name, properties, tags.
     */
    UPDATED("image.updated"),
    DELETED("image.deleted");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As written on the wire. */
    public String word() {
      return word;
    }

    /** The kind of this word; null if there is none. */
    public static @Nullable Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      return null;
    }

    /** Whether the member's side makes such a change; the owner's side makes all others. */
    public boolean isByMember() {
      return this == ACCEPTED || this == REJECTED || this == REOPENED;
    }
  }
}
