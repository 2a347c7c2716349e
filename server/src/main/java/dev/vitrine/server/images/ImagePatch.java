package dev.vitrine.server.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.image.ImageEdit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Request;
import java.util.ArrayList;
import java.util.List;

/** JSON patches of an image, in the three media types that clients send. */
public final class ImagePatch {
  private static final String V20 = "application/openstack-images-v2.0-json-patch";
  private static final String V21 = "application/openstack-images-v2.1-json-patch";
  private static final String RFC6902 = "application/json-patch+json";

  private static final List<String> TYPES = List.of(V20, V21, RFC6902);

  private ImagePatch() {}

  /** The changes of the request, in order. */
  public static List<ImageEdit.Change> read(Request request) {
    boolean old = mediaType(request).equals(V20);
    JsonNode body = ImageBody.container(request);
    if (!body.isArray()) {
      throw invalid("Request body must be a JSON array of operation objects.");
    }
    List<ImageEdit.Change> changes = new ArrayList<>();
    for (JsonNode operation : body) {
      if (!operation.isObject()) {
        throw invalid("Operations must be JSON objects.");
      }
      changes.add(old ? v20(operation) : change(PatchOperation.read(operation)));
    }
    return changes;
  }

  private static String mediaType(Request request) {
    String type = request.mediaType();
    if (type == null || !TYPES.contains(type)) {
      throw ImageBody.unsupported(type, TYPES.toArray(String[]::new)).asException();
    }
    return type;
  }

  /** Reads {@code {"replace": "/name", "value": "x"}}. */
  private static ImageEdit.Change v20(JsonNode operation) {
    List<String> verbs = PatchOperation.VERBS.stream().filter(operation::has).toList();
    if (verbs.size() != 1) {
      throw invalid(
          "Operation objects must contain exactly one member named \"add\", \"remove\", or"
              + " \"replace\".");
    }
    String verb = verbs.getFirst();
    String name = PatchOperation.attribute(operation.get(verb));
    return change(PatchOperation.of(verb, name, operation.get("value")), true);
  }

  /** The change of one operation. */
  public static ImageEdit.Change change(PatchOperation operation) {
    return change(operation, false);
  }

  private static ImageEdit.Change change(PatchOperation operation, boolean old) {
    String verb = operation.verb();
    String name = operation.name();
    JsonNode value = operation.value();
    ImageAttributes.requireWritable(name);
    boolean base = ImageAttributes.isBase(name);
    if (value == null) {
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

  private static RuntimeException invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
