package dev.vitrine.server.glance;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.image.Quotas;
import dev.vitrine.image.Quotas.Usage;
import dev.vitrine.image.Quotas.Used;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
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
  private static final int MIB = 1 << 20;

  private final Quotas quotas;

  public UsageResource(Quotas quotas) {
    this.quotas = quotas;
  }

  public void addTo(Routes routes) {
    routes.on(Operation.SHOW_USAGE, this::show);
  }

  /** Refuses a query: who asks for another project must not take this one's answer for it. */
  private Reply show(Request request) {
    if (!request.rawQuery().isEmpty()) {
      throw new Refusal.Invalid("The usage of the token's project is shown; there are no filters.")
          .asException();
    }
    Usage usage = quotas.usage(request.caller());
    return Json.reply(
        200,
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("usage");
          write(json, "image_size_total", usage.bytes(), MIB);
          write(json, "image_count_total", usage.images(), 1);
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, String name, @Nullable Used used, int unit)
      throws IOException {
    if (used != null) {
      json.writeObjectFieldStart(name);
      json.writeNumberField("usage", used.used() / unit);
      json.writeNumberField("limit", used.maximum() / unit);
      json.writeEndObject();
    }
  }
}
