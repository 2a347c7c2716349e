package dev.vitrine.server.glance;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.identity.Caller;
import dev.vitrine.image.Image;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.server.images.ImageTime;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an image in the Image API, keys in Glance's order (contract/glance.md, "full
 * bodies").
 */
final class ImageJson {
  private ImageJson() {}

  /**
   * Writes an image.
   *
   * @param caller the owner's project also sees the enterprise project, unless it is the default
   *     one (ruling 8)
   * @param ims the fields that IMS adds; null: Glance's fields only
   */
  static void write(Image image, Caller caller, @Nullable ImsFields ims, JsonGenerator json)
      throws IOException {
    boolean ready =
        image.status() == ImageStatus.ACTIVE || image.status() == ImageStatus.DEACTIVATED;
    StoredData data = image.data();
    StoredData known = ready ? data : null;
    String id = image.id().toString();
    String path = "/v2/images/" + id;
    json.writeStartObject();
    for (Map.Entry<String, String> property : image.properties().entrySet()) {
      if (ims == null || !ims.replaces(property.getKey())) {
        json.writeStringField(property.getKey(), property.getValue());
      }
    }
    if (ims != null) {
      ims.write(json);
    }
    String enterpriseProject = image.enterpriseProjectFor(caller);
    if (enterpriseProject != null && !enterpriseProject.equals(Image.DEFAULT_ENTERPRISE_PROJECT)) {
      json.writeStringField("enterprise_project_id", enterpriseProject);
    }
    json.writeStringField("name", image.name());
    json.writeStringField("disk_format", image.diskFormat());
    json.writeStringField("container_format", image.containerFormat());
    json.writeStringField("visibility", ims == null ? image.visibility().word() : ims.visibility());
    number(json, "size", data == null ? null : data.size());
    number(json, "virtual_size", known == null ? null : known.virtualSize());
    json.writeStringField("status", image.status().word());
    json.writeStringField("checksum", known == null ? null : known.md5());
    json.writeBooleanField("protected", image.isProtected());
    json.writeNumberField("min_ram", image.minRam());
    json.writeNumberField("min_disk", image.minDisk());
    json.writeStringField("owner", image.owner() == null ? null : image.owner().value());
    json.writeBooleanField("os_hidden", image.hidden());
    json.writeStringField("os_hash_algo", known == null ? null : "sha512");
    json.writeStringField("os_hash_value", known == null ? null : known.sha512());
    json.writeStringField("id", id);
    json.writeFieldName("created_at");
    ImageTime.write(image.createdAt(), json);
    json.writeFieldName("updated_at");
    ImageTime.write(image.updatedAt(), json);
    json.writeArrayFieldStart("tags");
    for (String tag : image.tags()) {
      json.writeString(tag);
    }
    json.writeEndArray();
    json.writeStringField("self", path);
    json.writeStringField("file", path + "/file");
    json.writeStringField("schema", "/v2/schemas/image");
    if (known != null) {
      json.writeStringField("stores", SchemasResource.STORE);
    }
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, String name, @Nullable Long value)
      throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value);
    }
  }
}
