package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.server.http.Json;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import java.util.List;
import java.util.function.Function;

/** Keystone's envelopes: {@code {"project": …}} and {@code {"projects": […], "links": …}}. */
final class Page {
  private final String url;

  Page(String url) {
    this.url = url;
  }

  static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** One resource, with a link to itself. */
  Reply one(int status, String kind, String plural, ObjectNode resource) {
    ObjectNode envelope = node();
    envelope.set(kind, linked(plural, resource));
    return Json.reply(status, envelope);
  }

  /** All of them: nothing is paged, as Keystone does by default. */
  <T> Reply all(Request request, String plural, List<T> resources, Function<T, ObjectNode> render) {
    return all(request, plural, plural, resources, render);
  }

  /**
   * The same.
   *
   * @param place below which each has its link
   */
  <T> Reply all(
      Request request,
      String place,
      String plural,
      List<T> resources,
      Function<T, ObjectNode> render) {
    ObjectNode page = node();
    ArrayNode array = page.putArray(plural);
    for (T resource : resources) {
      array.add(linked(place, render.apply(resource)));
    }
    links(request, page);
    return Json.reply(200, page);
  }

  void links(Request request, ObjectNode page) {
    String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
    page.putObject("links")
        .putNull("next")
        .put("self", url + request.prefix() + request.path() + query)
        .putNull("previous");
  }

  /** An absolute link below {@code /v3/}. */
  String link(String path) {
    return url + "/v3/" + path;
  }

  private ObjectNode linked(String plural, ObjectNode resource) {
    String self = link(plural + "/" + resource.path("id").textValue());
    resource.putObject("links").put("self", self);
    return resource;
  }
}
