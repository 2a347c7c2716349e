package dev.vitrine.server.ims;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.identity.Caller;
import dev.vitrine.image.Image;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.image.ImsImages.Typed;
import dev.vitrine.server.glance.GlanceTime;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image as IMS shows it (contract/ims.md 1.13). Its clients refuse a whole answer for one value
 * of another type than they expect: what begins with two underscores is a string, with one
 * exception.
 */
final class ImsImageJson {
  /** What an image has unless its properties say otherwise. */
  static final Map<String, String> DEFAULTS =
      Map.of("virtual_env_type", "FusionCompute", "__image_source_type", "uds");

  /** The exception: nothing here is on a market. */
  private static final String ON_MARKET = "__system_support_market";

  private ImsImageJson() {}

  /**
   * Writes an image.
   *
   * @param caller its owner's project sees its enterprise project (ruling 8)
   */
  static void write(Typed typed, Caller caller, JsonGenerator json) throws IOException {
    Image image = typed.image();
    String path = "/v2/images/" + image.id();
    json.writeStartObject();
    writeProperties(image.properties(), json);
    json.writeStringField("__imagetype", typed.type().word());
    json.writeStringField("__isregistered", "true");
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
    // Not used, and read into 32 bits (contract/ims.md 1.0.1).
    json.writeNumberField("size", 0);
    json.writeNumberField("min_disk", image.minDisk());
    json.writeNumberField("min_ram", image.minRam());
    json.writeStringField("checksum", checksum(image));
    json.writeArrayFieldStart("tags");
    for (String tag : image.tags()) {
      json.writeString(tag);
    }
    json.writeEndArray();
    json.writeStringField("created_at", GlanceTime.format(image.createdAt()));
    json.writeStringField("updated_at", GlanceTime.format(image.updatedAt()));
    json.writeStringField("self", path);
    json.writeStringField("file", path + "/file");
    json.writeStringField("schema", "/v2/schemas/image");
    json.writeEndObject();
  }

  private static void writeProperties(Map<String, String> properties, JsonGenerator json)
      throws IOException {
    for (Map.Entry<String, String> property : properties.entrySet()) {
      if (property.getKey().equals(ON_MARKET)) {
        json.writeBooleanField(ON_MARKET, false);
      } else {
        json.writeStringField(property.getKey(), property.getValue());
      }
    }
    for (Map.Entry<String, String> usual : DEFAULTS.entrySet()) {
      if (!properties.containsKey(usual.getKey())) {
        json.writeStringField(usual.getKey(), usual.getValue());
      }
    }
  }

  private static @Nullable String checksum(Image image) {
    StoredData data = image.data();
    return data == null || image.status() == ImageStatus.UPLOADING ? null : data.md5();
  }
}
