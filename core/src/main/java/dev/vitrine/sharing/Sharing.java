package dev.vitrine.sharing;

import dev.vitrine.Refusal;
import dev.vitrine.access.Access;
import dev.vitrine.access.Access.Foreseen;
import dev.vitrine.access.Operation;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Standing;
import dev.vitrine.image.ImageId;
import dev.vitrine.sharing.SharingStore.Added;
import dev.vitrine.sharing.SharingStore.Attempt;
import dev.vitrine.sharing.SharingStore.Found;
import dev.vitrine.sharing.SharingStore.Premise;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sharing an image with other projects: the five native operations (mission: rows 1 to 5; {@code
 * contract/glance.md}). Each asks {@link Access} once, for its own row; then {@link View} for the
 * rules.
 *
 * <p>All methods throw {@link dev.vitrine.Refused}. Image ids come as text: one that is no UUID
 * names an image that does not exist. {@code request} is the id of the request, kept in the
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
   * @param knownMembersOnly refuse projects that do not exist
   */
  public record Rules(long maxMembers, boolean knownMembersOnly) {}

  public Sharing(SharingStore store, Access access, Rules rules) {
    this.store = store;
    this.access = access;
    this.rules = rules;
  }

  /** Offers the image to a member. */
  public Member add(Caller caller, String imageId, MemberId member, String request) {
    ImageId image = ImageId.named(imageId);
    Added added =
        change(
            caller,
            Operation.ADD_MEMBER,
            View.ofOwner(image, caller.project()),
            member,
            () -> see(caller, imageId, store.find(caller, image), Operation.ADD_MEMBER),
            premise -> store.add(caller, image, member, premise, rules, request));
    return switch (Objects.requireNonNull(added)) {
      case Added.New(Member made) -> made;
      case Added.AlreadyThere() ->
          throw new Refusal.DuplicateMember(imageId, member.value()).asException();
      case Added.LimitReached(long members) ->
          throw new Refusal.MemberLimit(imageId, members + 1, rules.maxMembers()).asException();
      case Added.UnknownProject() -> throw new Refusal.UnknownProject(member.value()).asException();
    };
  }

  /** All members for the owner; its own membership for a member. */
  public List<Member> list(Caller caller, String imageId) {
    ImageId image = ImageId.named(imageId);
    var all = store.findAll(caller, image);
    View view = see(caller, imageId, all.found(), Operation.LIST_MEMBERS).view();
    judge(view, Operation.LIST_MEMBERS, null);
    return view.isMaster()
        ? all.members()
        : all.members().stream().filter(member -> view.mayRead(member.id())).toList();
  }

  /** One membership. */
  public Member show(Caller caller, String imageId, String memberId) {
    return find(caller, imageId, memberId, Operation.SHOW_MEMBER).member();
  }

  /**
   * Accepts, rejects, or puts back to pending.
   *
   * @param status {@code pending}, {@code accepted} or {@code rejected}; null for a value that is
   *     no word
   */
  public Member setStatus(
      Caller caller, String imageId, String memberId, @Nullable String status, String request) {
    MemberStatus wanted = status == null ? null : MemberStatus.of(status);
    if (wanted == null || !MemberId.isValid(memberId)) {
      Sight sight = find(caller, imageId, memberId, Operation.UPDATE_MEMBER);
      judge(sight.seen().view(), Operation.UPDATE_MEMBER, sight.member().id());
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
            () -> find(caller, imageId, memberId, Operation.UPDATE_MEMBER).seen(),
            premise -> store.setStatus(caller, image, member, wanted, premise, request));
    if (changed == null) {
      // The likely view took a membership for granted: without one, the image may not exist at all.
      find(caller, imageId, memberId, Operation.UPDATE_MEMBER);
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
    return changed;
  }

  /** Takes the offer back. Once this has returned, nobody is told "allowed" because of it again. */
  public void remove(Caller caller, String imageId, String memberId, String request) {
    ImageId image = ImageId.named(imageId);
    MemberId member = MemberId.isValid(memberId) ? new MemberId(memberId) : null;
    Supplier<Seen> look =
        () -> see(caller, imageId, store.find(caller, image), Operation.DELETE_MEMBER);
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
            look,
            premise -> store.remove(caller, image, member, premise, request));
    if (removed == null) {
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
  }

  /**
   * Changes a membership if the rule allows it. What the rule looks at becomes the premise of the
   * change: if it holds no longer when the change is made, nothing is, and all is judged anew.
   *
   * <p>Most changes are made by an owner or by the member itself, by somebody who was allowed to a
   * moment ago: judging that likely view first saves them the round trip of looking.
   *
   * @param look reads the image as it is, and refuses whoever may not know of it
   */
  private <T> @Nullable T change(
      Caller caller,
      Operation operation,
      View likely,
      MemberId member,
      Supplier<Seen> look,
      Function<Premise, Attempt<T>> change) {
    boolean isLikely = likely.judge(operation, member, Consent.GLANCE) == null;
    Foreseen foreseen = isLikely ? access.foresee(caller, operation) : null;
    Seen seen = foreseen == null ? look.get() : new Seen(foreseen.standing(), likely);
    while (true) {
      judge(seen.view(), operation, member);
      Attempt<T> attempt = change.apply(seen.premise());
      if (attempt.held()) {
        if (foreseen != null) {
          access.confirm(caller, foreseen);
        }
        return attempt.outcome();
      }
      foreseen = null;
      seen = look.get();
    }
  }

  private static void judge(View view, Operation operation, @Nullable MemberId member) {
    Refusal.raise(view.judge(operation, member, Consent.GLANCE));
  }

  /** What the rules look at, and what a change may take for granted when they allow it. */
  private record Seen(Standing standing, View view) {
    Premise premise() {
      return new Premise(standing, view.isOwner() ? view.owner() : null, view.visibility());
    }
  }

  private record Sight(Seen seen, Member member) {}

  private Sight find(Caller caller, String imageId, String memberId, Operation operation) {
    ImageId image = ImageId.named(imageId);
    if (!MemberId.isValid(memberId)) {
      see(caller, imageId, store.find(caller, image), operation);
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
    MemberId member = new MemberId(memberId);
    var asked = store.find(caller, image, member);
    Seen seen = see(caller, imageId, asked.found(), operation);
    if (asked.member() == null || !seen.view().mayRead(member)) {
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
    return new Sight(seen, asked.member());
  }

  /** The image, if the caller may know of it; refusals repeat its id as the caller wrote it. */
  private Seen see(Caller caller, String imageId, Found found, Operation operation) {
    boolean cloudAdmin = access.require(caller, found.standing(), operation).cloudAdmin();
    View view = found.image() == null ? null : found.image().asSeenBy(caller, cloudAdmin);
    if (view == null || !view.isVisible()) {
      throw new Refusal.ImageNotFound(imageId).asException();
    }
    return new Seen(Objects.requireNonNull(found.standing()), view);
  }
}
