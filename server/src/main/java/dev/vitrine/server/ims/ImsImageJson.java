package dev.vitrine.server.ims;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.identity.Caller;
import dev.vitrine.image.Image;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.image.ImsImages;
import dev.vitrine.image.ImsImages.Typed;
import dev.vitrine.server.images.ImageAttributes;
import dev.vitrine.server.images.ImageTime;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an image in IMS (contract/ims.md 1.13). Its clients reject an answer with a value of
 * an unexpected type: fields that begin with two underscores are strings, with one exception.
 */
final class ImsImageJson {
  /** The exception, a boolean; always false, because there is no market. */
  private static final String ON_MARKET = "__system_support_market";

  private ImsImageJson() {}

  /**
   * Writes an image.
   *
   * @param caller the owner's project also sees the enterprise project (ruling 8)
   */
  static void write(Typed typed, Caller caller, JsonGenerator json) throws IOException {
    Image image = typed.image();
    String path = "/v2/images/" + image.id();
    json.writeStartObject();
    Map<String, String> derived = typed.derived();
    writeProperties(image.properties(), derived, json);
    for (Map.Entry<String, String> property : derived.entrySet()) {
      json.writeStringField(property.getKey(), property.getValue());
    }
    json.writeStringField("id", image.id().toString());
    json.writeStringField("name", image.name());
    json.writeStringField("owner", image.owner() == null ? null : image.owner().value());
    json.writeStringField("status", image.status().word());
    json.writeStringField("visibility", typed.type().visibility());
    json.writeBooleanField("protected", image.isProtected());
    String enterpriseProject = image.enterpriseProjectFor(caller);
    if (enterpriseProject != null) {
      json.writeStringField("enterprise_project_id", enterpriseProject);
    }
    json.writeStringField("disk_format", image.diskFormat());
    json.writeStringField("container_format", image.containerFormat());
    // Unused by clients, which read it into 32 bits (contract/ims.md 1.0.1).
    json.writeNumberField("size", 0);
    json.writeNumberField("min_disk", image.minDisk());
    json.writeNumberField("min_ram", image.minRam());
    json.writeStringField("checksum", checksum(image));
    json.writeArrayFieldStart("tags");
    for (String tag : image.tags()) {
      json.writeString(tag);
    }
    json.writeEndArray();
    json.writeStringField("created_at", ImageTime.format(image.createdAt()));
    json.writeStringField("updated_at", ImageTime.format(image.updatedAt()));
    if (image.activeAt() != null) {
      json.writeStringField("active_at", ImageTime.format(image.activeAt()));
    }
    json.writeStringField("self", path);
    json.writeStringField("file", path + "/file");
    json.writeStringField("schema", "/v2/schemas/image");
    json.writeEndObject();
  }

  /** Hides properties that clients set before their names were reserved for derived fields. */
  private static void writeProperties(
      Map<String, String> properties, Map<String, String> derived, JsonGenerator json)
      throws IOException {
    for (Map.Entry<String, String> property : properties.entrySet()) {
      if (property.getKey().equals(ON_MARKET)) {
        json.writeBooleanField(ON_MARKET, false);
      } else if (!derived.containsKey(property.getKey())
          && !property.getKey().equals(ImageAttributes.ACTIVE_AT)) {
        json.writeStringField(property.getKey(), property.getValue());
      }
    }
    for (Map.Entry<String, String> usual : ImsImages.DEFAULTS.entrySet()) {
      if (!properties.containsKey(usual.getKey())) {
        json.writeStringField(usual.getKey(), usual.getValue());
      }
    }
  }

  private static @Nullable String checksum(Image image) {
    StoredData data = image.completeData();
    return data == null ? null : data.md5();
  }
}
