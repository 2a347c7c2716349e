package dev.vitrine.server.glance;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.image.LimitedResource;
import dev.vitrine.image.Quotas;
import dev.vitrine.image.Quotas.Usage;
import dev.vitrine.image.Quotas.Used;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the caller's project uses of its quotas, under the names of Glance's limits in Keystone. As
 * in Glance, the answer is empty without quotas, and sizes are whole MiB.
 */
public final class UsageResource {
  private final Quotas quotas;

  public UsageResource(Quotas quotas) {
    this.quotas = quotas;
  }

  public void addTo(Routes routes) {
    // Who asks for another project must not take this one's answer for it.
    routes.on(Operation.SHOW_USAGE, QueryParameters.taking(this::show));
  }

  private Reply show(Request request) {
    Usage usage = quotas.usage(request.caller());
    return Json.reply(
        200,
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("usage");
          write(json, LimitedResource.BYTES, usage.bytes());
          write(json, LimitedResource.IMAGES, usage.images());
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, LimitedResource resource, @Nullable Used used)
      throws IOException {
    if (used != null) {
      json.writeObjectFieldStart(resource.word());
      json.writeNumberField("usage", used.used() / resource.unit());
      json.writeNumberField("limit", used.maximum() / resource.unit());
      json.writeEndObject();
    }
  }
}
