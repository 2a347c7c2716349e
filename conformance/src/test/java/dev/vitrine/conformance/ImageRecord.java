package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * An image as the Image API shows it: properties first, in any order; then the attributes, in
 * Glance's order.
 */
final class ImageRecord {

  /** What all images of the tables hold, if they hold anything. */
  static final String BYTES = "0123456789";

  private ImageRecord() {}

  /**
   * @param difference from a new image; one that is active or deactivated holds {@link #BYTES}
   *     unless it says otherwise
   * @param reply gives the order of the properties
   */
  static ObjectNode expected(JsonNode difference, String id, String owner, JsonNode reply) {
    ObjectNode attributes = attributes(difference.path("status").asText(), id, owner);
    ObjectNode expected = JsonNodeFactory.instance.objectNode();
    reply
        .fieldNames()
        .forEachRemaining(name -> addProperty(expected, name, attributes, difference));
    difference
        .fieldNames()
        .forEachRemaining(name -> addProperty(expected, name, attributes, difference));
    attributes
        .properties()
        .forEach(
            attribute ->
                expected.set(
                    attribute.getKey(),
                    difference.has(attribute.getKey())
                        ? difference.get(attribute.getKey())
                        : attribute.getValue()));
    return expected;
  }

  private static void addProperty(
      ObjectNode expected, String name, ObjectNode attributes, JsonNode difference) {
    if (difference.has(name) && !attributes.has(name)) {
      expected.set(name, difference.get(name));
    }
  }

  private static ObjectNode attributes(String status, String id, String owner) {
    boolean ready = List.of("active", "deactivated").contains(status);
    Long size = ready ? (long) BYTES.length() : null;
    String path = "/v2/images/" + id;
    ObjectNode attributes =
        JsonNodeFactory.instance
            .objectNode()
            .putNull("name")
            .putNull("disk_format")
            .putNull("container_format")
            .put("visibility", "shared")
            .put("size", size)
            .put("virtual_size", size)
            .put("status", "queued")
            .put("checksum", ready ? digest("MD5") : null)
            .put("protected", false)
            .put("min_ram", 0)
            .put("min_disk", 0)
            .put("owner", owner)
            .put("os_hidden", false)
            .put("os_hash_algo", ready ? "sha512" : null)
            .put("os_hash_value", ready ? digest("SHA-512") : null)
            .put("id", id)
            .put("created_at", "{TIME}")
            .put("updated_at", "{TIME}");
    attributes.putArray("tags");
    attributes.put("self", path).put("file", path + "/file").put("schema", "/v2/schemas/image");
    return ready ? attributes.put("stores", "file") : attributes;
  }

  private static String digest(String algorithm) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance(algorithm).digest(BYTES.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
