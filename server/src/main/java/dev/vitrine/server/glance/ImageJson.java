package dev.vitrine.server.glance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.vitrine.identity.Caller;
import dev.vitrine.image.Image;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.server.images.ImageTime;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an image in the Image API, keys in Glance's order (contract/glance.md, "full
 * bodies").
 */
final class ImageJson {
  // Encoded once: a list writes each of them for each image.
  private static final SerializedString NAME = new SerializedString("name");
  private static final SerializedString DISK_FORMAT = new SerializedString("disk_format");
  private static final SerializedString CONTAINER_FORMAT = new SerializedString("container_format");
  private static final SerializedString VISIBILITY = new SerializedString("visibility");
  private static final SerializedString SIZE = new SerializedString("size");
  private static final SerializedString VIRTUAL_SIZE = new SerializedString("virtual_size");
  private static final SerializedString STATUS = new SerializedString("status");
  private static final SerializedString CHECKSUM = new SerializedString("checksum");
  private static final SerializedString PROTECTED = new SerializedString("protected");
  private static final SerializedString MIN_RAM = new SerializedString("min_ram");
  private static final SerializedString MIN_DISK = new SerializedString("min_disk");
  private static final SerializedString OWNER = new SerializedString("owner");
  private static final SerializedString OS_HIDDEN = new SerializedString("os_hidden");
  private static final SerializedString OS_HASH_ALGO = new SerializedString("os_hash_algo");
  private static final SerializedString OS_HASH_VALUE = new SerializedString("os_hash_value");
  private static final SerializedString ID = new SerializedString("id");
  private static final SerializedString CREATED_AT = new SerializedString("created_at");
  private static final SerializedString UPDATED_AT = new SerializedString("updated_at");
  private static final SerializedString TAGS = new SerializedString("tags");
  private static final SerializedString SELF = new SerializedString("self");
  private static final SerializedString FILE = new SerializedString("file");
  private static final SerializedString SCHEMA = new SerializedString("schema");
  private static final SerializedString STORES = new SerializedString("stores");

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
    StoredData data = image.data();
    StoredData complete = image.completeData();
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
    text(json, NAME, image.name());
    text(json, DISK_FORMAT, image.diskFormat());
    text(json, CONTAINER_FORMAT, image.containerFormat());
    plain(json, VISIBILITY, ims == null ? image.visibility().word() : ims.visibility());
    number(json, SIZE, data == null ? null : data.size());
    number(json, VIRTUAL_SIZE, complete == null ? null : complete.virtualSize());
    plain(json, STATUS, image.status().word());
    plain(json, CHECKSUM, complete == null ? null : complete.md5());
    json.writeFieldName(PROTECTED);
    json.writeBoolean(image.isProtected());
    number(json, MIN_RAM, image.minRam());
    number(json, MIN_DISK, image.minDisk());
    text(json, OWNER, image.owner() == null ? null : image.owner().value());
    json.writeFieldName(OS_HIDDEN);
    json.writeBoolean(image.hidden());
    plain(json, OS_HASH_ALGO, complete == null ? null : "sha512");
    plain(json, OS_HASH_VALUE, complete == null ? null : complete.sha512());
    plain(json, ID, id);
    json.writeFieldName(CREATED_AT);
    ImageTime.write(image.createdAt(), json);
    json.writeFieldName(UPDATED_AT);
    ImageTime.write(image.updatedAt(), json);
    json.writeFieldName(TAGS);
    json.writeStartArray();
    for (String tag : image.tags()) {
      json.writeString(tag);
    }
    json.writeEndArray();
    plain(json, SELF, path);
    plain(json, FILE, path + "/file");
    plain(json, SCHEMA, "/v2/schemas/image");
    if (complete != null) {
      plain(json, STORES, SchemasResource.STORE);
    }
    json.writeEndObject();
  }

  private static void text(JsonGenerator json, SerializedString key, @Nullable String value)
      throws IOException {
    json.writeFieldName(key);
    json.writeString(value);
  }

  /** A text that needs no escapes: an id, a hash, a word of ours. */
  private static void plain(JsonGenerator json, SerializedString key, @Nullable String value)
      throws IOException {
    json.writeFieldName(key);
    if (value == null) {
      json.writeNull();
    } else {
      byte[] bytes = value.getBytes(ISO_8859_1);
      json.writeRawUTF8String(bytes, 0, bytes.length);
    }
  }

  private static void number(JsonGenerator json, SerializedString key, @Nullable Long value)
      throws IOException {
    json.writeFieldName(key);
    if (value == null) {
      json.writeNull();
    } else {
      json.writeNumber(value);
    }
  }
}
