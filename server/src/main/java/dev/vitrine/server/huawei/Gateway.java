package dev.vitrine.server.huawei;

import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.json.Json;

/**
 * The answers of the public cloud's API gateway, the same in front of every service
 * (contract/ims.md 1.0.2 E2; ruling 14).
 */
public final class Gateway {
  private static final String UNAUTHENTICATED = "Incorrect IAM authentication information: ";

  private Gateway() {}

  /** One answer for every reason: see {@link dev.vitrine.refusal.Refusal.BadSignature}. */
  public static Reply badSignature(Request request) {
    return answer(request, 401, "APIGW.0301", UNAUTHENTICATED + "verify aksk signature fail");
  }

  /** The token is missing, not valid, or not scoped to a project. */
  public static Reply badToken(Request request) {
    return answer(request, 401, "APIGW.0301", UNAUTHENTICATED + "decrypt token fail");
  }

  /** The path, or its method, is not served. */
  public static Reply noSuchApi(Request request, int status) {
    return answer(
        request,
        status,
        "APIGW.0101",
        "The API does not exist or has not been published in the environment");
  }

  private static Reply answer(Request request, int status, String code, String message) {
    return Json.reply(
            status,
            json -> {
              json.writeStartObject();
              json.writeStringField("error_msg", message);
              json.writeStringField("error_code", code);
              json.writeStringField("request_id", request.id());
              json.writeEndObject();
            })
        .with("X-Request-Id", request.id());
  }
}
