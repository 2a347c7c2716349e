package dev.vitrine.server.glance;

import dev.vitrine.access.Operation;
import dev.vitrine.server.http.Json;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The version documents: {@code /} with status 300, {@code /versions} with 200; and one of one
 * version each, which IMS has.
 */
public final class Versions {
  /** v2.12: tasks of an image; v2.16: the newest whose features clients may look for. */
  private static final int NEWEST = 16;

  /** IMS tells of it in a document of its own (contract/ims.md 1.15; ruling 24). */
  private static final Version VERSION_1 = new Version("v1.0", "DEPRECATED", "/v1/");

  private final String publicUrl;

  public Versions(String publicUrl) {
    this.publicUrl = publicUrl;
  }

  /**
   * What Glance says to whoever asks for no version, whatever the method: "multiple choices", or
   * the same as a plain answer to who asks for just that.
   */
  public Reply choices(Request request) {
    return list(
        request.path().matches("/versions/?") ? 200 : 300,
        IntStream.rangeClosed(0, NEWEST).mapToObj(i -> version2(NEWEST - i)).toList());
  }

  /** All documents are served to anybody. */
  public void addTo(Routes routes) {
    routes
        .on(Operation.LIST_IMAGE_VERSIONS, this::choices)
        .on(Operation.LIST_IMAGE_VERSIONS_OK, this::choices)
        .on(Operation.SHOW_IMAGE_VERSION_2, request -> list(300, List.of(version2(0))))
        .on(Operation.SHOW_IMAGE_VERSION_1, request -> list(300, List.of(VERSION_1)));
  }

  private record Version(String id, String status, String path) {}

  private static Version version2(int minor) {
    return new Version("v2." + minor, minor == NEWEST ? "CURRENT" : "SUPPORTED", "/v2/");
  }

  private Reply list(int status, List<Version> versions) {
    return Json.reply(
        status,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("versions");
          for (Version version : versions) {
            json.writeStartObject();
            json.writeStringField("id", version.id());
            json.writeStringField("status", version.status());
            json.writeArrayFieldStart("links");
            json.writeStartObject();
            json.writeStringField("rel", "self");
            json.writeStringField("href", publicUrl + version.path());
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }
}
