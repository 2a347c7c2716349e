package dev.vitrine.server.glance;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.identity.Caller;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.images.ImageBody;
import dev.vitrine.server.images.ImageTime;
import dev.vitrine.server.json.Json;
import dev.vitrine.sharing.Member;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.Sharing;
import dev.vitrine.sharing.Sharing.Page;
import dev.vitrine.sharing.Sharing.Place;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code /v2/images/{image_id}/members}: the five native operations. */
public final class MembersResource {
  /** Members in one part of a list, about a quarter of a megabyte. */
  private static final int PAGE = 1000;

  private final Sharing sharing;

  public MembersResource(Sharing sharing) {
    this.sharing = sharing;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.LIST_MEMBERS, this::list)
        .on(Operation.ADD_MEMBER, this::add)
        .on(Operation.SHOW_MEMBER, this::show)
        .on(Operation.UPDATE_MEMBER, this::update)
        .on(Operation.DELETE_MEMBER, this::delete);
  }

  private Reply add(Request request) {
    JsonNode member =
        ImageBody.object(request, "Expected a member in the form: {\"member\": \"image_id\"}")
            .get("member");
    if (member == null) {
      throw invalid("Member to be added not specified");
    }
    if (isEmpty(member)) {
      throw invalid("Member can't be empty");
    }
    if (!member.isTextual() || !MemberId.isValid(member.textValue())) {
      throw invalid("Member must be a string of 1 to 255 characters");
    }
    Member added =
        sharing.add(
            request.caller(), image(request), new MemberId(member.textValue()), request.cause());
    return Json.reply(200, json -> write(added, json));
  }

  private static boolean isEmpty(JsonNode member) {
    return member.isNull()
        || (member.isObject() && member.isEmpty())
        || (member.isTextual() && member.textValue().isEmpty());
  }

  private Reply list(Request request) {
    return Json.replyInParts(200, new MemberList(request.caller(), image(request)));
  }

  /**
   * A list of members, written page by page. It holds one page in memory, and no database
   * connection while the client reads. It may contain or miss members that change meanwhile. A
   * member that is removed and added again can be in it twice.
   */
  private final class MemberList implements Json.Parts {
    private final Caller caller;
    private final String image;
    private @Nullable Place after;

    MemberList(Caller caller, String image) {
      this.caller = caller;
      this.image = image;
    }

    @Override
    public boolean writeNext(JsonGenerator json) throws IOException {
      Page page = sharing.list(caller, image, after, PAGE);
      if (after == null) {
        json.writeStartObject();
        json.writeArrayFieldStart("members");
      }
      for (Member member : page.members()) {
        write(member, json);
      }
      after = page.next();
      if (after == null) {
        json.writeEndArray();
        json.writeStringField("schema", "/v2/schemas/members");
        json.writeEndObject();
      }
      return after != null;
    }
  }

  private Reply show(Request request) {
    Member member =
        sharing.show(request.caller(), image(request), member(request), Operation.SHOW_MEMBER);
    return Json.reply(200, json -> write(member, json));
  }

  private Reply update(Request request) {
    JsonNode body =
        ImageBody.object(request, "Expected a status in the form: {\"status\": \"status\"}");
    JsonNode status = body.get("status");
    if (status == null) {
      throw invalid("Status not specified");
    }
    Member member =
        sharing.setStatus(
            request.caller(),
            image(request),
            member(request),
            status.textValue(),
            vault(body),
            request.cause());
    return Json.reply(200, json -> write(member, json));
  }

  /** IMS: the vault that a whole machine image is restored to (contract/ims.md 1.3). */
  private static @Nullable String vault(JsonNode body) {
    JsonNode vault = body.path("vault_id");
    if (vault.isMissingNode() || vault.isNull()) {
      return null;
    }
    if (!vault.isTextual() || !MemberId.isValid(vault.textValue())) {
      throw invalid("vault_id must be a string of 1 to 255 characters");
    }
    return vault.textValue();
  }

  private Reply delete(Request request) {
    sharing.remove(request.caller(), image(request), member(request), request.cause());
    return Reply.empty(204);
  }

  /** Pre-escaped: half the cost of writing a long list was the search for characters to escape. */
  private static final SerializableString MEMBER_ID = new SerializedString("member_id");

  private static final SerializableString IMAGE_ID = new SerializedString("image_id");
  private static final SerializableString STATUS = new SerializedString("status");
  private static final SerializableString CREATED_AT = new SerializedString("created_at");
  private static final SerializableString UPDATED_AT = new SerializedString("updated_at");
  private static final SerializableString SCHEMA = new SerializedString("schema");
  private static final SerializableString MEMBER_SCHEMA =
      new SerializedString("/v2/schemas/member");

  static void write(Member member, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeFieldName(MEMBER_ID);
    json.writeString(member.id().value());
    json.writeFieldName(IMAGE_ID);
    json.writeString(member.image().toString());
    json.writeFieldName(STATUS);
    json.writeString(member.status().word());
    json.writeFieldName(CREATED_AT);
    ImageTime.write(member.createdAt(), json);
    json.writeFieldName(UPDATED_AT);
    ImageTime.write(member.updatedAt(), json);
    json.writeFieldName(SCHEMA);
    json.writeString(MEMBER_SCHEMA);
    json.writeEndObject();
  }

  private static String image(Request request) {
    return request.parameter("image_id");
  }

  private static String member(Request request) {
    return request.parameter("member_id");
  }

  private static RuntimeException invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
