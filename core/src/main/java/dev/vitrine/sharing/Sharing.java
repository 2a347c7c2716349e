package dev.vitrine.sharing;

import dev.vitrine.Refusal;
import dev.vitrine.access.Access;
import dev.vitrine.access.Operation;
import dev.vitrine.identity.Caller;
import dev.vitrine.image.ImageId;
import dev.vitrine.sharing.SharingStore.Added;
import dev.vitrine.sharing.SharingStore.Found;
import java.util.List;
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
    return store.adding(
        caller,
        image,
        member,
        addition -> {
          View view = view(caller, imageId, addition.found(), Operation.ADD_MEMBER);
          Refusal.raise(view.changingMembers());
          if (rules.knownMembersOnly() && !addition.targetIsKnown()) {
            throw new Refusal.UnknownProject(member.value()).asException();
          }
          return switch (addition.add(rules.maxMembers(), request)) {
            case Added.New(Member added) -> added;
            case Added.AlreadyThere() ->
                throw new Refusal.DuplicateMember(imageId, member.value()).asException();
            case Added.LimitReached(long members) ->
                throw new Refusal.MemberLimit(imageId, members + 1, rules.maxMembers())
                    .asException();
          };
        });
  }

  /** All members for the owner; its own membership for a member. */
  public List<Member> list(Caller caller, String imageId) {
    ImageId image = ImageId.named(imageId);
    var all = store.findAll(caller, image);
    View view = view(caller, imageId, all.found(), Operation.LIST_MEMBERS);
    Refusal.raise(view.listingMembers());
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
    Sight sight = find(caller, imageId, memberId, Operation.UPDATE_MEMBER);
    MemberId member = sight.member().id();
    Refusal.raise(sight.view().settingStatus(member));
    MemberStatus wanted = status == null ? null : MemberStatus.of(status);
    if (wanted == null) {
      throw new Refusal.Invalid(
              "Incorrect request: Status must be \"pending\", \"accepted\" or \"rejected\".")
          .asException();
    }
    Member changed = store.setStatus(caller, sight.view().image(), member, wanted, request);
    if (changed == null) {
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
    return changed;
  }

  /** Takes the offer back. Once this has returned, nobody is told "allowed" because of it again. */
  public void remove(Caller caller, String imageId, String memberId, String request) {
    ImageId image = ImageId.named(imageId);
    View view = view(caller, imageId, store.find(caller, image), Operation.DELETE_MEMBER);
    Refusal.raise(view.changingMembers());
    if (!MemberId.isValid(memberId)
        || !store.remove(caller, image, new MemberId(memberId), request)) {
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
  }

  private record Sight(View view, Member member) {}

  private Sight find(Caller caller, String imageId, String memberId, Operation operation) {
    ImageId image = ImageId.named(imageId);
    if (!MemberId.isValid(memberId)) {
      view(caller, imageId, store.find(caller, image), operation);
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
    MemberId member = new MemberId(memberId);
    var asked = store.find(caller, image, member);
    View view = view(caller, imageId, asked.found(), operation);
    if (asked.member() == null || !view.mayRead(member)) {
      throw new Refusal.MemberNotFound(imageId, memberId).asException();
    }
    return new Sight(view, asked.member());
  }

  /** The image, if the caller may know of it; refusals repeat its id as the caller wrote it. */
  private View view(Caller caller, String imageId, Found found, Operation operation) {
    boolean cloudAdmin = access.require(caller, found.standing(), operation).cloudAdmin();
    View view = found.image() == null ? null : found.image().asSeenBy(caller, cloudAdmin);
    if (view == null || !view.isVisible()) {
      throw new Refusal.ImageNotFound(imageId).asException();
    }
    return view;
  }
}
