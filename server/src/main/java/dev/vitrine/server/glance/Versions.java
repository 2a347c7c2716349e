package dev.vitrine.server.glance;

import dev.vitrine.access.Operation;
import dev.vitrine.server.http.Json;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import java.util.stream.IntStream;

/** The version documents: {@code /} with status 300, {@code /versions} with 200. */
public final class Versions {
  /** v2.12: tasks of an image; v2.16: the newest whose features clients may look for. */
  private static final int NEWEST = 16;

  private final String publicUrl;

  public Versions(String publicUrl) {
    this.publicUrl = publicUrl;
  }

  /**
   * What Glance says to whoever asks for no version, whatever the method: "multiple choices", or
   * the same as a plain answer to who asks for just that.
   */
  public Reply choices(Request request) {
    return list(request.path().matches("/versions/?") ? 200 : 300);
  }

  /** Both documents are served to anybody. */
  public void addTo(Routes routes) {
    routes
        .on(Operation.LIST_IMAGE_VERSIONS, this::choices)
        .on(Operation.LIST_IMAGE_VERSIONS_OK, this::choices);
  }

  private Reply list(int status) {
    return Json.reply(
        status,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("versions");
          for (int minor : IntStream.rangeClosed(0, NEWEST).map(i -> NEWEST - i).toArray()) {
            json.writeStartObject();
            json.writeStringField("id", "v2." + minor);
            json.writeStringField("status", minor == NEWEST ? "CURRENT" : "SUPPORTED");
            json.writeArrayFieldStart("links");
            json.writeStartObject();
            json.writeStringField("rel", "self");
            json.writeStringField("href", publicUrl + "/v2/");
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }
}
