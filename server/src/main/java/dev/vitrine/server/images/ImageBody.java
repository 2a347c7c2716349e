package dev.vitrine.server.images;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.json.Json;
import org.jspecify.annotations.Nullable;

/** JSON bodies, and what Glance says of those that are none. The content type is not looked at. */
public final class ImageBody {
  private ImageBody() {}

  /** An object; {@code expected} is the answer to a list. */
  public static JsonNode object(Request request, String expected) {
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

  /**
   * Glance calls a type that is missing {@code text/plain}, which sends people looking for who set
   * it; Accept-Patch is told where several will do.
   */
  public static Refusal unsupported(@Nullable String type, String... supported) {
    String all = String.join(", ", supported);
    return new Refusal.UnsupportedMediaType(
        type == null
            ? "The Content-Type is missing: it must be " + all.replace(", ", " or ") + "."
            : "The request media type %s is not supported by this server.".formatted(type),
        supported.length > 1 ? all : "");
  }
}
