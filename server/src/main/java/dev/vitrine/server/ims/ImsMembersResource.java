package dev.vitrine.server.ims;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.identity.Caller;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.images.ImageTime;
import dev.vitrine.server.json.Json;
import dev.vitrine.sharing.Member;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.Sharing.Page;
import dev.vitrine.sharing.Sharing.Place;
import java.io.IOException;

/**
 * {@code /v1/{project_id}/cloudimages/{image_id}/members}: the newer reads of members
 * (contract/ims.md 1.10).
 */
public final class ImsMembersResource {
  private static final int DEFAULT_LIMIT = 500;
  private static final int MAX_LIMIT = 1000;

  private final Sharing sharing;

  public ImsMembersResource(Sharing sharing) {
    this.sharing = sharing;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.LIST_MEMBERS_BY_IMS, Parameters.taking(this::list, "limit", "marker"))
        .on(Operation.SHOW_MEMBER_BY_IMS, Parameters.taking(this::show));
  }

  private Reply list(Request request) {
    Caller caller = ImsCaller.of(request);
    ImsQuery query = new ImsQuery(request.query());
    int limit = query.integer("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    String marker = query.last("marker");
    Place after = marker == null ? null : MemberMarker.read(marker);
    Page page = sharing.listByIms(caller, request.parameter("image_id"), after, limit);
    return Json.reply(
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("members");
          for (Member member : page.members()) {
            write(member, json);
          }
          json.writeEndArray();
          json.writeStringField("schema", "/v2/schemas/members");
          json.writeObjectFieldStart("page_info");
          if (page.next() != null) {
            json.writeStringField("next_marker", MemberMarker.write(page.next()));
          }
          json.writeNumberField("current_count", page.members().size());
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private Reply show(Request request) {
    Member member =
        sharing.show(
            ImsCaller.of(request),
            request.parameter("image_id"),
            request.parameter("member_id"),
            Operation.SHOW_MEMBER_BY_IMS);
    return Json.reply(200, json -> write(member, json));
  }

  /** All members are projects. */
  private static void write(Member member, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("status", member.status().word());
    json.writeStringField("created_at", ImageTime.format(member.createdAt()));
    json.writeStringField("updated_at", ImageTime.format(member.updatedAt()));
    json.writeStringField("image_id", member.image().toString());
    json.writeStringField("member_id", member.id().value());
    json.writeStringField("member_type", "project");
    json.writeStringField("schema", "/v2/schemas/member");
    json.writeEndObject();
  }
}
