package dev.vitrine.server.ims;

import dev.vitrine.job.Pair;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * The errors of IMS, in answers and in the results of jobs (contract/ims.md 1.0.2 E1, 1.18). Only
 * here does a refusal get its code.
 *
 * @param code {@code IMG.xxxx}
 * @param message the contract's sentence for the code, with details
 */
record ImsFault(int status, String code, String message) {
  /** An internal failure. */
  static final ImsFault UNKNOWN = new ImsFault(500, "IMG.0061", "Unknown system error.");

  Reply answer() {
    return Json.reply(
        status,
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("error");
          json.writeStringField("message", message);
          json.writeStringField("code", code);
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  /** The error of a refusal that the gateway does not answer. */
  static ImsFault of(Refusal refusal) {
    return switch (refusal) {
      case Refusal.NotPermitted denied -> denied(denied.actions());
      case Refusal.NotCloudAdmin(String what) -> denied(what);
      case Refusal.Invalid(String message) ->
          fault("IMG.0001", "The request message format is invalid. " + message);
      case Refusal.InvalidParameter(String name) ->
          fault(
              "IMG.0001",
              "The request message format is invalid. Request parameter %s is invalid."
                  .formatted(name));
      case Refusal.UnsupportedMediaType(String message, String supported) ->
          fault("IMG.0001", "The request message format is invalid. " + message);
      case Refusal.TooSlow() ->
          new ImsFault(408, "IMG.0001", "The request did not arrive in time.");
      case Refusal.TooLarge(Limit _, String message) -> new ImsFault(413, "IMG.0001", message);
      case Refusal.HeaderTooLarge(String header, int maximum) ->
          new ImsFault(431, "IMG.0001", "%s is too long, max size %d".formatted(header, maximum));
      case Refusal.Forbidden(String message) -> fault("IMG.0105", message);
      case Refusal.ForeignOwner _ -> fault("IMG.0106", "The image owner is another tenant.");
      case Refusal.PropertyConflict(String message) -> conflicting(message);
      case Refusal.NotFound(String message) -> conflicting(message);
      case Refusal.Conflict(String message) -> new ImsFault(409, "IMG.0018", message);
      case Refusal.ImageNotFound(String image) -> imageNotFound(image);
      case Refusal.MemberNotFound(String image, String member) -> memberNotFound(image, member);
      case Refusal.NotOwner(String image) -> notOwner(image);
      case Refusal.NotTheMember(String image, String member) -> foreign(member);
      case Refusal.ForeignProject(String project) -> foreign(project);
      case Refusal.NotShared(String image) -> notShared(image);
      case Refusal.NotActive(String image) -> notActive(image);
      case Refusal.Encrypted(String image) -> encrypted(image);
      case Refusal.WholeMachine(String image) -> wholeMachine(image);
      case Refusal.VaultMissing(String image) -> vaultMissing(image);
      case Refusal.SharedWithItself(String project) ->
          fault("IMG.0076", "You cannot share an image with yourself.", project);
      case Refusal.UnknownProject(String project) -> unknownProject(project);
      case Refusal.MemberLimit(String image, long attempted, long maximum) -> memberLimit(image);
      case Refusal.Busy() ->
          new ImsFault(429, "IMG.0060", "The number of tasks exceeds the flow control limit.");
      case Refusal.TooManyRequests _ ->
          new ImsFault(429, "APIGW.0308", "Too many requests at once; try again.");
      case Refusal.Unavailable() ->
          new ImsFault(503, "APIGW.0202", "The service is unavailable for the moment; try again.");
      case Refusal.NoBatches() ->
          new ImsFault(
              501,
              "IMG.0105",
              "The operation is not supported. Batches are not carried out on this cloud's database (Citus);"
                  + " share images one by one.");
      case Refusal.JobNotFound(String job) ->
          fault("IMG.0023", "An exception occurred during task query.", job);
      case Refusal.Unauthenticated _,
          Refusal.BadSignature _,
          Refusal.OfDirectory _,
          Refusal.OfIam _,
          Refusal.OfGlance _ ->
          throw new IllegalStateException("not a rule of IMS: " + refusal);
    };
  }

  /** The error of a pair of a job; null if it succeeded. */
  static @Nullable ImsFault of(Pair pair) {
    String image = pair.image().toString();
    String member = pair.member().value();
    return switch (pair.outcome()) {
      case SUCCESS -> null;
      case IMAGE_NOT_FOUND -> imageNotFound(image);
      case NOT_OWNER -> notOwner(image);
      case NOT_SHARED -> notShared(image);
      case NOT_ACTIVE -> notActive(image);
      case ENCRYPTED -> encrypted(image);
      case WHOLE_MACHINE -> wholeMachine(image);
      case VAULT_MISSING -> vaultMissing(image);
      case FOREIGN_PROJECT -> foreign(member);
      case UNKNOWN_PROJECT -> unknownProject(member);
      case MEMBER_LIMIT -> memberLimit(image);
      case MEMBER_NOT_FOUND -> memberNotFound(image, member);
      case SUPERSEDED ->
          conflicting(
              "A later change of the image or the member superseded the batch. (%s of %s)"
                  .formatted(member, image));
      case ROLLED_BACK ->
          fault("IMG.0018", "Not carried out: another part of the atomic batch failed.");
      case ERROR -> UNKNOWN;
    };
  }

  private static ImsFault imageNotFound(String image) {
    return fault("IMG.0027", "The image ID in the request does not exist.", image);
  }

  private static ImsFault memberNotFound(String image, String member) {
    return fault("IMG.0114", "Failed to query the tenant details.", member + " of " + image);
  }

  private static ImsFault notOwner(String image) {
    return fault("IMG.0047", "This operation can be performed only by the image owner.", image);
  }

  private static ImsFault notShared(String image) {
    return fault("IMG.0089", "The public image or Marketplace image cannot be shared.", image);
  }

  private static ImsFault notActive(String image) {
    return fault("IMG.0046", "The image is unavailable.", image);
  }

  private static ImsFault encrypted(String image) {
    return fault(
        "IMG.0098", "The encrypted image cannot be shared or published in Marketplace.", image);
  }

  private static ImsFault wholeMachine(String image) {
    return fault("IMG.0135", "The full-ECS image cannot be shared.", image);
  }

  private static ImsFault vaultMissing(String image) {
    return fault("IMG.0184", "Failed to obtain the vault.", image);
  }

  private static ImsFault unknownProject(String project) {
    return fault("IMG.0108", "The tenant ID was not found in the current region.", project);
  }

  private static ImsFault memberLimit(String image) {
    return fault("IMG.0088", "The number of shared images has reached the maximum allowed.", image);
  }

  /** Status and code of the newer edition, sentence of IAM (contract/ims.md O-3, O-4). */
  private static ImsFault denied(String actions) {
    return new ImsFault(
        403, "IMG.0026", "Policy doesn't allow %s to be performed.".formatted(actions));
  }

  private static ImsFault foreign(String project) {
    return fault("IMG.0030", "The project ID and token in the request are invalid.", project);
  }

  private static ImsFault conflicting(String message) {
    return fault("IMG.0035", "An attribute conflict occurred during the modification. " + message);
  }

  private static ImsFault fault(String code, String sentence, String about) {
    return fault(code, "%s (%s)".formatted(sentence, about));
  }

  private static ImsFault fault(String code, String message) {
    return new ImsFault(400, code, message);
  }
}
