package dev.vitrine.sharing;

import dev.vitrine.access.Access;
import dev.vitrine.access.Access.Foreseen;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.Standing;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.SharingStore.Added;
import dev.vitrine.sharing.SharingStore.Attempt;
import dev.vitrine.sharing.SharingStore.Found;
import dev.vitrine.sharing.SharingStore.Premise;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sharing an image with other projects: the five native operations (mission: rows 1 to 5; {@code
 * contract/glance.md}). Each asks {@link Access} once whether the caller may carry out its {@link
 * Operation}, and then {@link View} whether the rules of sharing allow it.
 *
 * <p>All methods throw {@link dev.vitrine.refusal.Refused}. Image ids come as text: one that is no
 * UUID names an image that does not exist. {@code cause} names the request and is kept in the
 * history.
 */
public final class Sharing {
  private final SharingStore store;
  private final Access access;
  private final Rules rules;

  /**
   * Settings.
   *
   * @param maxMembers of one image; negative: unlimited
   * @param maxMembersOfWholeMachine the same, of an image of a whole machine
   * @param knownMembersOnly refuse projects that do not exist
   * @param encryptedToo encrypted images can be shared
   * @param nativeApi whose rules hold on the native routes
   */
  public record Rules(
      Consent consent,
      long maxMembers,
      long maxMembersOfWholeMachine,
      boolean knownMembersOnly,
      boolean encryptedToo,
      NativeApi nativeApi) {

    /** How many members such an image can have; negative: unlimited. */
    public long maxMembers(Traits traits) {
      return traits.wholeMachine() ? maxMembersOfWholeMachine : maxMembers;
    }
  }

  public Sharing(SharingStore store, Access access, Rules rules) {
    this.store = store;
    this.access = access;
    this.rules = rules;
  }

  /** Offers the image to a member. */
  public Member add(Caller caller, String imageId, MemberId member, Cause cause) {
    ImageId image = ImageId.named(imageId);
    Added added =
        change(
            caller,
            Operation.ADD_MEMBER,
            View.ofOwner(image, caller.project()),
            member,
            view -> null,
            () -> requireVisible(caller, imageId, store.find(caller, image), Operation.ADD_MEMBER),
            premise ->
                premise.visibility() == Visibility.PRIVATE
                    ? store.share(caller, image, member, premise, rules, cause)
                    : store.add(caller, image, member, premise, rules, cause));
    return switch (Objects.requireNonNull(added)) {
      case Added.New(Member made) -> made;
      case Added.AlreadyThere() ->
          throw new Refusal.DuplicateMember(imageId, member.value()).asException();
      case Added.LimitReached(long members, long maximum) ->
          throw new Refusal.MemberLimit(imageId, members + 1, maximum).asException();
      case Added.UnknownProject() -> throw new Refusal.UnknownProject(member.value()).asException();
    };
  }

  /**
   * A page of the list of members. The owner gets all members; a member gets its own membership
   * only. Each page is authorized anew. A caller that loses access is refused the next page, so
   * that no truncated list looks complete.
   *
   * @param after where the previous page ended; null for the first page
   * @param limit the size of a page
   */
  public Page list(Caller caller, String imageId, @Nullable Place after, int limit) {
    ImageId image = ImageId.named(imageId);
    var found = store.findPage(caller, image, after, limit + 1);
    View view = requireVisible(caller, imageId, found.found(), Operation.LIST_MEMBERS).view();
    judge(view, Operation.LIST_MEMBERS, null);
    if (after != null && !view.isOwnerOrAdmin()) {
      throw new Refusal.NotOwner(imageId).asException();
    }
    return awake(caller, view, found.members(), after, limit);
  }

  /**
   * As {@link #list}, by the rules of IMS: an image that is not shared has no members, and the
   * client requests each page separately.
   */
  public Page listByIms(Caller caller, String imageId, @Nullable Place after, int limit) {
    ImageId image = ImageId.named(imageId);
    var found = store.findPage(caller, image, after, limit + 1);
    View view =
        requireVisible(caller, imageId, found.found(), Operation.LIST_MEMBERS_BY_IMS).view();
    return awake(caller, view, found.members(), after, limit);
  }

  /** Memberships have no effect while the image is not shared. */
  private Page awake(
      Caller caller, View view, List<Member> found, @Nullable Place after, int limit) {
    return view.visibility() == Visibility.SHARED
        ? page(caller, view, found, after, limit)
        : new Page(List.of(), null);
  }

  /**
   * Some members, in the order of the list.
   *
   * @param next where this page ends, if there are members behind it
   */
  public record Page(List<Member> members, @Nullable Place next) {}

  /** A member's place in the order of a list. */
  public record Place(Instant createdAt, MemberId id) {
    private static Place of(Member member) {
      return new Place(member.createdAt(), member.id());
    }

    private boolean isBefore(Member member) {
      int time = createdAt.compareTo(member.createdAt());
      return time < 0 || (time == 0 && id.value().compareTo(member.id().value()) < 0);
    }
  }

  /**
   * @param found one more than the page holds, if there is another page
   */
  private Page page(
      Caller caller, View view, List<Member> found, @Nullable Place after, int limit) {
    boolean more = found.size() > limit;
    if (view.isOwnerOrAdmin()) {
      return more
          ? new Page(found.subList(0, limit), Place.of(found.get(limit - 1)))
          : new Page(found, null);
    }
    List<Member> readable = found.stream().filter(member -> view.mayRead(member.id())).toList();
    return new Page(readable.isEmpty() && more ? own(caller, view.image(), after) : readable, null);
  }

  /** The caller's own membership, unless an earlier page contained it. */
  private List<Member> own(Caller caller, ImageId image, @Nullable Place after) {
    MemberId id = MemberId.of(Objects.requireNonNull(caller.project()));
    Member own = store.find(caller, image, id).member();
    return own != null && (after == null || after.isBefore(own)) ? List.of(own) : List.of();
  }

  /**
   * One membership.
   *
   * @param operation {@link Operation#SHOW_MEMBER} or {@link Operation#SHOW_MEMBER_BY_IMS}
   */
  public Member show(Caller caller, String imageId, String memberId, Operation operation) {
    return find(caller, imageId, memberId, operation).member();
  }

  /**
   * Accepts, rejects, or puts back to pending.
   *
   * @param status {@code pending}, {@code accepted} or {@code rejected}; null if the client sent
   *     something other than a string
   * @param vault the backup vault to which the member restores a whole-machine image; null:
   *     unchanged
   */
  public Member setStatus(
      Caller caller,
      String imageId,
      String memberId,
      @Nullable String status,
      @Nullable String vault,
      Cause cause) {
    MemberStatus wanted = status == null ? null : MemberStatus.of(status);
    if (wanted == null || !MemberId.isValid(memberId)) {
      VisibleMember visible = find(caller, imageId, memberId, Operation.UPDATE_MEMBER);
      judge(visible.image().view(), Operation.UPDATE_MEMBER, visible.member().id());
      throw new Refusal.Invalid(
              "Incorrect request: Status must be \"pending\", \"accepted\" or \"rejected\".")
          .asException();
    }
    ImageId image = ImageId.named(imageId);
    MemberId member = new MemberId(memberId);
    Member changed =
        change(
            caller,
            Operation.UPDATE_MEMBER,
            View.ofMember(image, caller.project()),
            member,
            view -> view.answering(wanted, vault),
            () -> find(caller, imageId, memberId, Operation.UPDATE_MEMBER).image(),
            premise -> store.setStatus(caller, image, member, wanted, vault, premise, cause));
    if (changed == null) {
      // The premise assumed a membership. If there is none, the image may not exist either.
      find(caller, imageId, memberId, Operation.UPDATE_MEMBER);
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
    return changed;
  }

  /** Takes the offer back. After this returns, the membership allows nothing. */
  public void remove(Caller caller, String imageId, String memberId, Cause cause) {
    ImageId image = ImageId.named(imageId);
    MemberId member = MemberId.isValid(memberId) ? new MemberId(memberId) : null;
    Supplier<VisibleImage> look =
        () -> requireVisible(caller, imageId, store.find(caller, image), Operation.DELETE_MEMBER);
    if (member == null) {
      judge(look.get().view(), Operation.DELETE_MEMBER, null);
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
    MemberId removed =
        change(
            caller,
            Operation.DELETE_MEMBER,
            View.ofOwner(image, caller.project()),
            member,
            view -> null,
            look,
            premise -> store.remove(caller, image, member, premise, cause));
    if (removed == null) {
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
  }

  /**
   * Changes a membership if the rule allows it. The state that the rule used becomes the premise of
   * the change. If the premise does not hold when the change is made, nothing changes, and the rule
   * is checked again on the new state.
   *
   * <p>In most changes the caller is the owner or the member itself, and its rights, when last
   * read, allowed the operation. This case is judged first, without {@code look}, which saves a
   * round trip.
   *
   * @param likely the image as that owner or member sees it
   * @param more a further rule, after the operation's own: whether an offer can be accepted
   * @param look reads the image as it is, and refuses a caller that may not know of it
   */
  private <T> @Nullable T change(
      Caller caller,
      Operation operation,
      View likely,
      MemberId member,
      Function<View, @Nullable Refusal> more,
      Supplier<VisibleImage> look,
      Function<Premise, Attempt<T>> change) {
    boolean isLikely = likely.judge(operation, member, rules) == null;
    Foreseen foreseen = isLikely ? access.foresee(caller, operation) : null;
    VisibleImage visible =
        foreseen == null ? look.get() : new VisibleImage(foreseen.standing(), likely);
    while (true) {
      judge(visible.view(), operation, member);
      Refusal.raise(more.apply(visible.view()));
      Attempt<T> attempt = change.apply(visible.premise());
      if (attempt.held()) {
        if (foreseen != null) {
          access.confirm(caller, foreseen);
        }
        return attempt.outcome();
      }
      foreseen = null;
      visible = look.get();
    }
  }

  private void judge(View view, Operation operation, @Nullable MemberId member) {
    Refusal.raise(view.judge(operation, member, rules));
  }

  /** The state that the rules use, and the premise of a change that they allow. */
  private record VisibleImage(Standing standing, View view) {
    Premise premise() {
      return new Premise(
          standing, view.isOwner() ? view.owner() : null, view.visibility(), view.traits());
    }
  }

  private record VisibleMember(VisibleImage image, Member member) {}

  private VisibleMember find(Caller caller, String imageId, String memberId, Operation operation) {
    ImageId image = ImageId.named(imageId);
    if (!MemberId.isValid(memberId)) {
      requireVisible(caller, imageId, store.find(caller, image), operation);
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
    MemberId member = new MemberId(memberId);
    var asked = store.find(caller, image, member);
    VisibleImage visible = requireVisible(caller, imageId, asked.found(), operation);
    if (asked.member() == null
        || !visible.view().mayRead(member)
        || sleeps(visible.view(), operation)) {
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
    return new VisibleMember(visible, asked.member());
  }

  /**
   * By IMS's rules an image that is not shared has no members; by Glance's, its owner still sees
   * its former members.
   */
  private boolean sleeps(View view, Operation operation) {
    return view.visibility() != Visibility.SHARED
        && (operation.isOfIms() || rules.nativeApi() == NativeApi.IMS);
  }

  /** The image, if the caller may know of it; refusals repeat its id as the caller wrote it. */
  private VisibleImage requireVisible(
      Caller caller, String imageId, Found found, Operation operation) {
    boolean cloudAdmin =
        access.require(caller, found.standing(), operation).cloudAdmin() && !operation.isOfIms();
    View view = found.image() == null ? null : found.image().asSeenBy(caller.project(), cloudAdmin);
    if (view == null || !view.isVisible()) {
      throw new Refusal.ImageNotFound(imageId).asException();
    }
    return new VisibleImage(Objects.requireNonNull(found.standing()), view);
  }
}
