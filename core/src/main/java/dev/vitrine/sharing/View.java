package dev.vitrine.sharing;

import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * An image as one caller sees it: all that the rules of sharing look at. The rules are here and
 * nowhere else. Each returns the refusal, or null if it allows.
 *
 * @param owner null: the image has none
 * @param project the caller's, null if its token is for no project
 * @param cloudAdmin whether the caller is a cloud administrator, who may do what owner and member
 *     may, on every image (mission: "Who may do what")
 * @param membership the answer of the caller's project to the offer; null: there is no offer
 * @param traits of the image
 */
public record View(
    ImageId image,
    @Nullable ProjectId owner,
    Visibility visibility,
    @Nullable ProjectId project,
    boolean cloudAdmin,
    @Nullable MemberStatus membership,
    Traits traits) {

  /** A shared image as its owner sees it. A null project owns nothing. */
  static View ofOwner(ImageId image, @Nullable ProjectId project) {
    return new View(image, project, Visibility.SHARED, project, false, null, Traits.USUAL);
  }

  /** A shared image as a member sees it. */
  static View ofMember(ImageId image, @Nullable ProjectId project) {
    return new View(
        image, null, Visibility.SHARED, project, false, MemberStatus.PENDING, Traits.USUAL);
  }

  /** The caller's project owns the image. */
  public boolean isOwner() {
    return owner != null && owner.equals(project);
  }

  /** The caller may change the image. */
  public boolean isOwnerOrAdmin() {
    return isOwner() || cloudAdmin;
  }

  /**
   * Whether the caller may know that the image exists. Ask this first. If it is false, answer as if
   * the image had never existed. A member may know of the image whatever its answer to the offer:
   * only lists filter by status. Memberships have no effect while the image is not shared.
   */
  public boolean isVisible() {
    return isOwnerOrAdmin()
        || switch (visibility) {
          case PUBLIC, COMMUNITY -> true;
          case SHARED -> membership != null;
          case PRIVATE -> false;
        };
  }

  /**
   * Applies the rule of an operation to an image that the caller sees, both for requests and for
   * explanations. No operation can be allowed by omission: each {@link dev.vitrine.operation.Rule}
   * has a case here. Do not call this for an operation on no image: it throws.
   *
   * @param member the member acted on. Null for operations on no member; for operations on a
   *     member, null means that there is no such member
   */
  public Refusal.@Nullable OfSharing judge(
      Operation operation, @Nullable MemberId member, Sharing.Rules rules) {
    return switch (operation.rule()) {
      case SEE -> null;
      case READ_BYTES -> reading(rules.consent());
      case CHANGE -> changing();
      case ADD_MEMBER -> first(adding(rules), withheld(rules));
      case REMOVE_MEMBER -> removing(member, rules);
      case LIST_MEMBERS -> listingMembers(rules);
      case SHOW_MEMBER -> member != null && mayRead(member) ? null : unknown(member);
      case ANSWER -> member == null ? unknown(null) : settingStatus(member);
      case BATCH_ADD -> first(owning(), first(inactive(), withheld(rules)));
      case BATCH_REMOVE -> owning();
      case BATCH_ANSWER -> beingMember();
      case NONE -> throw new IllegalStateException(operation + " is on no image");
    };
  }

  private static Refusal.@Nullable OfSharing first(
      Refusal.@Nullable OfSharing one, Refusal.@Nullable OfSharing other) {
    return one == null ? other : one;
  }

  /**
   * IMS: refuses public and community images, and callers that do not own the image (ruling 11).
   */
  private Refusal.@Nullable OfSharing owning() {
    if (visibility == Visibility.PUBLIC || visibility == Visibility.COMMUNITY) {
      return new Refusal.NotShared(image.toString());
    }
    return isOwner() ? null : new Refusal.NotOwner(image.toString());
  }

  /**
   * IMS: refuses the owner, which cannot be a member of its own image (contract/ims.md O-25), and
   * public images, which have no members. A caller without a membership of a community image is not
   * refused here: the missing membership becomes the outcome of the pair (ruling 15).
   */
  private Refusal.@Nullable OfSharing beingMember() {
    if (isOwner()) {
      return new Refusal.ForeignProject(String.valueOf(project));
    }
    return visibility == Visibility.PUBLIC ? new Refusal.NotShared(image.toString()) : null;
  }

  private Refusal.@Nullable OfSharing inactive() {
    return traits.active() ? null : new Refusal.NotActive(image.toString());
  }

  /** Refuses images that are useless to others (contract/ims.md 1.17). */
  private Refusal.@Nullable OfSharing withheld(Sharing.Rules rules) {
    return first(
        traits.encrypted() && !rules.encryptedToo()
            ? new Refusal.Encrypted(image.toString())
            : null,
        machineWithoutBackup());
  }

  private Refusal.@Nullable OfSharing machineWithoutBackup() {
    return traits.machine() == Traits.Machine.WITHOUT_BACKUP
        ? new Refusal.WholeMachine(image.toString())
        : null;
  }

  /**
   * A member accepts the image of a whole machine only if it is in a backup, and only with a vault
   * to restore it to.
   */
  public Refusal.@Nullable OfSharing answering(MemberStatus status, @Nullable String vault) {
    if (status != MemberStatus.ACCEPTED) {
      return null;
    }
    return first(
        machineWithoutBackup(),
        traits.wholeMachine() && vault == null ? new Refusal.VaultMissing(image.toString()) : null);
  }

  /**
   * As {@link #answering}, for batches of IMS: an image can be accepted only if it is active and
   * the rules would allow its owner to share it now.
   */
  public Refusal.@Nullable OfSharing answeringInBatch(
      MemberStatus status, @Nullable String vault, Sharing.Rules rules) {
    Refusal.OfSharing refusal = answering(status, vault);
    return refusal == null && status == MemberStatus.ACCEPTED
        ? first(inactive(), withheld(rules))
        : refusal;
  }

  private Refusal.OfSharing unknown(@Nullable MemberId member) {
    return new Refusal.MemberNotFound(image.toString(), member == null ? "" : member.value());
  }

  /** Changing the image itself. */
  private Refusal.@Nullable OfSharing changing() {
    return isOwnerOrAdmin() ? null : new Refusal.NotOwner(image.toString());
  }

  /**
   * Adding members: only by the owner, and only to an image that is shared. Where the native routes
   * speak IMS, adding a member to a private image shares it (ruling 28).
   */
  private Refusal.@Nullable OfSharing adding(Sharing.Rules rules) {
    return isPrivateOfIms(rules) ? changing() : changingMembers();
  }

  /** Removing members. In IMS, a private image has no members. */
  private Refusal.@Nullable OfSharing removing(@Nullable MemberId member, Sharing.Rules rules) {
    return isPrivateOfIms(rules) ? first(changing(), unknown(member)) : changingMembers();
  }

  private boolean isPrivateOfIms(Sharing.Rules rules) {
    return visibility == Visibility.PRIVATE && rules.nativeApi() == NativeApi.IMS;
  }

  private Refusal.@Nullable OfSharing changingMembers() {
    return visibility == Visibility.SHARED ? changing() : new Refusal.NotShared(image.toString());
  }

  /**
   * Listing members: a caller that sees the image gets the memberships that {@link #mayRead}
   * allows. In IMS, a private image has none.
   */
  private Refusal.@Nullable OfSharing listingMembers(Sharing.Rules rules) {
    return visibility == Visibility.SHARED || isPrivateOfIms(rules)
        ? null
        : new Refusal.NotShared(image.toString());
  }

  /** The owner reads every membership, a member its own. */
  public boolean mayRead(MemberId member) {
    return isOwnerOrAdmin() || isItself(member);
  }

  /** Only the member sets its status: not even the owner may accept for it. */
  private Refusal.@Nullable OfSharing settingStatus(MemberId member) {
    return cloudAdmin || isItself(member)
        ? null
        : new Refusal.NotTheMember(image.toString(), member.value());
  }

  /** Reading the bytes. */
  private Refusal.@Nullable OfSharing reading(Consent consent) {
    boolean withheld =
        consent == Consent.STRICT
            && visibility == Visibility.SHARED
            && !isOwnerOrAdmin()
            && membership != MemberStatus.ACCEPTED;
    return withheld ? new Refusal.NotAccepted(image.toString()) : null;
  }

  private boolean isItself(MemberId member) {
    return project != null && MemberId.of(project).equals(member);
  }
}
