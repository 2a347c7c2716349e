package dev.vitrine.server.huawei;

import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.json.Json;

/**
 * What the public cloud's gateway answers in front of all services, whichever of them was asked
 * (contract/ims.md 1.0.2 E2; ruling 14).
 */
public final class Gateway {
  private static final String UNAUTHENTICATED = "Incorrect IAM authentication information: ";

  private Gateway() {}

  /** The same for every reason: see {@link dev.vitrine.refusal.Refusal.BadSignature}. */
  public static Reply badSignature(Request request) {
    return answer(request, 401, "APIGW.0301", UNAUTHENTICATED + "verify aksk signature fail");
  }

  /** No token, none that stands, or one that is for no project. */
  public static Reply badToken(Request request) {
    return answer(request, 401, "APIGW.0301", UNAUTHENTICATED + "decrypt token fail");
  }

  /** Nothing is served at this path, or not by this method. */
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
