package dev.vitrine.server.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.image.ImageEdit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.json.Fields;
import dev.vitrine.sharing.Visibility;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the attributes of an image that clients send, with the types and values of the image
 * schema. {@link ImageEdit} decides which of them a caller may set.
 */
public final class ImageAttributes {
  /** IMS: when an image became active. */
  public static final String ACTIVE_AT = "active_at";

  private static final int MAX_NAME = 255;
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private static final List<String> DISK_FORMATS =
      List.of(
          "ami",
          "ari",
          "aki",
          "vhd",
          "vhdx",
          "vmdk",
          "raw",
          "qcow2",
          "vdi",
          "iso",
          "ploop",
          // IMS's formats.
          "zvhd",
          "zvhd2");
  private static final List<String> CONTAINER_FORMATS =
      List.of("ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed");

  /** Set by the service only. */
  private static final Set<String> READ_ONLY =
      Set.of(
          "id",
          "status",
          "size",
          "virtual_size",
          "checksum",
          "os_hash_algo",
          "os_hash_value",
          "created_at",
          "updated_at",
          ACTIVE_AT,
          "direct_url",
          "self",
          "file",
          "schema",
          "stores");

  private static final Set<String> RESERVED =
      Set.of("locations", "location", "deleted", "deleted_at");
  private static final String RESERVED_PREFIX = "os_glance_";

  /** Properties that refer to an image. */
  private static final Set<String> IMAGE_REFERENCES = Set.of("kernel_id", "ramdisk_id");

  /** Converts a value to a change. */
  @FunctionalInterface
  private interface Setter {
    ImageEdit.Change change(String name, JsonNode value);
  }

  private static final Map<String, Setter> BASE =
      Map.ofEntries(
          entry(
              "name",
              (name, value) -> {
                String text = optionalText(value, MAX_NAME);
                return edit -> edit.name(text);
              }),
          entry(
              "owner",
              (name, value) -> {
                String text = optionalText(value, MAX_NAME);
                ProjectId owner = text == null ? null : owner(text);
                return edit -> edit.owner(owner);
              }),
          entry(
              "visibility",
              (name, value) -> {
                Visibility visibility = visibility(name, text(value));
                return edit -> edit.visibility(visibility);
              }),
          entry(
              "protected",
              (name, value) -> {
                boolean flag = flag(value);
                return edit -> edit.protect(flag);
              }),
          entry(
              "os_hidden",
              (name, value) -> {
                boolean flag = flag(value);
                return edit -> edit.hide(flag);
              }),
          entry(
              "min_disk",
              (name, value) -> {
                long number = number(name, value);
                return edit -> edit.minDisk(number);
              }),
          entry(
              "min_ram",
              (name, value) -> {
                long number = number(name, value);
                return edit -> edit.minRam(number);
              }),
          entry(
              "disk_format",
              (name, value) -> {
                String format = format(name, value, DISK_FORMATS);
                return edit -> edit.diskFormat(format);
              }),
          entry(
              "container_format",
              (name, value) -> {
                String format = format(name, value, CONTAINER_FORMATS);
                return edit -> edit.containerFormat(format);
              }),
          entry(
              "tags",
              (name, value) -> {
                List<String> tags = tags(value);
                return edit -> edit.tags(tags);
              }),
          entry(
              "enterprise_project_id",
              (name, value) -> {
                EnterpriseProjectId project = enterpriseProject(value);
                return edit -> edit.enterpriseProject(project);
              }));

  private ImageAttributes() {}

  private static Map.Entry<String, Setter> entry(String name, Setter setter) {
    return Map.entry(name, setter);
  }

  /** Whether every image has the attribute, which can then be replaced but not removed. */
  static boolean isBase(String name) {
    return BASE.containsKey(name);
  }

  /** {@link dev.vitrine.refusal.Refused} if only the service sets the attribute. */
  static void requireWritable(String name) {
    if (READ_ONLY.contains(name)) {
      throw new Refusal.Forbidden("Attribute '" + name + "' is read-only.").asException();
    }
    if (RESERVED.contains(name) || name.startsWith(RESERVED_PREFIX)) {
      throw new Refusal.Forbidden("Attribute '" + name + "' is reserved.").asException();
    }
  }

  /** Sets a base attribute. */
  static ImageEdit.Change base(String name, JsonNode value) {
    Setter setter = BASE.get(name);
    if (setter == null) {
      throw new IllegalArgumentException(name);
    }
    return setter.change(name, value);
  }

  /** Sets a base attribute or a custom property. */
  public static ImageEdit.Change set(String name, JsonNode value) {
    requireWritable(name);
    if (isBase(name)) {
      return base(name, value);
    }
    if (IMAGE_REFERENCES.contains(name) && value.isNull()) {
      return edit -> {};
    }
    String text = property(name, value);
    return edit -> edit.property(name, text);
  }

  /** The value of a property. */
  static String property(String name, JsonNode value) {
    if (name.codePointCount(0, name.length()) > MAX_NAME) {
      throw invalid("Custom property should not be greater than 255 characters.");
    }
    requireStorable(name);
    String text = text(value);
    if (IMAGE_REFERENCES.contains(name) && !UUID.matcher(text).matches()) {
      throw mismatch("'" + text + "' does not match '" + UUID + "'");
    }
    return text;
  }

  public static String tag(String tag) {
    if (tag.codePointCount(0, tag.length()) > MAX_NAME) {
      throw mismatch("'" + tag + "' is too long");
    }
    return requireStorable(tag);
  }

  private static ProjectId owner(String text) {
    try {
      return new ProjectId(text);
    } catch (IllegalArgumentException e) {
      throw invalid(e.getMessage() == null ? "not a project id" : e.getMessage());
    }
  }

  /** The value of {@code enterprise_project_id}. */
  public static EnterpriseProjectId enterpriseProject(JsonNode value) {
    String text = text(value);
    try {
      return new EnterpriseProjectId(text);
    } catch (IllegalArgumentException e) {
      throw invalid("enterprise_project_id is not the id of an enterprise project");
    }
  }

  private static List<String> tags(JsonNode value) {
    if (!value.isArray()) {
      throw wrongType(value, "array");
    }
    List<String> tags = new ArrayList<>();
    for (JsonNode tag : value) {
      tags.add(tag(text(tag)));
    }
    return tags;
  }

  private static @Nullable String format(String name, JsonNode value, List<String> known) {
    String text = optionalText(value, MAX_NAME);
    return text == null ? null : oneOf(name, text, known);
  }

  private static Visibility visibility(String name, String text) {
    Visibility visibility = Visibility.of(text);
    if (visibility == null) {
      throw noneOf(name, text, Arrays.stream(Visibility.values()).map(Visibility::word).toList());
    }
    return visibility;
  }

  private static String oneOf(String name, String text, List<String> known) {
    if (!known.contains(text)) {
      throw noneOf(name, text, known);
    }
    return text;
  }

  private static RuntimeException noneOf(String name, String text, List<String> known) {
    return mismatch(
        "'%s' is not one of ['%s'] (%s)".formatted(text, String.join("', '", known), name));
  }

  private static @Nullable String optionalText(JsonNode value, int maximum) {
    if (value.isNull()) {
      return null;
    }
    String text = text(value);
    if (text.codePointCount(0, text.length()) > maximum) {
      throw mismatch("'" + text + "' is too long");
    }
    return text;
  }

  private static String text(JsonNode value) {
    if (!value.isTextual()) {
      throw wrongType(value, "string");
    }
    return requireStorable(value.textValue());
  }

  private static boolean flag(JsonNode value) {
    if (!value.isBoolean()) {
      throw wrongType(value, "boolean");
    }
    return value.booleanValue();
  }

  static long number(String name, JsonNode value) {
    boolean isWhole =
        value.isIntegralNumber()
            || (value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue()));
    if (!isWhole) {
      throw wrongType(value, "integer");
    }
    if (!value.canConvertToLong()) {
      throw invalid(
          "'%s' value out of range, must not exceed %d.".formatted(name, Integer.MAX_VALUE));
    }
    return value.longValue();
  }

  private static String requireStorable(String text) {
    if (!Fields.isStorable(text)) {
      throw invalid("Text must not contain the character NUL.");
    }
    return text;
  }

  private static RuntimeException wrongType(JsonNode value, String type) {
    return mismatch(value + " is not of type '" + type + "'");
  }

  private static RuntimeException mismatch(String what) {
    return invalid("Provided object does not match schema 'image': " + what);
  }

  private static RuntimeException invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
