package dev.vitrine.refusal;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Action;
import dev.vitrine.operation.Operation;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was not carried out: a value that names the rule, never a protocol's text or
 * status. Each protocol turns it into its own shape in one place, by a {@code switch} without
 * default, so that a new refusal does not compile until every protocol knows how to say it.
 * Sub-interfaces group the refusals, so that the switch of a protocol needs only one case for a
 * whole group that cannot occur in it.
 */
public sealed interface Refusal {
  /**
   * Its name in logs, traces, the history of refused requests and explanations, such as {@code
   * NotOwner}. Operators search for it and rows of the history keep it: a record that is renamed
   * breaks both.
   */
  default String reason() {
    return reason(getClass());
  }

  /** As {@link #reason()}, if there is only the kind. */
  static String reason(Class<? extends Refusal> refusal) {
    return refusal.getSimpleName();
  }

  /** The limit that refused it; null: none did. */
  default @Nullable Limit limit() {
    return null;
  }

  /** Refusals that can occur in any operation. */
  sealed interface General extends Refusal {}

  /**
   * Refusals about domains, projects, users, groups and roles, also where other operations name
   * these.
   */
  sealed interface OfDirectory extends Refusal {}

  /** Refusals in IAM's own operations, and about parameters of Huawei's services. */
  sealed interface OfIam extends Refusal {}

  /** Of images and their members. */
  sealed interface OfImages extends Refusal {}

  /** Refusals by the rules of sharing ({@code View}). */
  sealed interface OfSharing extends OfImages {}

  /** Of images, in the native protocol only. */
  sealed interface OfGlance extends OfImages {}

  /** Of images, batches and jobs, in IMS only. */
  sealed interface OfIms extends OfImages {}

  /** No token, or one that is malformed, expired, revoked, or whose user or project is gone. */
  record Unauthenticated() implements General {}

  /**
   * A signature that does not prove who sent the request. An unknown key, a disabled key, a wrong
   * secret and a changed request get the same answer.
   */
  record BadSignature() implements Refusal {}

  /** The caller's policies allow none or only some of the actions that the operation needs. */
  record NotPermitted(Operation operation, List<Action> missing) implements General {
    /** The missing actions, joined by commas, as in IAM's message (contract/ims.md 2.8). */
    public String actions() {
      return missing.stream().map(Action::toString).collect(Collectors.joining(","));
    }
  }

  /** Only a cloud administrator may do this. {@code what} is an action in the protocol's words. */
  record NotCloudAdmin(String what) implements General {}

  /** The image does not exist, or the caller must not learn that it does. */
  record ImageNotFound(String image) implements OfSharing {}

  /** The image has no such member, or the caller must not learn that it has. */
  record MemberNotFound(String image, String member) implements OfSharing {}

  /** Only the owner of the image may do this. */
  record NotOwner(String image) implements OfSharing {}

  /** Only the member itself may set its status. */
  record NotTheMember(String image, String member) implements OfSharing {}

  /** The image's visibility does not allow members. */
  record NotShared(String image) implements OfSharing {}

  /** The image has this member already. */
  record DuplicateMember(String image, String member) implements OfGlance {}

  /** One more member would exceed the limit. */
  record MemberLimit(String image, long attempted, long maximum) implements OfImages {
    @Override
    public Limit limit() {
      return Limit.MEMBERS;
    }
  }

  /** One more image would exceed the quota of the project that is to own it. */
  record ImageQuota(String project, long used, long maximum) implements OfGlance {
    @Override
    public Limit limit() {
      return Limit.IMAGES_OF_PROJECT;
    }
  }

  /**
   * The bytes would exceed the quota of the project that owns the image.
   *
   * @param size of the bytes; null if it is not known, because they are still arriving
   * @param remaining how many bytes the project may still add
   */
  record StorageQuota(@Nullable Long size, long remaining) implements OfGlance {
    @Override
    public Limit limit() {
      return Limit.BYTES_OF_PROJECT;
    }
  }

  /** The owner cannot be its own member. */
  record SharedWithItself(String project) implements OfIms {}

  /** The image has no bytes, or is deactivated. */
  record NotActive(String image) implements OfSharing, OfIms {}

  /** The image is encrypted, and the operator does not let such images be shared. */
  record Encrypted(String image) implements OfSharing {}

  /** The image is of a whole machine and names no backup, so a member has nothing to restore. */
  record WholeMachine(String image) implements OfSharing {}

  /** An image of a whole machine can be accepted only with a vault to restore it to. */
  record VaultMissing(String image) implements OfSharing {}

  /** The request names a project that is not the caller's. */
  record ForeignProject(String project) implements OfSharing, OfIms {}

  /** No such job, or it is another project's. */
  record JobNotFound(String job) implements OfIms {}

  /** The database does not support batches, because it has the extension Citus. */
  record NoBatches() implements OfIms {}

  /** {@code sharing.members=known}, and there is no such project. */
  record UnknownProject(String project) implements OfImages {}

  /** {@code sharing.consent=strict}, and the member has not accepted. */
  record NotAccepted(String image) implements OfSharing, OfGlance {}

  /** The image may not be deleted. */
  record Protected(String image) implements OfGlance {}

  /**
   * A policy document breaks a rule of its language.
   *
   * @param path of the place, as {@code $.Statement[0].Action[3]}
   */
  record InvalidPolicy(PolicyFault fault, String path, String message) implements OfIam {}

  /** The request is invalid in every state: malformed, out of range, or of a wrong type. */
  record Invalid(String message) implements General {}

  /** The request conflicts with the current state. */
  record Conflict(String message) implements General {}

  /**
   * A rule that is neither permission nor ownership forbids it: reserved or read-only attributes.
   */
  record Forbidden(String message) implements General {}

  /** A property of the image exists but must not, or is missing but must exist. */
  record PropertyConflict(String message) implements OfImages {}

  /**
   * Only a cloud administrator changes the owner of an image, or creates an image of another owner.
   *
   * @param isNew whether the image is being created
   */
  record ForeignOwner(@Nullable String owner, boolean isNew) implements OfImages {}

  /** The user proved its password, which must be changed before it serves to log in. */
  record PasswordExpired(UserId user) implements OfDirectory {}

  /** No such domain, project, user, group or role, or the caller must not learn of it. */
  record Absent(String kind, String id) implements OfDirectory {}

  /**
   * A domain, project, user, group or role of that name is there already.
   *
   * @param domain null: the name must be unique in the whole cloud
   */
  record NameTaken(String kind, String name, @Nullable DomainId domain) implements OfDirectory {}

  /** A custom policy breaks a rule that does not concern its document. */
  record InvalidCustomPolicy(CustomPolicyFault fault, String message) implements OfIam {}

  /** A request breaks a rule of enterprise projects. */
  record InvalidEnterpriseProject(EnterpriseProjectFault fault, String message) implements OfIam {}

  /** A parameter of the query makes no sense. */
  record InvalidParameter(String name) implements OfIam {}

  /** Something else does not exist. */
  record NotFound(String message) implements General {}

  /** More content than is allowed. */
  record TooLarge(Limit limit, String message) implements General {}

  /** A header of the request is longer than {@code maximum} characters. */
  record HeaderTooLarge(String header, int maximum) implements General {
    @Override
    public Limit limit() {
      return Limit.HEAD;
    }
  }

  /** Too much was requested at once. The same request may succeed shortly. */
  record Busy() implements General {
    @Override
    public Limit limit() {
      return Limit.BUSY;
    }
  }

  /**
   * More requests than a limit of the operator allows.
   *
   * @param delay until the same request may succeed, positive
   */
  record TooManyRequests(Limit limit, Duration delay) implements General {}

  /** The server cannot reach something it depends on; the same request may succeed later. */
  record Unavailable() implements General {}

  /** The client sends or reads too slowly, and would hold resources that others need. */
  record TooSlow() implements Refusal {
    @Override
    public Limit limit() {
      return Limit.RATE_OF_TRANSFER;
    }
  }

  /** The operation does not accept the body's media type. */
  record UnsupportedMediaType(String message, String supported) implements OfImages {}

  /** The bytes of the image are not what it says they are, or not safe to open. */
  record UnfitContent(String message) implements OfGlance {}

  /** The requested range lies outside the image, or is not a valid range. */
  record RangeNotSatisfiable(String message) implements OfGlance {}

  /** Throws the refusal, if there is one. */
  static void raise(@Nullable Refusal refusal) {
    if (refusal != null) {
      throw refusal.asException();
    }
  }

  /** An exception that carries this refusal to the protocol, which answers it. */
  default Refused asException() {
    return new Refused(this);
  }
}
