package dev.vitrine.server.glance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.Refusal;
import dev.vitrine.server.http.Json;
import dev.vitrine.server.http.Request;

/** JSON bodies, and what Glance says of those that are none. The content type is not looked at. */
public final class GlanceBody {
  private GlanceBody() {}

  /** An object; {@code expected} is the answer to a list. */
  static JsonNode object(Request request, String expected) {
    JsonNode body = container(request);
    if (!body.isObject()) {
      throw new Refusal.Invalid(expected).asException();
    }
    return body;
  }

  /** An object or a list. */
  public static JsonNode container(Request request) {
    if (request.body().length() == 0) {
      throw new Refusal.Invalid("Body expected in request.").asException();
    }
    JsonNode body;
    try {
      body = Json.read(request.body());
    } catch (JsonProcessingException e) {
      throw new Refusal.Invalid("Malformed JSON in request body.").asException();
    }
    if (!body.isContainerNode()) {
      throw new Refusal.Invalid("Unexpected body type. Expected list/dict.").asException();
    }
    return body;
  }

  /** For operations that take none. */
  static void none(Request request) {
    if (request.body().length() > 0) {
      throw new Refusal.Invalid("A body is not expected with this request.").asException();
    }
  }
}
