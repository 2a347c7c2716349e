package dev.vitrine.server.glance;

import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Json;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The version documents: {@code /} with status 300, {@code /versions} with 200; and one of one
 * version each, which IMS has.
 */
public final class Versions {
  /** v2.12: tasks of an image; v2.16: the newest whose features clients may look for. */
  private static final int NEWEST = 16;

  /** IMS tells of it in a document of its own (contract/ims.md 1.15; ruling 24). */
  private static final Version VERSION_1 = new Version("v1.0", "DEPRECATED", "/v1/");

  /**
   * At the root of both services, so that a client that was told no more than the address of this
   * server finds where to log in. Clients of images look for versions that begin with 2.
   */
  private static final Version IDENTITY = new Version("v3.14", "stable", "/identity/v3/");

  /** What is at the root beside the versions: pages for people. */
  @FunctionalInterface
  public interface Front {
    /** The answer, which may be the versions. */
    Reply answer(Request request, Supplier<Reply> versions);
  }

  private final String publicUrl;
  private final Front front;

  /** Without a front. */
  public Versions(String publicUrl) {
    this(publicUrl, (request, versions) -> versions.get());
  }

  public Versions(String publicUrl, Front front) {
    this.publicUrl = publicUrl;
    this.front = front;
  }

  /**
   * What Glance says to whoever asks for no version, whatever the method: "multiple choices", or
   * the same as a plain answer to who asks for just that.
   */
  public Reply choices(Request request) {
    List<Version> versions =
        IntStream.rangeClosed(0, NEWEST).mapToObj(i -> version2(NEWEST - i)).toList();
    if (request.path().equals("/") && request.prefix().isEmpty()) {
      var all = Stream.concat(versions.stream(), Stream.of(IDENTITY)).toList();
      return front.answer(request, () -> list(request, 300, all));
    }
    return list(request, request.path().matches("/versions/?") ? 200 : 300, versions);
  }

  /** All documents are served to anybody. */
  public void addTo(Routes routes) {
    routes
        .on(Operation.LIST_IMAGE_VERSIONS, this::choices)
        .on(Operation.LIST_IMAGE_VERSIONS_OK, this::choices)
        .on(Operation.SHOW_IMAGE_VERSION_2, request -> list(request, 300, List.of(version2(0))))
        .on(Operation.SHOW_IMAGE_VERSION_1, request -> list(request, 300, List.of(VERSION_1)));
  }

  private record Version(String id, String status, String path) {}

  private static Version version2(int minor) {
    return new Version("v2." + minor, minor == NEWEST ? "CURRENT" : "SUPPORTED", "/v2/");
  }

  private Reply list(Request request, int status, List<Version> versions) {
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
            json.writeStringField("href", publicUrl + request.prefix() + version.path());
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }
}
