package dev.vitrine.server.glance;

import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Challenge;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.WireProtocol;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The refusals of the OpenStack Image API. Only here does a refusal get its status and text; both
 * are Glance's (contract/glance.md) where Glance has them.
 */
public final class GlanceProtocol implements WireProtocol {
  private static final String HTML = "text/html; charset=UTF-8";
  private static final String IMAGE_NOT_FOUND = "Image %s not found.";
  private static final String NO_IMAGE = "No image found with ID %s";
  private static final String NOT_YOURS = "You do not own this image";
  private static final String NO_MEMBERS = "Not allowed to create members for image %s.";
  private static final String NO_RESOURCE = "The resource could not be found.";
  private static final String CONFLICT =
      "There was a conflict when trying to complete your request.";
  private static final String DENIED = "Access was denied to this resource.";
  private static final String UNAVAILABLE_RANGE = "The Range requested is not available.";

  private final Versions versions;
  private final Challenge challenge;

  public GlanceProtocol(Versions versions, Challenge challenge) {
    this.versions = versions;
    this.challenge = challenge;
  }

  @Override
  public boolean owns(String path) {
    return true;
  }

  @Override
  public boolean authenticatesFirst(Request request) {
    return isApi(request) && !request.method().equals("OPTIONS");
  }

  private static boolean isApi(Request request) {
    return request.path().equals("/v2") || request.path().startsWith("/v2/");
  }

  /** Safe methods get the list of versions; other methods get 404, because nothing was changed. */
  @Override
  public Reply unknownRoute(Request request) {
    return isApi(request) || !isSafe(request)
        ? notFound(NO_RESOURCE).answer(request)
        : versions.choices(request);
  }

  /** Clients read Glance's 300 as success, so only safe methods get it. */
  private static boolean isSafe(Request request) {
    return Set.of("GET", "HEAD", "OPTIONS").contains(request.method());
  }

  @Override
  public Reply methodNotAllowed(Request request, List<String> allowed) {
    if (request.method().equals("OPTIONS")) {
      return Reply.empty(200);
    }
    if (!isApi(request)) {
      return outside(request, allowed);
    }
    return wrongMethod(request, allowed);
  }

  private Reply outside(Request request, List<String> allowed) {
    return request.method().equals("HEAD")
        ? versions.choices(request)
        : wrongMethod(request, allowed);
  }

  private static Reply wrongMethod(Request request, List<String> allowed) {
    Reply reply =
        request.method().equals("HEAD")
            ? Reply.empty(405).with("Content-Type", HTML)
            : Fault.brief(
                    405,
                    "Method Not Allowed",
                    "The method %s is not allowed for this resource.".formatted(request.method()))
                .answer(request);
    return reply.with("Allow", String.join(", ", allowed));
  }

  @Override
  public Reply failed(Request request) {
    return Fault.of(
            500,
            "Internal Server Error",
            "The server has either erred or is incapable of performing the requested operation.")
        .answer(request);
  }

  /**
   * The first header is the client's id if it sent one (Glance). The second is always ours, the id
   * in log and history; IMS clients read it (contract/ims.md 1.0.1).
   */
  @Override
  public Reply finish(Request request, Reply reply) {
    return reply
        .with("x-openstack-request-id", request.shownId())
        .with("X-Request-Id", request.id());
  }

  @Override
  public Reply refused(Request request, Refusal refusal) {
    Reply reply = challenge.on(refusal, fault(request, refusal).answer(request));
    return refusal instanceof Refusal.UnsupportedMediaType(String message, String supported)
            && !supported.isEmpty()
        ? reply.with("Accept-Patch", supported)
        : reply;
  }

  private static Fault fault(Request request, Refusal refusal) {
    Operation operation = request.operation();
    return switch (refusal) {
      case Refusal.Unauthenticated() ->
          Fault.of(
              401,
              "Unauthorized",
              "This server could not verify that you are authorized to access the document you"
                  + " requested. Either you supplied the wrong credentials (e.g., bad password), or"
                  + " your browser does not understand how to supply the credentials required.");
      case Refusal.BadSignature() -> throw new IllegalStateException("the gateway's to say");
      // The sentence of IAM (contract/ims.md 2.8).
      case Refusal.NotPermitted denied ->
          forbidden("Policy doesn't allow %s to be performed.".formatted(denied.actions()));
      case Refusal.NotCloudAdmin(String what) ->
          forbidden("You are not authorized to complete " + what + " action.");
      case Refusal.ImageNotFound(String image) ->
          notFound(words(ABSENT, operation, NO_IMAGE, image));
      case Refusal.MemberNotFound(String image, String member) ->
          notFound("%s not found in the member list of the image %s.".formatted(member, image));
      case Refusal.NotOwner(String image) -> forbidden(words(FOREIGN, operation, NOT_YOURS, image));
      case Refusal.NotTheMember(String image, String member) ->
          forbidden("Not allowed to update members for image %s.".formatted(image));
      case Refusal.NotShared(String image) ->
          forbidden(words(UNSHARED, operation, NO_MEMBERS, image));
      case Refusal.DuplicateMember(String image, String member) ->
          Fault.of(
              409, "Conflict", "Member %s is duplicated for image %s".formatted(member, image));
      case Refusal.MemberLimit(String image, long attempted, long maximum) ->
          tooLarge(
              ("Image member limit exceeded for image %s: The limit has been exceeded on the number"
                      + " of allowed image members for this image. Attempted: %d, Maximum: %d:")
                  .formatted(image, attempted, maximum));
      case Refusal.ImageQuota(String project, long used, long maximum) ->
          tooLarge(
              """
              The request returned a 413 Request Entity Too Large. This generally means that rate \
              limiting or a quota threshold was breached.

              The response body:
              Project %s is over a limit for [Resource image_count_total is over limit of %d due \
              to current usage %d and delta 1]"""
                  .formatted(project, maximum, used));
      case Refusal.StorageQuota(Long size, long remaining) ->
          tooLarge(
              ("Image exceeds the storage quota: The size of the data%s will exceed the limit. %d"
                      + " bytes remaining.")
                  .formatted(size == null ? "" : " " + size, remaining));
      case Refusal.UnknownProject(String project) ->
          Fault.of(
              400,
              "Bad Request",
              "Project %s was not found: an image can be shared only with an existing project."
                  .formatted(project));
      case Refusal.Encrypted(String image) ->
          forbidden("Image %s is encrypted and cannot be shared.".formatted(image));
      case Refusal.WholeMachine(String image) ->
          forbidden(
              "Image %s is of a whole machine that is in no backup, and cannot be shared."
                  .formatted(image));
      case Refusal.VaultMissing(String image) ->
          Fault.of(
              400,
              "Bad Request",
              "Image %s is of a whole machine: it is accepted with a vault_id.".formatted(image));
      case Refusal.NotAccepted(String image) ->
          forbidden(
              "Image %s has been offered to your project: accept the offer before you read it."
                  .formatted(image));
      case Refusal.Protected(String image) ->
          forbidden("Image %s is protected and cannot be deleted.".formatted(image));
      case Refusal.Invalid(String message) -> Fault.of(400, "Bad Request", message);
      case Refusal.Conflict(String message) -> Fault.of(409, "Conflict", message);
      case Refusal.PropertyConflict(String message) -> Fault.of(409, "Conflict", CONFLICT, message);
      case Refusal.Forbidden(String message) -> forbidden(message);
      case Refusal.ForeignOwner(String owner, boolean isNew) when isNew ->
          forbidden(
              "You are not permitted to create images owned by '%s'."
                  .formatted(owner == null ? "None" : owner));
      case Refusal.ForeignOwner(var owner, var isNew) ->
          Fault.of(403, "Forbidden", DENIED, "Owner can't be updated by non admin.");
      case Refusal.NotFound(String message) -> notFound(message);
      case Refusal.Absent(String kind, String id) ->
          notFound("Could not find %s: %s.".formatted(kind, id));
      case Refusal.NameTaken(String kind, String name, var domain) ->
          Fault.of(409, "Conflict", "There is a %s named %s already.".formatted(kind, name));
      case Refusal.PasswordExpired _, Refusal.OfIms _, Refusal.OfIam _ ->
          throw new IllegalStateException("not a rule of images: " + refusal);
      case Refusal.Busy _, Refusal.TooManyRequests _ ->
          Fault.of(429, "Too Many Requests", "Too many requests at once; try again.");
      case Refusal.Unavailable() ->
          Fault.of(
              503, "Service Unavailable", "The service is unavailable for the moment; try again.");
      case Refusal.TooSlow() ->
          Fault.of(408, "Request Timeout", "The request did not arrive in time.");
      case Refusal.TooLarge(Limit _, String message) -> tooLarge(message);
      case Refusal.HeaderTooLarge(String header, int maximum) ->
          Fault.of(
              431,
              "Request Header Fields Too Large",
              "%s is too long, max size %d".formatted(header, maximum));
      case Refusal.UnsupportedMediaType(String message, String supported) ->
          Fault.brief(415, "Unsupported Media Type", message);
      case Refusal.UnfitContent(String message) ->
          Fault.unsupportedMedia("application/octet-stream", message);
      case Refusal.RangeNotSatisfiable(String message) ->
          Fault.of(416, "Request Range Not Satisfiable", UNAVAILABLE_RANGE, message);
    };
  }

  /** Glance's texts for an absent image that differ from {@link #NO_IMAGE}. */
  private static final Map<Operation, String> ABSENT =
      Map.of(
          Operation.DELETE_IMAGE, "Failed to find image %s to delete",
          Operation.ADD_MEMBER, IMAGE_NOT_FOUND,
          Operation.LIST_MEMBERS, IMAGE_NOT_FOUND,
          Operation.SHOW_MEMBER, IMAGE_NOT_FOUND,
          Operation.UPDATE_MEMBER, IMAGE_NOT_FOUND,
          Operation.DELETE_MEMBER, IMAGE_NOT_FOUND,
          Operation.ADD_TAG, IMAGE_NOT_FOUND,
          Operation.DELETE_TAG, IMAGE_NOT_FOUND,
          Operation.LIST_IMAGE_TASKS, NO_RESOURCE);

  /** Glance's texts for an image of another project that differ from {@link #NOT_YOURS}. */
  private static final Map<Operation, String> FOREIGN =
      Map.of(
          Operation.ADD_MEMBER, "Not allowed to create members for image %s.",
          Operation.DELETE_MEMBER, "Not allowed to delete members for image %s.",
          Operation.UPLOAD_IMAGE, "Not allowed to upload image data for image %s",
          Operation.ADD_TAG, "Not allowed to update tags for image %s.",
          Operation.DELETE_TAG, "Not allowed to delete tags for image %s.");

  /** Glance's texts for an image that is not shared, by operation on members. */
  private static final Map<Operation, String> UNSHARED =
      Map.of(
          Operation.LIST_MEMBERS,
          "Not allowed to list members for image %s: Only shared images have members.",
          Operation.DELETE_MEMBER,
          "Not allowed to delete members for image %s.");

  /** Chooses only the text; the rule has already refused. */
  private static String words(
      Map<Operation, String> own, @Nullable Operation operation, String usual, String image) {
    String words = operation == null ? usual : own.getOrDefault(operation, usual);
    return words.formatted(image);
  }

  private static Fault forbidden(String explanation) {
    return Fault.of(403, "Forbidden", explanation);
  }

  private static Fault notFound(String explanation) {
    return Fault.of(404, "Not Found", explanation);
  }

  private static Fault tooLarge(String explanation) {
    return Fault.of(413, "Request Entity Too Large", explanation);
  }
}
