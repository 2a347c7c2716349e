package dev.vitrine.server.iam;

import dev.vitrine.refusal.CustomPolicyFault;
import dev.vitrine.refusal.EnterpriseProjectFault;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Challenge;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.WireProtocol;
import dev.vitrine.server.json.Json;
import java.util.List;

/**
 * The refusals of IAM and of enterprise projects (IAM: 错误码; EPS: 错误码). Only here does a refusal get
 * its status, its two codes and its text.
 */
public final class IamProtocol implements WireProtocol {
  private static final String ENTERPRISE_PROJECTS = "/v1.0/enterprise-projects";

  private final WireProtocol keystone;
  private final Challenge challenge;

  /**
   * @param keystone answers what both have in common
   */
  public IamProtocol(WireProtocol keystone, Challenge challenge) {
    this.keystone = keystone;
    this.challenge = challenge;
  }

  /**
   * A refusal.
   *
   * @param iam the code for {@code /v3.0}
   * @param eps the code for enterprise projects
   */
  private record Fault(int status, String iam, String eps, String message) {
    Reply answer(Request request) {
      boolean isEps = isEnterpriseProjects(request.path());
      return Json.reply(
          status,
          json -> {
            json.writeStartObject();
            if (isEps) {
              json.writeObjectFieldStart("error");
            }
            json.writeStringField("error_code", isEps ? eps : iam);
            json.writeStringField("error_msg", message);
            if (isEps) {
              json.writeEndObject();
            }
            json.writeEndObject();
          });
    }
  }

  private static boolean isEnterpriseProjects(String path) {
    return path.equals(ENTERPRISE_PROJECTS) || path.startsWith(ENTERPRISE_PROJECTS + "/");
  }

  @Override
  public boolean owns(String path) {
    return path.startsWith("/v3.0/") || isEnterpriseProjects(path);
  }

  @Override
  public boolean authenticatesFirst(Request request) {
    return false;
  }

  /** Keystone's answer below {@code /v3} (ruling 24), the gateway's elsewhere. */
  @Override
  public Reply unknownRoute(Request request) {
    return isEnterpriseProjects(request.path())
        ? gateway(404, "The API does not exist or has not been published in the environment.")
            .answer(request)
        : keystone.unknownRoute(request);
  }

  @Override
  public Reply methodNotAllowed(Request request, List<String> allowed) {
    return gateway(405, "The method is not allowed for the requested URL.")
        .answer(request)
        .with("Allow", String.join(", ", allowed));
  }

  private static Fault gateway(int status, String message) {
    return new Fault(status, "APIGW.0101", "APIGW.0101", message);
  }

  @Override
  public Reply failed(Request request) {
    return new Fault(
            500,
            "IAM.0006",
            "EPS.0001",
            "An unexpected error prevented the server from fulfilling your request.")
        .answer(request);
  }

  @Override
  public Reply finish(Request request, Reply reply) {
    return keystone.finish(request, reply);
  }

  @Override
  public Reply refused(Request request, Refusal refusal) {
    return challenge.on(refusal, fault(refusal).answer(request));
  }

  private static Fault fault(Refusal refusal) {
    return switch (refusal) {
      case Refusal.Unauthenticated() ->
          new Fault(
              401, "IAM.0001", "EPS.0003", "The request you have made requires authentication.");
      case Refusal.NotPermitted denied -> denied(denied.actions());
      case Refusal.NotCloudAdmin(String what) -> denied(what);
      case Refusal.Forbidden(String message) -> new Fault(403, "IAM.0002", "EPS.0004", message);
      case Refusal.Invalid(String message) -> new Fault(400, "IAM.0011", "EPS.0002", message);
      case Refusal.InvalidParameter(String name) ->
          new Fault(
              400, "IAM.0007", "EPS.0002", "Request parameter %s is invalid.".formatted(name));
      case Refusal.InvalidCustomPolicy(CustomPolicyFault fault, String message) ->
          new Fault(400, code(fault), "EPS.0002", message);
      case Refusal.InvalidPolicy(var fault, String path, String message) ->
          new Fault(400, fault.code(), "EPS.0002", path + " " + message + ".");
      case Refusal.InvalidEnterpriseProject(EnterpriseProjectFault fault, String message) ->
          new Fault(400, "IAM.0011", code(fault), message);
      case Refusal.Absent(String kind, String id) ->
          notFound("Could not find %s: %s.".formatted(kind, id));
      case Refusal.NotFound(String message) -> notFound(message);
      case Refusal.NameTaken(String kind, String name, var domain) ->
          new Fault(
              409,
              "IAM.0005",
              "EPS.0010",
              "Conflict occurred when attempting to store %s - there is one named %s already."
                  .formatted(kind, name));
      case Refusal.Conflict(String message) -> new Fault(409, "IAM.0005", "EPS.0010", message);
      case Refusal.TooSlow() ->
          new Fault(408, "IAM.0011", "EPS.0002", "The request did not arrive in time.");
      case Refusal.TooLarge(Limit _, String message) ->
          new Fault(413, "IAM.1101", "EPS.0002", message);
      case Refusal.HeaderTooLarge(String header, int maximum) ->
          new Fault(
              431,
              "IAM.0011",
              "EPS.0002",
              "%s is too long, max size %d".formatted(header, maximum));
      case Refusal.Busy _, Refusal.TooManyRequests _ ->
          new Fault(429, "APIGW.0308", "APIGW.0308", "Too many requests at once; try again.");
      case Refusal.Unavailable() ->
          new Fault(
              503,
              "APIGW.0202",
              "APIGW.0202",
              "The service is unavailable for the moment; try again.");
      case Refusal.PasswordExpired _, Refusal.BadSignature _, Refusal.OfImages _ ->
          throw new IllegalStateException("not a rule of IAM: " + refusal);
    };
  }

  private static String code(CustomPolicyFault fault) {
    return switch (fault) {
      case NO_ROLE -> "IAM.1000";
      case DISPLAY_NAME -> "IAM.1001";
      case DISPLAY_NAME_TOO_LONG -> "IAM.1002";
      case DISPLAY_NAME_CHARACTERS -> "IAM.1003";
      case TYPE_MISSING -> "IAM.1004";
      case TYPE_UNKNOWN -> "IAM.1005";
      case CATALOG_GIVEN -> "IAM.1006";
      case FLAG_GIVEN -> "IAM.1007";
      case NAME_GIVEN -> "IAM.1008";
      case TYPE_NOT_CUSTOM -> "IAM.1009";
      case DESCRIPTION -> "IAM.1018";
      case DESCRIPTION_CN -> "IAM.1019";
      case NO_POLICY -> "IAM.1020";
      case POLICY_TOO_LONG -> "IAM.1021";
    };
  }

  private static String code(EnterpriseProjectFault fault) {
    return switch (fault) {
      case NAME -> "EPS.0007";
      case DESCRIPTION -> "EPS.0008";
      case DEFAULT_IS_FIXED -> "EPS.0012";
      case ACTION -> "EPS.0013";
      case DISABLED -> "EPS.0014";
      case LIMIT -> "EPS.0017";
      case OFFSET -> "EPS.0018";
    };
  }

  private static Fault denied(String actions) {
    return new Fault(
        403, "IAM.0003", "EPS.0004", "Policy doesn't allow %s to be performed.".formatted(actions));
  }

  private static Fault notFound(String message) {
    return new Fault(404, "IAM.0004", "EPS.0005", message);
  }
}
