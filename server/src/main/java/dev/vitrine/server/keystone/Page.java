package dev.vitrine.server.keystone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.WholeNumber;
import dev.vitrine.server.json.Json;
import java.net.URLEncoder;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keystone's envelopes: {@code {"project": …}} and {@code {"projects": […], "links": …}}. */
final class Page {
  /** Parameters for a part of a list: Keystone's, and IAM's. */
  static final List<String> PARAMETERS = List.of("limit", "marker", "page", "per_page");

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

  /** The whole list, or the requested part. Keystone does not page by itself either. */
  <T> Reply all(Request request, String plural, List<T> resources, Function<T, ObjectNode> render) {
    return all(request, plural, plural, resources, render);
  }

  /**
   * The same.
   *
   * @param place path below which each resource has its link
   */
  <T> Reply all(
      Request request,
      String place,
      String plural,
      List<T> resources,
      Function<T, ObjectNode> render) {
    List<ObjectNode> all = resources.stream().map(render).toList();
    Part part = part(request, all);
    ObjectNode page = node();
    ArrayNode array = page.putArray(plural);
    all.subList(part.from(), part.to()).forEach(resource -> array.add(linked(place, resource)));
    links(request, page);
    if (request.query("limit") != null && part.from() < part.to() && part.to() < all.size()) {
      ((ObjectNode) page.get("links")).put("next", next(request, id(all.get(part.to() - 1))));
    }
    return Json.reply(200, page);
  }

  private record Part(int from, int to) {
    static Part of(long from, long length, int size) {
      return new Part((int) Math.min(from, size), (int) Math.min(from + length, size));
    }
  }

  /** The part for {@code limit} and {@code marker}, or for {@code page} and {@code per_page}. */
  private static Part part(Request request, List<ObjectNode> all) {
    Integer size = number(request, "per_page");
    Integer page = number(request, "page");
    Integer limit = number(request, "limit");
    String marker = request.query("marker");
    if (size == null && page == null) {
      return Part.of(after(marker, all), limit == null ? Integer.MAX_VALUE : limit, all.size());
    }
    if (size == null || page == null || limit != null || marker != null) {
      throw QueryParameters.invalid("page", "page and per_page go together, and with no others");
    }
    return Part.of((page - 1L) * size, size, all.size());
  }

  private static int after(@Nullable String marker, List<ObjectNode> all) {
    return marker == null
        ? 0
        : 1
            + IntStream.range(0, all.size())
                .filter(i -> marker.equals(id(all.get(i))))
                .findFirst()
                .orElseThrow(() -> QueryParameters.invalid("marker", "is not in the list"));
  }

  private static @Nullable Integer number(Request request, String name) {
    String text = request.query(name);
    if (text == null) {
      return null;
    }
    Integer number = WholeNumber.within(text, 1, Integer.MAX_VALUE);
    if (number == null) {
      throw QueryParameters.invalid(name, "must be a number from 1 on");
    }
    return number;
  }

  private String next(Request request, String marker) {
    Stream<String> others =
        request.query().entrySet().stream()
            .filter(parameter -> !parameter.getKey().equals("marker"))
            .map(parameter -> pair(parameter.getKey(), parameter.getValue().getLast()));
    return url
        + request.prefix()
        + request.path()
        + Stream.concat(others, Stream.of(pair("marker", marker)))
            .collect(Collectors.joining("&", "?", ""));
  }

  private static String pair(String name, String value) {
    return URLEncoder.encode(name, UTF_8) + "=" + URLEncoder.encode(value, UTF_8);
  }

  private static String id(ObjectNode resource) {
    return resource.path("id").textValue();
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

  /** The resource with a link to itself. */
  ObjectNode linked(String plural, ObjectNode resource) {
    resource.putObject("links").put("self", link(plural + "/" + id(resource)));
    return resource;
  }
}
