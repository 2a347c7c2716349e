package dev.vitrine.server.ims;

import dev.vitrine.image.ImsImages;
import dev.vitrine.image.ImsImages.Quota;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.json.Json;
import java.util.List;

/** Quotas, at the older and the newer path (contract/ims.md 1.14; ruling 17). */
public final class QuotasResource {
  private final ImsImages images;

  public QuotasResource(ImsImages images) {
    this.images = images;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.SHOW_QUOTA, Parameters.taking(request -> show(request, Operation.SHOW_QUOTA)))
        .on(
            Operation.SHOW_QUOTA_OF_PROJECT,
            Parameters.taking(request -> show(request, Operation.SHOW_QUOTA_OF_PROJECT)));
  }

  private Reply show(Request request, Operation operation) {
    List<Quota> quotas = images.quotas(ImsCaller.of(request), operation);
    return Json.reply(
        200,
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("quotas");
          json.writeArrayFieldStart("resources");
          for (Quota quota : quotas) {
            json.writeStartObject();
            json.writeStringField("type", quota.type());
            json.writeNumberField("used", quota.used());
            json.writeNumberField("quota", quota.maximum());
            // A project cannot change its quotas, so the largest possible quota is the current one.
            json.writeNumberField("min", 0);
            json.writeNumberField("max", quota.maximum());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
          json.writeEndObject();
        });
  }
}
