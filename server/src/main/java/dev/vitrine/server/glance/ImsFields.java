package dev.vitrine.server.glance;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImsImages;
import dev.vitrine.image.ImsImages.Typed;
import dev.vitrine.server.images.ImageAttributes;
import dev.vitrine.server.images.ImageTime;
import dev.vitrine.sharing.NativeApi;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The fields that IMS adds to an image of the native API (IMS: 查询镜像列表, OpenStack 原生; ruling 28).
 * With {@code native=glance}, an answer contains them only if the image has IMS properties or the
 * client asks for them.
 *
 * @param texts by name
 * @param visibility the visibility to show
 */
record ImsFields(Image image, Map<String, String> texts, String visibility) {
  static ImsFields of(Typed typed, NativeApi api) {
    Map<String, String> texts = new LinkedHashMap<>(typed.derived());
    Image image = typed.image();
    if (api == NativeApi.GLANCE) {
      return new ImsFields(image, texts, image.visibility().word());
    }
    ImsImages.DEFAULTS.forEach(
        (name, value) -> {
          if (!image.properties().containsKey(name)) {
            texts.put(name, value);
          }
        });
    return new ImsFields(image, texts, typed.type().visibility());
  }

  /**
   * Whether a derived field hides this property, which a client set before the name was reserved.
   */
  boolean replaces(String property) {
    return texts.containsKey(property) || property.equals(ImageAttributes.ACTIVE_AT);
  }

  void write(JsonGenerator json) throws IOException {
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    if (image.activeAt() != null) {
      json.writeStringField(ImageAttributes.ACTIVE_AT, ImageTime.format(image.activeAt()));
    }
  }
}
