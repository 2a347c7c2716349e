package dev.vitrine.server.keystone;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.UserId;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Challenge;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.WireProtocol;
import dev.vitrine.server.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keystone's refusals. Only here does a refusal get its status and text; both are Keystone's
 * (keystone/exception.py) where Keystone has them.
 */
public final class KeystoneProtocol implements WireProtocol {
  private static final String DENIED =
      "You are not authorized to perform the requested action: %s.";

  private final Challenge challenge;

  public KeystoneProtocol(Challenge challenge) {
    this.challenge = challenge;
  }

  private record Fault(int code, String title, String message) {
    Reply answer() {
      return Json.reply(
          code,
          json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("error");
            json.writeNumberField("code", code);
            json.writeStringField("message", message);
            json.writeStringField("title", title);
            json.writeEndObject();
            json.writeEndObject();
          });
    }
  }

  @Override
  public boolean owns(String path) {
    return path.startsWith("/v3") || path.equals("/identity") || path.startsWith("/identity/");
  }

  @Override
  public boolean authenticatesFirst(Request request) {
    return false;
  }

  @Override
  public Reply unknownRoute(Request request) {
    return notFound(
            "The requested URL was not found on the server. If you entered the URL manually please"
                + " check your spelling and try again.")
        .answer();
  }

  @Override
  public Reply methodNotAllowed(Request request, List<String> allowed) {
    return new Fault(405, "Method Not Allowed", "The method is not allowed for the requested URL.")
        .answer()
        .with("Allow", String.join(", ", allowed));
  }

  @Override
  public Reply failed(Request request) {
    return new Fault(
            500,
            "Internal Server Error",
            "An unexpected error prevented the server from fulfilling your request.")
        .answer();
  }

  /** SDKs of the public cloud read the request id from the last header. */
  @Override
  public Reply finish(Request request, Reply reply) {
    return reply
        .with("Vary", "X-Auth-Token")
        .with("x-openstack-request-id", request.shownId())
        .with("X-Request-Id", request.id());
  }

  @Override
  public Reply refused(Request request, Refusal refusal) {
    return challenge.on(refusal, fault(refusal).answer());
  }

  private static Fault fault(Refusal refusal) {
    return switch (refusal) {
      case Refusal.Unauthenticated() ->
          new Fault(401, "Unauthorized", "The request you have made requires authentication.");
      case Refusal.PasswordExpired(UserId user) ->
          new Fault(
              401,
              "Unauthorized",
              "The password is expired and needs to be changed for user: %s.".formatted(user));
      case Refusal.NotPermitted denied -> forbidden(DENIED.formatted(denied.actions()));
      case Refusal.NotCloudAdmin(String what) -> forbidden(DENIED.formatted(what));
      case Refusal.Invalid(String message) -> new Fault(400, "Bad Request", message);
      case Refusal.Absent(String kind, String id) ->
          notFound("Could not find %s: %s.".formatted(kind, id));
      case Refusal.NotFound(String message) -> notFound(message);
      case Refusal.NameTaken(String kind, String name, @Nullable DomainId domain) ->
          conflict(nameTaken(kind, name, domain));
      case Refusal.Conflict(String message) -> conflict(message);
      case Refusal.Forbidden(String message) -> forbidden(message);
      case Refusal.Busy _, Refusal.TooManyRequests _ ->
          new Fault(429, "Too Many Requests", "Too many requests at once; try again.");
      case Refusal.Unavailable() ->
          new Fault(
              503, "Service Unavailable", "The service is unavailable for the moment; try again.");
      case Refusal.TooSlow() ->
          new Fault(408, "Request Timeout", "The request did not arrive in time.");
      case Refusal.TooLarge(Limit _, String message) ->
          new Fault(413, "Request Entity Too Large", message);
      case Refusal.HeaderTooLarge(String header, int maximum) ->
          new Fault(
              431,
              "Request Header Fields Too Large",
              "%s is too long, max size %d".formatted(header, maximum));
      case Refusal.BadSignature _, Refusal.OfImages _, Refusal.OfIam _ ->
          throw new IllegalStateException("not a rule of identities: " + refusal);
    };
  }

  private static String nameTaken(String kind, String name, @Nullable DomainId domain) {
    return switch (kind) {
      case "domain" ->
          "Conflict occurred attempting to store project - it is not permitted to have two projects"
              + " acting as domains with the same name: "
              + name
              + ".";
      case "project" ->
          "Conflict occurred attempting to store project - it is not permitted to have two projects"
              + " with either the same name or same id in the same domain: name is "
              + name
              + ".";
      default ->
          "Conflict occurred attempting to store %s - Duplicate entry found with name %s%s."
              .formatted(kind, name, domain == null ? "" : " at domain ID " + domain);
    };
  }

  private static Fault forbidden(String message) {
    return new Fault(403, "Forbidden", message);
  }

  private static Fault notFound(String message) {
    return new Fault(404, "Not Found", message);
  }

  private static Fault conflict(String message) {
    return new Fault(409, "Conflict", message);
  }
}
