package dev.vitrine.server.images;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.json.Json;
import org.jspecify.annotations.Nullable;

/** Reads JSON bodies, with Glance's texts for malformed ones. Ignores the content type. */
public final class ImageBody {
  private ImageBody() {}

  /** An object; {@code expected} is the message if it is a list. */
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
   * The refusal of a media type. Glance reports a missing type as {@code text/plain}, which
   * misleads; this says that it is missing. With several supported types, Accept-Patch lists them.
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
