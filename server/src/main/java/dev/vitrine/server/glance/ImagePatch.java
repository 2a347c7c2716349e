package dev.vitrine.server.glance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.Refusal;
import dev.vitrine.image.ImageEdit;
import dev.vitrine.server.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON patches of an image, in the three media types that clients send. */
final class ImagePatch {
  private static final String V20 = "application/openstack-images-v2.0-json-patch";
  private static final String V21 = "application/openstack-images-v2.1-json-patch";
  private static final String RFC6902 = "application/json-patch+json";
  private static final Set<String> VERBS = Set.of("add", "remove", "replace");
  private static final String VERBS_SENTENCE =
      "It must be one of the following: add, remove, replace.";

  private ImagePatch() {}

  /** The changes that the request asks for, in order. */
  static List<ImageEdit.Change> read(Request request) {
    boolean old = mediaType(request).equals(V20);
    JsonNode body = GlanceBody.container(request);
    if (!body.isArray()) {
      throw invalid("Request body must be a JSON array of operation objects.");
    }
    List<ImageEdit.Change> changes = new ArrayList<>();
    for (JsonNode operation : body) {
      if (!operation.isObject()) {
        throw invalid("Operations must be JSON objects.");
      }
      changes.add(old ? v20(operation) : v21(operation));
    }
    return changes;
  }

  private static String mediaType(Request request) {
    String header = request.header("Content-Type");
    String type =
        header == null ? "text/plain" : header.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    if (!Set.of(V20, V21, RFC6902).contains(type)) {
      throw new Refusal.UnsupportedMediaType(
              "The request media type %s is not supported by this server.".formatted(type),
              String.join(", ", V20, V21, RFC6902))
          .asException();
    }
    return type;
  }

  /** {@code {"replace": "/name", "value": "x"}}. */
  private static ImageEdit.Change v20(JsonNode operation) {
    List<String> verbs = VERBS.stream().filter(operation::has).toList();
    if (verbs.size() != 1) {
      throw invalid(
          "Operation objects must contain exactly one member named \"add\", \"remove\", or"
              + " \"replace\".");
    }
    String verb = verbs.getFirst();
    String name = attribute(operation.get(verb));
    return change(verb, name, operation.get("value"), true);
  }

  /** {@code {"op": "replace", "path": "/name", "value": "x"}}. */
  private static ImageEdit.Change v21(JsonNode operation) {
    JsonNode verb = operation.get("op");
    if (verb == null) {
      throw invalid("Unable to find `op` in JSON Schema change. " + VERBS_SENTENCE);
    }
    if (!verb.isTextual() || !VERBS.contains(verb.textValue())) {
      throw invalid("Invalid operation: `%s`. %s".formatted(verb.asText(), VERBS_SENTENCE));
    }
    String name = attribute(operation.get("path"));
    return change(verb.textValue(), name, operation.get("value"), false);
  }

  private static ImageEdit.Change change(
      String verb, String name, @Nullable JsonNode value, boolean old) {
    if (value == null && !verb.equals("remove")) {
      throw invalid("Operation \"%s\" requires a member named \"value\".".formatted(verb));
    }
    ImageAttributes.requireWritable(name);
    boolean base = ImageAttributes.isBase(name);
    if (value == null || verb.equals("remove")) {
      if (base) {
        throw new Refusal.Forbidden("Property " + name + " may not be removed.").asException();
      }
      return edit -> edit.removeProperty(name);
    }
    if (base) {
      if (old && verb.equals("add")) {
        throw new Refusal.PropertyConflict("Property " + name + " already present.").asException();
      }
      return ImageAttributes.base(name, value);
    }
    String text = ImageAttributes.property(name, value);
    if (verb.equals("replace")) {
      return edit -> edit.replaceProperty(name, text);
    }
    return old ? edit -> edit.addNewProperty(name, text) : edit -> edit.property(name, text);
  }

  private static final Pattern ESCAPE = Pattern.compile("~.?");

  /** A JSON pointer to an attribute: one segment (RFC 6901). */
  private static String attribute(@Nullable JsonNode path) {
    if (path == null) {
      throw invalid("Unable to find 'path' in JSON Schema change");
    }
    if (!path.isTextual()) {
      throw invalid("A path must be a string, not `%s`.".formatted(path));
    }
    String pointer = path.textValue();
    if (!pointer.startsWith("/")) {
      throw invalid("Pointer `%s` does not start with \"/\".".formatted(pointer));
    }
    if (pointer.length() > 1 && pointer.endsWith("/")) {
      throw invalid("Pointer `%s` end with \"/\".".formatted(pointer));
    }
    String segment = pointer.substring(1);
    if (segment.indexOf('/') >= 0) {
      throw invalid("Invalid JSON pointer for this resource: '%s'".formatted(pointer));
    }
    return unescape(pointer, segment);
  }

  private static String unescape(String pointer, String segment) {
    return ESCAPE
        .matcher(segment)
        .replaceAll(
            escape ->
                switch (escape.group()) {
                  case "~1" -> "/";
                  case "~0" -> "~";
                  default ->
                      throw invalid(
                          "Pointer `%s` contains \"~\" not part of a recognized escape sequence."
                              .formatted(pointer));
                });
  }

  private static RuntimeException invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
