package dev.vitrine.server.bus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.bus.Notification;
import dev.vitrine.bus.Notification.Deleted;
import dev.vitrine.history.Event;
import dev.vitrine.history.Event.Kind;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.Visibility;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The messages that conformance/bus.sh reads with oslo.messaging. */
@NullMarked
class OsloNotificationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final UUID ID = UUID.fromString("6e0d4ab5-0d4b-4f3c-8b59-2f1f35f0c9f1");
  private static final Instant MADE = Instant.parse("2026-11-30T01:02:03.5Z");
  private static final Instant AT = Instant.parse("2026-11-30T02:15:07.000042Z");

  private static final Image NOW =
      new Image(
          new ImageId(ID),
          new ProjectId("new-owner"),
          "golden",
          ImageStatus.ACTIVE,
          Visibility.PUBLIC,
          true,
          false,
          3,
          512,
          "qcow2",
          "bare",
          new Image.StoredData("key-of-the-blob", 7, 1L << 30, "md5-of-it", "sha512-of-it"),
          List.of("a", "b"),
          Map.of("os_distro", "debian"),
          "0",
          MADE,
          AT,
          AT);

  private static Event event(
      Kind kind, @Nullable String member, @Nullable String from, @Nullable String to) {
    return new Event(
        new ImageId(ID),
        4711,
        new ProjectId("owner"),
        kind,
        member == null ? null : new MemberId(member),
        from,
        to,
        new UserId("user"),
        new Cause("req-1", "req-of-client"),
        null,
        null,
        AT);
  }

  private static Notification ofImage(
      Kind kind, @Nullable ImageStatus status, @Nullable Image image) {
    boolean isDeleted = kind == Kind.DELETED;
    return new Notification(
        event(kind, null, isDeleted ? "shared" : null, null),
        isDeleted ? null : Visibility.SHARED,
        status,
        image,
        isDeleted ? new Deleted("golden", 7L, MADE) : null,
        null);
  }

  private static Notification ofMember(
      Kind kind, @Nullable String from, @Nullable String to, @Nullable Instant since) {
    return new Notification(event(kind, "member", from, to), null, null, NOW, null, since);
  }

  private static JsonNode envelope(Notification notification, String type) throws IOException {
    return JSON.readTree(OsloNotification.message(notification, type, "image.example.org"));
  }

  private static JsonNode message(Notification notification, String type) throws IOException {
    return JSON.readTree(envelope(notification, type).get("oslo.message").textValue());
  }

  private static void assertPayload(Notification notification, String expected) throws IOException {
    String type = OsloNotification.types(notification.event().kind()).getFirst();
    assertThat(message(notification, type).get("payload")).isEqualTo(JSON.readTree(expected));
  }

  @Test
  void theEnvelopeIsThatOfOsloMessaging2() throws IOException {
    Notification made = ofImage(Kind.CREATED, ImageStatus.QUEUED, NOW);

    JsonNode envelope = envelope(made, "image.create");
    assertThat(envelope.properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("oslo.version", "oslo.message");
    assertThat(envelope.get("oslo.version").textValue()).isEqualTo("2.0");
    JsonNode message = message(made, "image.create");
    assertThat(message.properties())
        .extracting(Map.Entry::getKey)
        .containsExactly(
            "message_id",
            "publisher_id",
            "event_type",
            "priority",
            "timestamp",
            "_unique_id",
            "_context_user_id",
            "_context_request_id",
            "_context_global_request_id",
            "payload");
    assertThat(message.get("publisher_id").textValue()).isEqualTo("image.example.org");
    assertThat(message.get("event_type").textValue()).isEqualTo("image.create");
    assertThat(message.get("priority").textValue()).isEqualTo("INFO");
    assertThat(message.get("timestamp").textValue()).isEqualTo("2026-11-30 02:15:07.000042");
    assertThat(message.get("_unique_id").textValue()).matches("[0-9a-f]{32}");
    assertThat(message.get("_context_user_id").textValue()).isEqualTo("user");
    assertThat(message.get("_context_request_id").textValue()).isEqualTo("req-1");
    assertThat(message.get("_context_global_request_id").textValue()).isEqualTo("req-of-client");
  }

  /** oslo.messaging would neither hand out nor acknowledge a second one of the same unique id. */
  @Test
  void aSecondAttemptHasTheSameMessageIdAndAnotherUniqueId() throws IOException {
    Notification made = ofImage(Kind.ACTIVATED, ImageStatus.ACTIVE, NOW);
    JsonNode first = message(made, "image.upload");
    JsonNode second = message(made, "image.upload");

    assertThat(second.get("message_id")).isEqualTo(first.get("message_id"));
    assertThat(second.get("_unique_id")).isNotEqualTo(first.get("_unique_id"));
    assertThat(message(made, "image.activate").get("message_id"))
        .isNotEqualTo(first.get("message_id"));
  }

  /** The image has bytes and another owner by now; it had neither then. */
  @Test
  void whatTheEventKnowsIsAsItWasAndTheRestIsAsItIs() throws IOException {
    assertPayload(
        ofImage(Kind.CREATED, ImageStatus.QUEUED, NOW),
        """
        {"id": "6e0d4ab5-0d4b-4f3c-8b59-2f1f35f0c9f1", "name": "golden", "status": "queued",
         "created_at": "2026-11-30T01:02:03Z", "updated_at": "2026-11-30T02:15:07Z", "min_disk": 3, "min_ram": 512,
         "protected": true, "checksum": null, "owner": "owner", "disk_format": "qcow2", "container_format": "bare",
         "size": null, "virtual_size": null, "is_public": false, "visibility": "shared",
         "properties": {"os_distro": "debian"}, "tags": ["a", "b"], "deleted": false, "deleted_at": null}
        """);
    JsonNode active =
        message(ofImage(Kind.ACTIVATED, ImageStatus.ACTIVE, NOW), "image.activate").get("payload");
    assertThat(active.get("status").textValue()).isEqualTo("active");
    assertThat(active.get("size").longValue()).isEqualTo(7);
    assertThat(active.get("virtual_size").longValue()).isEqualTo(1L << 30);
    assertThat(active.get("checksum").textValue()).isEqualTo("md5-of-it");
    assertThat(active.toString()).doesNotContain("key-of-the-blob");
  }

  @Test
  void aDeletedImageHasItsNameItsSizeItsOwnerAndItsVisibility() throws IOException {
    assertPayload(
        ofImage(Kind.DELETED, null, null),
        """
        {"id": "6e0d4ab5-0d4b-4f3c-8b59-2f1f35f0c9f1", "name": "golden", "status": "deleted",
         "created_at": "2026-11-30T01:02:03Z", "updated_at": "2026-11-30T02:15:07Z", "min_disk": null, "min_ram": null,
         "protected": false, "checksum": null, "owner": "owner", "disk_format": null, "container_format": null,
         "size": 7, "virtual_size": null, "is_public": false, "visibility": "shared",
         "properties": {}, "tags": [], "deleted": true, "deleted_at": "2026-11-30T02:15:07Z"}
        """);
  }

  /** The image was deleted before the broker was told of what happened to it. */
  @Test
  void anImageThatIsDeletedMeanwhileHasTheSizeItHadIfItHadOneThen() throws IOException {
    for (ImageStatus status : List.of(ImageStatus.QUEUED, ImageStatus.ACTIVE)) {
      Notification updated =
          new Notification(
              event(Kind.UPDATED, null, null, null),
              Visibility.SHARED,
              status,
              null,
              new Deleted("golden", 7L, MADE),
              null);
      JsonNode payload = message(updated, "image.update").get("payload");
      assertThat(payload.get("name").textValue()).isEqualTo("golden");
      assertThat(payload.get("created_at").textValue()).isEqualTo("2026-11-30T01:02:03Z");
      assertThat(payload.get("size").isNull()).isEqualTo(status == ImageStatus.QUEUED);
    }
  }

  @Test
  void aMemberHasItsStatusAfterTheEventAndAtItsEndTheLastOne() throws IOException {
    assertPayload(
        ofMember(Kind.OFFERED, null, "pending", null),
        """
        {"image_id": "6e0d4ab5-0d4b-4f3c-8b59-2f1f35f0c9f1", "member_id": "member", "status": "pending",
         "created_at": "2026-11-30T02:15:07Z", "updated_at": "2026-11-30T02:15:07Z", "deleted": false, "deleted_at": null}
        """);
    assertPayload(
        ofMember(Kind.ACCEPTED, "pending", "accepted", MADE),
        """
        {"image_id": "6e0d4ab5-0d4b-4f3c-8b59-2f1f35f0c9f1", "member_id": "member", "status": "accepted",
         "created_at": "2026-11-30T01:02:03Z", "updated_at": "2026-11-30T02:15:07Z", "deleted": false, "deleted_at": null}
        """);
    assertPayload(
        ofMember(Kind.WITHDRAWN, "rejected", null, null),
        """
        {"image_id": "6e0d4ab5-0d4b-4f3c-8b59-2f1f35f0c9f1", "member_id": "member", "status": "rejected",
         "created_at": null, "updated_at": "2026-11-30T02:15:07Z", "deleted": true, "deleted_at": "2026-11-30T02:15:07Z"}
        """);
  }

  /** "Notifications" in Glance's administration guide. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void typesAreThoseOfGlance(Kind kind) {
    assertThat(OsloNotification.types(kind))
        .allMatch(
            type -> type.startsWith(kind.word().startsWith("offer.") ? "image.member." : "image."))
        .isSubsetOf(
            "image.create",
            "image.upload",
            "image.activate",
            "image.update",
            "image.delete",
            "image.member.create",
            "image.member.update",
            "image.member.delete");
    assertThat(OsloNotification.types(kind).isEmpty()).isEqualTo(kind == Kind.RECORDED);
  }
}
