package dev.vitrine.history;

import dev.vitrine.access.Access;
import dev.vitrine.history.EventStore.Concerning;
import dev.vitrine.history.EventStore.ImageState;
import dev.vitrine.history.EventStore.MemberState;
import dev.vitrine.history.EventStore.Query;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.image.ImageStore;
import dev.vitrine.image.ImageStore.Found;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.Traits;
import dev.vitrine.sharing.View;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened to images, and who could use them at which time (ADR 46).
 *
 * <p>The owner of an image reads all of its history, also after the image is deleted. Every other
 * project reads what concerned it: its membership, what became of its access while it was a member,
 * and what happened while it was the owner. Who acted, and which request id its client chose, is
 * shown only to the side that acted.
 *
 * <p>All methods throw {@link dev.vitrine.refusal.Refused}.
 */
public final class History {
  /**
   * How many images are looked at in one further statement, if the project can see too few of the
   * first: many, because each statement sorts all that concern the project.
   */
  private static final int FURTHER = 1_000;

  private final EventStore events;
  private final ImageStore images;
  private final Access access;
  private final Sharing.Rules rules;
  private final InstantSource clock;

  public History(
      EventStore events,
      ImageStore images,
      Access access,
      Sharing.Rules rules,
      InstantSource clock) {
    this.events = events;
    this.images = images;
    this.access = access;
    this.rules = rules;
    this.clock = clock;
  }

  /** The history of an image, as far as it concerns the caller's project, the newest first. */
  public List<Event> ofImage(Caller caller, String text, Query query) {
    Relation relation = relation(caller, text, Operation.SHOW_IMAGE_HISTORY);
    boolean all = relation.isOwnerOrAdmin() && (relation.cloudAdmin() || query.actor() == null);
    List<Event> found = events.ofImage(relation.image(), all ? null : project(caller), query);
    if (found.isEmpty() && !relation.isVisible() && !isConcerned(caller, relation)) {
      throw new Refusal.Absent("image", text).asException();
    }
    return found.stream().map(event -> asToldTo(caller, relation, event)).toList();
  }

  private boolean isConcerned(Caller caller, Relation relation) {
    ProjectId side = relation.isOwnerOrAdmin() ? null : project(caller);
    return !events.ofImage(relation.image(), side, Query.all(1)).isEmpty();
  }

  /** What concerns the caller's project, the newest first. */
  public List<Event> ofProject(Caller caller, Query query) {
    access.require(caller, Operation.LIST_HISTORY);
    return events.ofProject(project(caller), query).stream()
        .map(event -> asToldTo(caller, null, event))
        .toList();
  }

  private static Event asToldTo(Caller caller, @Nullable Relation relation, Event event) {
    ProjectId project = project(caller);
    if (relation != null && relation.cloudAdmin()) {
      return event;
    }
    return event.asToldTo(
        project.equals(event.owner()) || (relation != null && relation.isOwnerOrAdmin()),
        MemberId.of(project).equals(event.member()));
  }

  /**
   * What a project can do with an image.
   *
   * <p>The rules are those of {@link View}, for a project without a cloud administrator's rights.
   * The policies of its users decide which of them may do it.
   */
  public enum Way {
    SHOW,
    /** Reading the bytes: downloading, or booting a server. */
    USE,
    CHANGE
  }

  /**
   * Who can use an image.
   *
   * @param everyone what every project can do
   * @param recipients those that can do more, or were offered it: the owner first, on the first
   *     page, then the members by id
   */
  public record Review(ImageState image, Set<Way> everyone, List<Recipient> recipients) {}

  /**
   * A project that an image concerns.
   *
   * @param status null: the project is the owner
   * @param since when it got this status, or became the owner ({@link EventStore#ownerSince})
   * @param lastUsed when it last read the bytes, to the hour; null as in {@link MemberState}
   * @param otherAccount whether it belongs to another account than the owner; null if that is not
   *     known any more
   */
  public record Recipient(
      MemberId project,
      @Nullable MemberStatus status,
      Instant since,
      Set<Way> ways,
      @Nullable Instant lastUsed,
      @Nullable Boolean otherAccount) {}

  /**
   * Who can use an image, or could at an instant. The owner gets all recipients, a member only
   * itself. Whoever is not its owner must see the image, or have seen it at that instant.
   *
   * @param asOf not in the future, and not before the history begins; null: now
   * @param after the last member of the previous page; null for the first page
   * @param limit of members
   */
  public Review access(
      Caller caller, String text, @Nullable Instant asOf, @Nullable MemberId after, int limit) {
    Relation relation = relation(caller, text, Operation.SHOW_IMAGE_ACCESS);
    requireKnown(asOf);
    ImageState image = events.image(relation.image(), asOf);
    MemberId self = MemberId.of(project(caller));
    boolean isAll =
        relation.isOwnerOrAdmin() || (image != null && project(caller).equals(image.owner()));
    if (image == null) {
      throw new Refusal.Absent("image", text).asException();
    }
    List<MemberState> members =
        isAll
            ? events.members(image.image(), asOf, null, after, limit)
            : events.members(image.image(), asOf, self, null, 1);
    if (!isAll) {
      MemberStatus membership = members.isEmpty() ? null : members.getFirst().status();
      if (ways(image, project(caller), membership).isEmpty()) {
        throw new Refusal.Absent("image", text).asException();
      }
      members = after == null ? members : List.of();
    }
    List<Recipient> recipients = new ArrayList<>();
    if (after == null && isAll && image.owner() != null) {
      recipients.add(owner(image, asOf));
    }
    members.forEach(member -> recipients.add(recipient(image, member)));
    return new Review(image, ways(image, null, null), recipients);
  }

  private Recipient owner(ImageState image, @Nullable Instant asOf) {
    ProjectId owner = Objects.requireNonNull(image.owner());
    Instant used = events.lastUse(image.image(), owner);
    return new Recipient(
        MemberId.of(owner),
        null,
        Objects.requireNonNullElse(events.ownerSince(image.image(), asOf), image.since()),
        ways(image, owner, null),
        used != null && asOf != null && used.isAfter(asOf) ? null : used,
        false);
  }

  private Recipient recipient(ImageState image, MemberState member) {
    boolean isOwner = image.owner() != null && MemberId.of(image.owner()).equals(member.member());
    return new Recipient(
        member.member(),
        member.status(),
        member.since(),
        ways(image, isOwner ? image.owner() : null, member.status()),
        member.lastUsed(),
        member.otherAccount());
  }

  /**
   * An image that the caller's project can see.
   *
   * @param membership null: it is not a member
   * @param since as in {@link Concerning}
   * @param lastUsed as in {@link Recipient}
   */
  public record Usable(
      ImageState image,
      @Nullable MemberStatus membership,
      Instant since,
      Set<Way> ways,
      @Nullable Instant lastUsed) {}

  /**
   * The images that the caller's project can see, or could at an instant, by id.
   *
   * @param asOf as for {@link #access}
   * @param after the last image of the previous page; null for the first page
   */
  public List<Usable> usable(
      Caller caller, @Nullable Instant asOf, @Nullable ImageId after, int limit) {
    access.require(caller, Operation.LIST_ACCESS);
    requireKnown(asOf);
    ProjectId project = project(caller);
    List<Usable> usable = new ArrayList<>();
    ImageId last = after;
    int asked = limit;
    while (true) {
      List<Concerning> page = events.concerning(project, asOf, last, asked);
      for (Concerning one : page) {
        last = one.image().image();
        Set<Way> ways = ways(one.image(), project, one.membership());
        if (!ways.isEmpty() && usable.size() < limit) {
          usable.add(new Usable(one.image(), one.membership(), one.since(), ways, one.lastUsed()));
        }
      }
      if (usable.size() == limit || page.size() < asked) {
        return usable;
      }
      asked = Math.max(limit, FURTHER);
    }
  }

  /**
   * What the rules allow a project with this membership; {@code project} null: any project that
   * does not own the image.
   */
  private Set<Way> ways(
      ImageState image, @Nullable ProjectId project, @Nullable MemberStatus membership) {
    View view =
        new View(
            image.image(),
            image.owner(),
            image.visibility(),
            project,
            false,
            membership,
            Traits.USUAL);
    Set<Way> ways = EnumSet.noneOf(Way.class);
    if (!view.isVisible()) {
      return ways;
    }
    ways.add(Way.SHOW);
    if (image.status() == ImageStatus.ACTIVE
        && view.judge(Operation.DOWNLOAD_IMAGE, null, rules) == null) {
      ways.add(Way.USE);
    }
    if (view.judge(Operation.UPDATE_IMAGE, null, rules) == null) {
      ways.add(Way.CHANGE);
    }
    return ways;
  }

  private void requireKnown(@Nullable Instant asOf) {
    if (asOf == null) {
      return;
    }
    if (asOf.isAfter(clock.instant())) {
      throw new Refusal.Invalid("as_of is in the future.").asException();
    }
    Instant beginning = events.beginning();
    if (beginning != null && asOf.isBefore(beginning)) {
      throw new Refusal.Invalid(
              "as_of is before %s, since when this cloud has the history of images."
                  .formatted(beginning))
          .asException();
    }
  }

  /**
   * How the caller's project relates to an image that has perhaps been deleted.
   *
   * @param isOwnerOrAdmin it owns the image, or owned it when it was deleted
   */
  private record Relation(
      ImageId image, boolean isOwnerOrAdmin, boolean isVisible, boolean cloudAdmin) {}

  private Relation relation(Caller caller, String text, Operation operation) {
    ImageId id = ImageId.named(text);
    Found found = images.find(caller, id);
    String enterpriseProject =
        found.image() == null ? null : found.image().enterpriseProjectFor(caller);
    boolean cloudAdmin =
        access.require(caller, found.standing(), operation, enterpriseProject).cloudAdmin();
    if (found.image() != null) {
      View view = found.image().asSeenBy(caller, cloudAdmin, found.membership());
      return new Relation(id, view.isOwnerOrAdmin(), view.isVisible(), cloudAdmin);
    }
    boolean wasOwner = project(caller).equals(events.ownerOfDeleted(id));
    return new Relation(id, wasOwner || cloudAdmin, false, cloudAdmin);
  }

  private static ProjectId project(Caller caller) {
    return Objects.requireNonNull(caller.project());
  }
}
