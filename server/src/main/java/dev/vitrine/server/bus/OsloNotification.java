package dev.vitrine.server.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.bus.Notification;
import dev.vitrine.bus.Notification.Deleted;
import dev.vitrine.history.Event;
import dev.vitrine.history.Event.Kind;
import dev.vitrine.image.Image;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.server.images.ImageTime;
import dev.vitrine.server.json.Json;
import dev.vitrine.sharing.Visibility;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as the notifications that Glance sends ("Notifications" in Glance's administration
 * guide), in the envelope of oslo.messaging, version 2.0.
 */
final class OsloNotification {
  /** As Python writes a time that is not aware of its zone: UTC. */
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT).withZone(UTC);

  private OsloNotification() {}

  /** The types of the notifications of an event, in the order in which Glance sends them. */
  static List<String> types(Kind kind) {
    return switch (kind) {
      case CREATED -> List.of("image.create");
      // The end of the upload changes the record, too.
      case ACTIVATED -> List.of("image.upload", "image.activate", "image.update");
      case STAGED, DEACTIVATED, REACTIVATED, VISIBILITY_CHANGED, OWNER_CHANGED, UPDATED ->
          List.of("image.update");
      case DELETED -> List.of("image.delete");
      case OFFERED -> List.of("image.member.create");
      case RENEWED, ACCEPTED, REJECTED, REOPENED -> List.of("image.member.update");
      case WITHDRAWN -> List.of("image.member.delete");
      // Nothing happened then: the history begins.
      case RECORDED -> List.of();
    };
  }

  /**
   * A message: the same at each attempt, but for {@code _unique_id}. By that oslo.messaging
   * discards, without acknowledging them, messages that come twice; so no two may have the same.
   *
   * @param type one of {@link #types}
   * @param publisher who sends it
   */
  static byte[] message(Notification notification, String type, String publisher) {
    String inner = Json.write(json -> write(json, notification, type, publisher)).toString(UTF_8);
    return Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("oslo.version", "2.0");
              json.writeStringField("oslo.message", inner);
              json.writeEndObject();
            })
        .getBytes();
  }

  private static void write(
      JsonGenerator json, Notification notification, String type, String publisher)
      throws IOException {
    Event event = notification.event();
    json.writeStartObject();
    json.writeStringField("message_id", id(event, type).toString());
    json.writeStringField("publisher_id", publisher);
    json.writeStringField("event_type", type);
    json.writeStringField("priority", "INFO");
    json.writeStringField("timestamp", TIMESTAMP.format(event.at()));
    json.writeStringField("_unique_id", UUID.randomUUID().toString().replace("-", ""));
    writeContext(json, event);
    json.writeObjectFieldStart("payload");
    if (event.member() == null) {
      writeImage(json, notification);
    } else {
      writeMember(json, notification);
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  /** So that a listener recognizes a message that comes twice. */
  private static UUID id(Event event, String type) {
    return UUID.nameUUIDFromBytes(
        "%s/%d/%s".formatted(event.image(), event.number(), type).getBytes(UTF_8));
  }

  /** Glance sends none. What we know of it has the names of oslo.context. */
  private static void writeContext(JsonGenerator json, Event event) throws IOException {
    if (event.actor() != null) {
      json.writeStringField("_context_user_id", event.actor().value());
    }
    if (event.cause() != null) {
      json.writeStringField("_context_request_id", event.cause().request());
      if (event.cause().client() != null) {
        json.writeStringField("_context_global_request_id", event.cause().client());
      }
    }
  }

  /**
   * What the event knows is as it was after the event; the rest is as it is now. Once the image is
   * deleted, of that {@link Deleted} is known.
   */
  private static void writeImage(JsonGenerator json, Notification notification) throws IOException {
    Event event = notification.event();
    Image image = notification.image();
    boolean isDeleted = event.kind() == Kind.DELETED;
    String visibility = isDeleted ? event.from() : word(notification.visibility());
    ImageStatus status = notification.status();
    boolean hasData = status == ImageStatus.ACTIVE || status == ImageStatus.DEACTIVATED;
    StoredData data = image == null || !hasData ? null : image.data();
    Deleted deleted = notification.deleted();
    Long size = null;
    if (data != null) {
      size = data.size();
    } else if (deleted != null && (isDeleted || hasData)) {
      size = deleted.size();
    }
    json.writeStringField("id", event.image().toString());
    json.writeStringField(
        "name", image != null ? image.name() : deleted == null ? null : deleted.name());
    json.writeStringField("status", status == null ? "deleted" : status.word());
    writeTime(json, "created_at", createdAt(notification));
    writeTime(json, "updated_at", event.at());
    writeNumber(json, "min_disk", image == null ? null : image.minDisk());
    writeNumber(json, "min_ram", image == null ? null : image.minRam());
    json.writeBooleanField("protected", image != null && image.isProtected());
    json.writeStringField("checksum", data == null ? null : data.md5());
    json.writeStringField("owner", event.owner() == null ? null : event.owner().value());
    json.writeStringField("disk_format", image == null ? null : image.diskFormat());
    json.writeStringField("container_format", image == null ? null : image.containerFormat());
    writeNumber(json, "size", size);
    writeNumber(json, "virtual_size", data == null ? null : data.virtualSize());
    json.writeBooleanField("is_public", "public".equals(visibility));
    json.writeStringField("visibility", visibility);
    json.writeObjectFieldStart("properties");
    Map<String, String> properties = image == null ? Map.of() : image.properties();
    for (Map.Entry<String, String> property : properties.entrySet()) {
      json.writeStringField(property.getKey(), property.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("tags");
    for (String tag : image == null ? List.<String>of() : image.tags()) {
      json.writeString(tag);
    }
    json.writeEndArray();
    writeDeletion(json, event, isDeleted);
  }

  private static @Nullable String word(@Nullable Visibility visibility) {
    return visibility == null ? null : visibility.word();
  }

  private static @Nullable Instant createdAt(Notification notification) {
    if (notification.image() != null) {
      return notification.image().createdAt();
    }
    if (notification.event().kind() == Kind.CREATED) {
      return notification.event().at();
    }
    return notification.deleted() == null ? null : notification.deleted().createdAt();
  }

  private static void writeMember(JsonGenerator json, Notification notification)
      throws IOException {
    Event event = notification.event();
    boolean isDeleted = event.kind() == Kind.WITHDRAWN;
    Instant since = event.kind() == Kind.OFFERED ? event.at() : notification.memberSince();
    json.writeStringField("image_id", event.image().toString());
    json.writeStringField("member_id", event.member() == null ? null : event.member().value());
    json.writeStringField("status", isDeleted ? event.from() : event.to());
    writeTime(json, "created_at", since);
    writeTime(json, "updated_at", event.at());
    writeDeletion(json, event, isDeleted);
  }

  private static void writeDeletion(JsonGenerator json, Event event, boolean isDeleted)
      throws IOException {
    json.writeBooleanField("deleted", isDeleted);
    writeTime(json, "deleted_at", isDeleted ? event.at() : null);
  }

  private static void writeTime(JsonGenerator json, String name, @Nullable Instant time)
      throws IOException {
    json.writeStringField(name, time == null ? null : ImageTime.format(time));
  }

  private static void writeNumber(JsonGenerator json, String name, @Nullable Long number)
      throws IOException {
    json.writeFieldName(name);
    if (number == null) {
      json.writeNull();
    } else {
      json.writeNumber(number);
    }
  }
}
