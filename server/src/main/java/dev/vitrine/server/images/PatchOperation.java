package dev.vitrine.server.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.refusal.Refusal;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a JSON patch of an image.
 *
 * @param name name of the attribute
 * @param value null if the attribute is removed
 */
public record PatchOperation(String verb, String name, @Nullable JsonNode value) {
  static final Set<String> VERBS = Set.of("add", "remove", "replace");
  private static final String VERBS_SENTENCE =
      "It must be one of the following: add, remove, replace.";
  private static final Pattern ESCAPE = Pattern.compile("~.?");

  static PatchOperation of(String verb, String name, @Nullable JsonNode value) {
    if (verb.equals("remove")) {
      return new PatchOperation(verb, name, null);
    }
    if (value == null) {
      throw invalid("Operation \"%s\" requires a member named \"value\".".formatted(verb));
    }
    return new PatchOperation(verb, name, value);
  }

  /** Reads {@code {"op": "replace", "path": "/name", "value": "x"}}. */
  public static PatchOperation read(JsonNode operation) {
    JsonNode verb = operation.get("op");
    if (verb == null) {
      throw invalid("Unable to find `op` in JSON Schema change. " + VERBS_SENTENCE);
    }
    if (!verb.isTextual() || !VERBS.contains(verb.textValue())) {
      throw invalid("Invalid operation: `%s`. %s".formatted(verb.asText(), VERBS_SENTENCE));
    }
    String name = attribute(operation.get("path"));
    return of(verb.textValue(), name, operation.get("value"));
  }

  /** A JSON pointer to an attribute: one segment (RFC 6901). */
  static String attribute(@Nullable JsonNode path) {
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
