package dev.vitrine.server.iam;

import dev.vitrine.Refusal;
import dev.vitrine.access.Action;
import dev.vitrine.access.Decision;
import dev.vitrine.server.http.Json;
import dev.vitrine.server.http.Protocol;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import java.util.List;
import java.util.stream.Collectors;

/**
 * IAM's own way to say no. The only place where a refusal gets its status, code and text
 * (contract/ims.md 2.5).
 */
public final class IamDoor implements Protocol {

  private record Fault(int status, String code, String message) {
    Reply answer() {
      return Json.reply(
          status,
          json -> {
            json.writeStartObject();
            json.writeStringField("error_code", code);
            json.writeStringField("error_msg", message);
            json.writeEndObject();
          });
    }
  }

  @Override
  public boolean owns(String path) {
    return path.startsWith("/v3.0/") || path.startsWith("/v1.0/");
  }

  @Override
  public boolean authenticatesFirst(Request request) {
    return false;
  }

  @Override
  public Reply unknownRoute(Request request) {
    return new Fault(404, "IAM.0004", "The API does not exist.").answer();
  }

  @Override
  public Reply methodNotAllowed(Request request, List<String> allowed) {
    return new Fault(405, "IAM.0004", "The API does not know this method.")
        .answer()
        .with("Allow", String.join(", ", allowed));
  }

  @Override
  public Reply failed(Request request) {
    return new Fault(500, "IAM.0006", "An unexpected error occurred.").answer();
  }

  @Override
  public Reply finish(Request request, Reply reply) {
    return reply.with("X-Request-Id", request.id()).with("x-openstack-request-id", request.id());
  }

  @Override
  public Reply refused(Request request, Refusal refusal) {
    return fault(refusal).answer();
  }

  private static Fault fault(Refusal refusal) {
    return switch (refusal) {
      case Refusal.Unauthenticated() ->
          new Fault(401, "IAM.0001", "The request you have made requires authentication.");
      case Refusal.NotPermitted(Decision decision) ->
          new Fault(
              403,
              "IAM.0003",
              "Policy doesn't allow %s to be performed.".formatted(missing(decision)));
      case Refusal.NotCloudAdmin(String what) ->
          new Fault(
              403, "IAM.0002", "You are not authorized to perform the action %s.".formatted(what));
      case Refusal.Forbidden(String message) -> new Fault(403, "IAM.0002", message);
      case Refusal.Invalid(String message) -> new Fault(400, "IAM.0011", message);
      case Refusal.Absent(String kind, String id) ->
          new Fault(404, "IAM.0004", "Could not find %s: %s.".formatted(kind, id));
      case Refusal.NotFound(String message) -> new Fault(404, "IAM.0004", message);
      case Refusal.Conflict(String message) -> new Fault(409, "IAM.0005", message);
      case Refusal.NameTaken(String kind, String name, var domain) ->
          new Fault(409, "IAM.0005", "There is a %s of the name %s already.".formatted(kind, name));
      case Refusal.TooLarge(String message) -> new Fault(413, "IAM.0011", message);
      case Refusal.HeaderTooLarge(String header, int maximum) ->
          new Fault(431, "IAM.0011", "%s is too long, max size %d".formatted(header, maximum));
      case Refusal.Busy() -> new Fault(503, "IAM.0012", "Too many requests at once; try again.");
      case Refusal.BadSignature _,
          Refusal.ImageNotFound _,
          Refusal.MemberNotFound _,
          Refusal.NotOwner _,
          Refusal.NotTheMember _,
          Refusal.NotShared _,
          Refusal.DuplicateMember _,
          Refusal.MemberLimit _,
          Refusal.UnknownProject _,
          Refusal.NotAccepted _,
          Refusal.Protected _,
          Refusal.PropertyConflict _,
          Refusal.ForeignOwner _,
          Refusal.UnsupportedMediaType _,
          Refusal.RangeNotSatisfiable _ ->
          throw new IllegalStateException("not a rule of identities: " + refusal);
    };
  }

  private static String missing(Decision decision) {
    return decision instanceof Decision.Denied denied
        ? denied.missing().stream().map(Action::toString).collect(Collectors.joining(","))
        : "";
  }
}
