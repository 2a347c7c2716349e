package dev.vitrine.server.http;

/**
 * What the public cloud's gateway answers in front of all services, whichever of them was asked
 * (contract/ims.md 1.0.2 E2; ruling 14).
 */
final class Gateway {
  private Gateway() {}

  /** The same for every reason: see {@link dev.vitrine.Refusal.BadSignature}. */
  static Reply badSignature(Request request) {
    return Json.reply(
            401,
            json -> {
              json.writeStartObject();
              json.writeStringField(
                  "error_msg",
                  "Incorrect IAM authentication information: verify aksk signature fail");
              json.writeStringField("error_code", "APIGW.0301");
              json.writeStringField("request_id", request.id());
              json.writeEndObject();
            })
        .with("X-Request-Id", request.id());
  }
}
