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
 * The version documents: {@code /} with status 300, {@code /versions} with 200, and IMS's document
 * of each version.
 */
public final class Versions {
  /** v2.12 added the tasks of an image; v2.16 is the newest whose features clients may look for. */
  private static final int NEWEST = 16;

  /** IMS has a document for it (contract/ims.md 1.15; ruling 24). */
  private static final Version VERSION_1 = new Version("v1.0", "DEPRECATED", "/v1/");

  /**
   * Listed only at the root, so that a client that knows only the server's address finds where to
   * log in. Image clients look for versions that begin with 2 and ignore it.
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
   * Glance's answer to a path without a version: 300 ("multiple choices"), or the same document
   * with 200 at {@code /versions}.
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

  /** Registers the documents, which need no token. */
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
