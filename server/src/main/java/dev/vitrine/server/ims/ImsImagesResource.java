package dev.vitrine.server.ims;

import dev.vitrine.identity.Caller;
import dev.vitrine.image.ImsImages;
import dev.vitrine.image.ImsImages.Typed;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.json.Json;
import java.util.List;

/** {@code /v2/cloudimages}: the catalogue of images in IMS (contract/ims.md 1.13). */
public final class ImsImagesResource {
  private final ImsImages images;

  public ImsImagesResource(ImsImages images) {
    this.images = images;
  }

  /**
   * One route updates and moves images: {@link Operation#MOVE_IMAGE_BY_IMS} has no route of its
   * own.
   */
  public void addTo(Routes routes) {
    routes
        .on(Operation.LIST_IMAGES_BY_IMS, this::list)
        .on(Operation.UPDATE_IMAGE_BY_IMS, Parameters.taking(this::update));
  }

  private Reply list(Request request) {
    Caller caller = ImsCaller.of(request);
    ImsQuery query = new ImsQuery(request.query());
    List<Typed> page =
        images.list(caller, new ImsImageQueryReader(query).read(), query.last("marker"));
    return Json.reply(
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("images");
          for (Typed image : page) {
            ImsImageJson.write(image, caller, json);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private Reply update(Request request) {
    Caller caller = ImsCaller.of(request);
    String id = request.parameter("image_id");
    ImsPatch patch = ImsPatch.read(request);
    Typed image =
        patch.project() == null
            ? images.update(caller, id, patch.changes(), request.cause())
            : images.move(caller, id, patch.changes(), patch.project(), request.cause());
    return Json.reply(200, json -> ImsImageJson.write(image, caller, json));
  }
}
