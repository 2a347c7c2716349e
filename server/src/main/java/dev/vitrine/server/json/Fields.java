package dev.vitrine.server.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.vitrine.directory.Extras;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.Request;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An object in a request's body. Every method refuses a value of a wrong type and names the field's
 * path. Other fields are ignored, unless {@link #only} refuses or {@link #extras} keeps them.
 */
public final class Fields {
  /**
   * Maximum length of the JSON text of all extra attributes, in UTF-16 code units. Keystone has a
   * similar limit: it stores them in a TEXT column of MySQL, which holds 65,535 bytes.
   */
  private static final int MAX_EXTRAS = 65_535;

  private final String path;
  private final JsonNode object;

  private Fields(String path, JsonNode object) {
    this.path = path;
    this.object = object;
  }

  /** The object under {@code key}, the only field of the body; empty if it is absent. */
  public static Fields of(Request request, String key) {
    return body(request).only(key).object(key);
  }

  /** As {@link #of}, for a change, which must have at least one field. */
  public static Fields change(Request request, String key) {
    Fields fields = of(request, key);
    if (fields.object.isEmpty()) {
      throw new Refusal.Invalid("'%s' does not have enough properties".formatted(key))
          .asException();
    }
    return fields;
  }

  /** The body itself, which must be an object. */
  public static Fields body(Request request) {
    JsonNode body;
    try {
      body = Json.read(request.body());
    } catch (JsonProcessingException e) {
      throw new Refusal.Invalid("The request body is not valid JSON.").asException();
    }
    if (!body.isObject()) {
      throw new Refusal.Invalid("The request body must be a JSON object.").asException();
    }
    return new Fields("", body);
  }

  /** Refuses fields of other names: accepting a field and ignoring it would mislead the client. */
  public Fields only(String... names) {
    Set<String> known = Set.of(names);
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!known.contains(field.getKey())) {
        throw invalid(field.getKey(), "there is no such field here");
      }
    }
    return this;
  }

  /** Refuses fields that no request may set: links, and an id other than the resource's own. */
  public void refuseGiven(@Nullable String id) {
    refuse("id", id == null ? MissingNode.getInstance() : TextNode.valueOf(id), "it cannot be set");
    refuse("links", MissingNode.getInstance(), "they cannot be set");
  }

  /** Refuses a field, unless it is absent or has the value that holds anyway. */
  public void refuse(String field, JsonNode unless, String why) {
    if (has(field) && !raw(field).equals(unless)) {
      throw invalid(field, why);
    }
  }

  /**
   * Keystone's extra attributes: all fields except these, each replacing its old value. They are
   * stored unchanged.
   */
  public Extras extras(Set<String> known, Extras old) {
    List<Map.Entry<String, JsonNode>> given =
        object.properties().stream().filter(field -> !known.contains(field.getKey())).toList();
    if (given.isEmpty()) {
      return old;
    }
    ObjectNode all = tree(old);
    for (Map.Entry<String, JsonNode> field : given) {
      requireStorable(at(field.getKey()), field.getValue());
      all.set(storable(path, field.getKey()), field.getValue());
    }
    String json = all.toString();
    if (json.length() > MAX_EXTRAS) {
      throw invalidAt(
          path, "has more than %d characters of further attributes".formatted(MAX_EXTRAS));
    }
    return new Extras(json);
  }

  /** The extras as JSON. */
  public static ObjectNode tree(Extras extras) {
    try {
      return (ObjectNode) Json.read(Buffer.buffer(extras.json()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("kept attributes are no JSON", e);
    }
  }

  private static void requireStorable(String where, JsonNode value) {
    if (value.isTextual()) {
      storable(where, value.textValue());
    }
    // PostgreSQL's numbers are bounded too.
    if (value.isNumber() && !Double.isFinite(value.doubleValue())) {
      throw invalidAt(where, "is too large a number");
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      storable(where, field.getKey());
    }
    for (JsonNode child : value) {
      requireStorable(where, child);
    }
  }

  public boolean has(String field) {
    return object.has(field);
  }

  /** The value as it is; a missing node if it is absent. */
  public JsonNode raw(String field) {
    return object.path(field);
  }

  /** An object; an empty one if it is absent. */
  public Fields object(String field) {
    JsonNode value = object.path(field);
    if (!value.isMissingNode() && !value.isObject()) {
      throw invalid(field, "must be an object");
    }
    return new Fields(at(field), value);
  }

  /** A required object. */
  public Fields required(String field) {
    if (!has(field)) {
      throw missing(field);
    }
    return object(field);
  }

  /** A required name: 1 to {@code max} characters, not all of them blank. */
  public String name(String field, int max) {
    String value = requiredText(field);
    if (value.isBlank() || value.codePointCount(0, value.length()) > max) {
      throw invalid(field, "must have 1 to " + max + " characters, not all of them blank");
    }
    return value;
  }

  /** A required string. */
  public String requiredText(String field) {
    if (!has(field)) {
      throw missing(field);
    }
    String value = text(field);
    if (value == null) {
      throw invalid(field, "must be a string");
    }
    return value;
  }

  /** A string; null if it is absent or null. */
  public @Nullable String text(String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw invalid(field, "must be a string");
    }
    return storable(at(field), value.textValue());
  }

  /** A string; the old value if it is absent, null if it is null. */
  public @Nullable String text(String field, @Nullable String old) {
    return has(field) ? text(field) : old;
  }

  /** A boolean; the old value if it is absent. Null is refused. */
  public boolean flag(String field, boolean old) {
    JsonNode value = object.path(field);
    if (value.isMissingNode()) {
      return old;
    }
    if (!value.isBoolean()) {
      throw invalid(field, "must be a boolean");
    }
    return value.booleanValue();
  }

  /** An id; null if it is absent or null. */
  public <T> @Nullable T id(String field, Function<String, T> type) {
    String value = text(field);
    try {
      return value == null ? null : type.apply(value);
    } catch (IllegalArgumentException e) {
      throw invalid(field, "must be an id of 1 to 64 characters");
    }
  }

  /** A required list of objects, at least one. */
  public List<Fields> objects(String field) {
    if (!has(field)) {
      throw missing(field);
    }
    JsonNode value = object.path(field);
    if (!value.isArray() || value.isEmpty()) {
      throw invalid(field, "must be a list with at least one object");
    }
    List<Fields> objects = new ArrayList<>();
    for (JsonNode element : value) {
      String where = at(field) + "/" + objects.size();
      if (!element.isObject()) {
        throw invalidAt(where, "must be an object");
      }
      objects.add(new Fields(where, element));
    }
    return objects;
  }

  /** A required whole number from {@code least} to {@code most}. */
  public int integer(String field, int least, int most) {
    if (!has(field)) {
      throw missing(field);
    }
    JsonNode value = object.path(field);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw invalid(field, "must be a whole number from %d to %d".formatted(least, most));
    }
    return value.intValue();
  }

  /** A required list of strings. */
  public List<String> texts(String field) {
    JsonNode value = object.path(field);
    if (value instanceof MissingNode) {
      throw missing(field);
    }
    if (!value.isArray()) {
      throw invalid(field, "must be a list");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value) {
      if (!element.isTextual()) {
        throw invalid(field, "must be a list of strings");
      }
      texts.add(storable(at(field), element.textValue()));
    }
    return texts;
  }

  /** Whether the field is exactly this string. */
  public boolean is(String field, String value) {
    return object.path(field).isTextual() && object.path(field).textValue().equals(value);
  }

  /** PostgreSQL's text cannot store the character NUL. */
  public static boolean isStorable(String text) {
    return text.indexOf('\0') < 0;
  }

  /** Refuses what is not storable. */
  public static String storable(String where, String text) {
    if (!isStorable(text)) {
      throw invalidAt(where, "must not contain the character U+0000");
    }
    return text;
  }

  private String at(String field) {
    return path.isEmpty() ? field : path + "/" + field;
  }

  public Refused missing(String field) {
    return new Refusal.Invalid(
            ("Expecting to find %s in %s. The server could not comply with the request since it is"
                    + " either malformed or otherwise incorrect. The client is assumed to be in"
                    + " error.")
                .formatted(field, path.isEmpty() ? "the body" : path))
        .asException();
  }

  public Refused invalid(String field, String rule) {
    return invalidAt(at(field), rule);
  }

  private static Refused invalidAt(String where, String rule) {
    return new Refusal.Invalid("Invalid input for field '%s': %s.".formatted(where, rule))
        .asException();
  }
}
