package dev.vitrine.server.glance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.identity.ImageId;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageEdit;
import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.Images;
import dev.vitrine.image.ImsImages;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.images.ImageAttributes;
import dev.vitrine.server.images.ImageBody;
import dev.vitrine.server.images.ImagePatch;
import dev.vitrine.server.json.Json;
import dev.vitrine.sharing.NativeApi;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** {@code /v2/images}: the catalogue of images. */
public final class ImagesResource {
  /** Attributes that a client may send when it creates an image, and that have no effect. */
  private static final Set<String> IGNORED_AT_CREATE = Set.of("os_hash_algo", "os_hash_value");

  private final Images images;
  private final ImsImages imsImages;
  private final NativeApi api;
  private final String publicUrl;

  /**
   * @param publicUrl our URL for clients, for the {@code Location} of a new image
   */
  public ImagesResource(Images images, ImsImages imsImages, NativeApi api, String publicUrl) {
    this.images = images;
    this.imsImages = imsImages;
    this.api = api;
    this.publicUrl = publicUrl;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.LIST_IMAGES, this::list)
        .on(Operation.CREATE_IMAGE, this::create)
        .on(Operation.SHOW_IMAGE, this::show)
        .on(Operation.UPDATE_IMAGE, this::update)
        .on(Operation.DELETE_IMAGE, this::delete)
        .on(Operation.ADD_TAG, this::addTag)
        .on(Operation.DELETE_TAG, this::deleteTag)
        .on(Operation.DEACTIVATE_IMAGE, this::deactivate)
        .on(Operation.REACTIVATE_IMAGE, this::reactivate);
  }

  private Reply create(Request request) {
    JsonNode body = ImageBody.object(request, "Expected an image in the form of an object.");
    ImageId id = null;
    List<ImageEdit.Change> attributes = new ArrayList<>();
    for (Map.Entry<String, JsonNode> attribute : body.properties()) {
      if (attribute.getKey().equals("id")) {
        id = id(attribute.getValue());
      } else if (!IGNORED_AT_CREATE.contains(attribute.getKey())) {
        attributes.add(ImageAttributes.set(attribute.getKey(), attribute.getValue()));
      }
    }
    Image image = images.create(request.caller(), id, attributes, request.cause());
    return answer(201, request, image)
        .with("Location", publicUrl + request.prefix() + "/v2/images/" + image.id())
        .with("OpenStack-image-import-methods", Images.GLANCE_DIRECT)
        .with("OpenStack-image-store-ids", SchemasResource.STORE);
  }

  private static ImageId id(JsonNode value) {
    ImageId id = value.isTextual() ? ImageId.of(value.textValue()) : null;
    if (id == null) {
      throw new Refusal.Invalid(
              "Provided object does not match schema 'image': " + value + " is not a UUID")
          .asException();
    }
    return id;
  }

  private Reply list(Request request) {
    Map<String, List<String>> query = request.query();
    ImageQueryReader reader = new ImageQueryReader(query, api);
    ImageQuery asked = reader.read();
    List<Image> page = images.list(request.caller(), asked, reader.marker());
    boolean full = !page.isEmpty() && page.size() == asked.limit();
    Map<ImageId, ImsFields> ims = imsFields(page, reader.asksForIms());
    return Json.reply(
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("images");
          for (Image image : page) {
            ImageJson.write(image, request.caller(), ims.get(image.id()), json);
          }
          json.writeEndArray();
          json.writeStringField("first", link(query, null));
          json.writeStringField("schema", "/v2/schemas/images");
          if (full) {
            json.writeStringField("next", link(query, page.getLast()));
          }
          json.writeEndObject();
        });
  }

  /**
   * A link to the same list, from its beginning or after an image. Keeps the client's order of
   * parameters, with the marker last.
   */
  private static String link(Map<String, List<String>> query, @Nullable Image after) {
    StringJoiner pairs = new StringJoiner("&", "?", "").setEmptyValue("");
    query.forEach(
        (name, values) -> {
          if (!name.equals("marker")) {
            values.forEach(value -> pairs.add(encode(name) + "=" + encode(value)));
          }
        });
    if (after != null) {
      pairs.add("marker=" + after.id());
    }
    return "/v2/images" + pairs;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
  }

  private Reply show(Request request) {
    return answer(200, request, images.show(request.caller(), image(request)));
  }

  private Reply update(Request request) {
    return answer(
        200,
        request,
        images.update(request.caller(), image(request), ImagePatch.read(request), request.cause()));
  }

  private Reply delete(Request request) {
    images.delete(request.caller(), image(request), request.cause());
    return done();
  }

  private Reply addTag(Request request) {
    images.addTag(
        request.caller(),
        image(request),
        ImageAttributes.tag(request.parameter("tag")),
        request.cause());
    return done();
  }

  private Reply deleteTag(Request request) {
    images.deleteTag(request.caller(), image(request), request.parameter("tag"), request.cause());
    return done();
  }

  private Reply deactivate(Request request) {
    images.deactivate(request.caller(), image(request), request.cause());
    return done();
  }

  private Reply reactivate(Request request) {
    images.reactivate(request.caller(), image(request), request.cause());
    return done();
  }

  private static String image(Request request) {
    return request.parameter("image_id");
  }

  private Reply answer(int status, Request request, Image image) {
    ImsFields ims = isShownAsIms(image, false) ? imsFields(List.of(image)).get(image.id()) : null;
    return Json.reply(status, json -> ImageJson.write(image, request.caller(), ims, json));
  }

  private boolean isShownAsIms(Image image, boolean asked) {
    return asked || api == NativeApi.IMS || image.hasImsProperties();
  }

  /** The IMS fields of those images of a page that need them. */
  private Map<ImageId, ImsFields> imsFields(List<Image> page, boolean asked) {
    List<Image> shown = new ArrayList<>();
    for (Image image : page) {
      if (isShownAsIms(image, asked)) {
        shown.add(image);
      }
    }
    return shown.isEmpty() ? Map.of() : imsFields(shown);
  }

  /** Costs a further statement if one of the images is shared. */
  private Map<ImageId, ImsFields> imsFields(List<Image> shown) {
    Map<ImageId, ImsFields> fields = new HashMap<>();
    imsImages.typed(shown).forEach((id, typed) -> fields.put(id, ImsFields.of(typed, api)));
    return fields;
  }

  /** 204, with Glance's content type. */
  static Reply done() {
    return Reply.empty(204).with("Content-Type", "text/html; charset=UTF-8");
  }
}
