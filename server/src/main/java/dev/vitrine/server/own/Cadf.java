package dev.vitrine.server.own;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.history.AccessEvent;
import dev.vitrine.history.Event;
import dev.vitrine.history.RefusalStore;
import dev.vitrine.history.RefusedRequests;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Protocol;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Events in the form that OpenStack's auditors read: DMTF DSP0262, Cloud Auditing Data Federation
 * 1.0, as Keystone's notifications and pycadf write it. What CADF has no place for is in an
 * attachment: the event as the history has it.
 */
final class Cadf {
  private static final String EVENT = "http://schemas.dmtf.org/cloud/audit/1.0/event";

  /** As pycadf writes a time. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxx").withZone(ZoneOffset.UTC);

  private static final String IMAGE = "service/storage/image";
  private static final String SECURITY = "service/security";
  private static final String USER = "data/security/account/user";
  private static final String PROJECT = "data/security/project";
  private static final String GROUP = "data/security/group";
  private static final String UNKNOWN = "unknown";

  private Cadf() {}

  /**
   * An event of an image. If the user is not told, the initiator is the project that acted.
   *
   * @param own the event as the history has it
   */
  static ObjectNode of(Event event, ObjectNode own) {
    String place = "image " + event.image() + " " + event.number();
    ProjectId side =
        event.kind().isByMember() && event.member() != null
            ? new ProjectId(event.member().value())
            : event.owner();
    ObjectNode cadf = event(place, event.at(), action(event.kind()), "success");
    cadf.put("name", event.kind().word());
    cadf.set("initiator", initiator(event.actor(), side, event.cause()));
    cadf.set("target", resource(IMAGE, event.image().toString()));
    return ended(cadf, IMAGE, own);
  }

  /** An event of rights. */
  static ObjectNode of(AccessEvent event, ObjectNode own) {
    String domain = event.domain() == null ? "" : event.domain().value();
    String place = "rights " + domain + " " + event.number();
    ObjectNode cadf = event(place, event.at(), action(event.kind()), "success");
    cadf.put("name", event.kind().word());
    cadf.set("initiator", initiator(event.actor(), null, event.cause()));
    cadf.set("target", target(event.kind(), own.path(event.after() == null ? "before" : "after")));
    return ended(cadf, SECURITY, own);
  }

  /** Requests that were refused; how many, the attachment says. */
  static ObjectNode of(RefusalStore.Entry entry, ObjectNode own) {
    RefusedRequests requests = entry.requests();
    Operation operation = requests.operation();
    ObjectNode cadf =
        event("refused " + entry.number(), entry.until(), action(operation), "failure");
    cadf.put("name", operation == null ? UNKNOWN : operation.name());
    Cause cause = requests.first() == null ? null : new Cause(requests.first().request(), null);
    ObjectNode initiator = initiator(requests.user(), requests.project(), cause);
    if (requests.first() != null && requests.first().address() != null) {
      initiator.putObject("host").put("address", requests.first().address());
    }
    cadf.set("initiator", initiator);
    boolean isOfImages =
        operation == null
            || (operation.protocol() != Protocol.KEYSTONE && operation.protocol() != Protocol.IAM);
    String type = isOfImages ? IMAGE : SECURITY;
    String target = requests.first() == null ? null : requests.first().target();
    cadf.set("target", resource(type, target == null ? UNKNOWN : target));
    if (requests.reason() != null) {
      cadf.putObject("reason").put("reasonType", "vitrine").put("reasonCode", requests.reason());
    }
    return ended(cadf, type, own);
  }

  /**
   * @param place the same for the same event, in each export
   */
  private static ObjectNode event(String place, Instant at, String action, String outcome) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("typeURI", EVENT)
        .put("id", UUID.nameUUIDFromBytes(place.getBytes(UTF_8)).toString())
        .put("eventType", "activity")
        .put("eventTime", TIME.format(at))
        .put("action", action)
        .put("outcome", outcome);
  }

  private static ObjectNode ended(ObjectNode cadf, String observer, ObjectNode own) {
    cadf.set("observer", resource(observer, "vitrine"));
    cadf.putArray("attachments")
        .addObject()
        .put("typeURI", "mime:application/json")
        .put("name", "vitrine")
        .set("content", own);
    return cadf;
  }

  private static ObjectNode resource(String type, String id) {
    return JsonNodeFactory.instance.objectNode().put("typeURI", type).put("id", id);
  }

  private static ObjectNode initiator(
      @Nullable UserId user, @Nullable ProjectId project, @Nullable Cause cause) {
    ObjectNode initiator =
        user != null
            ? resource(USER, user.value())
            : project != null ? resource(PROJECT, project.value()) : resource(UNKNOWN, UNKNOWN);
    if (user != null && project != null) {
      initiator.put("project_id", project.value());
    }
    if (cause != null) {
      initiator.put("request_id", cause.request());
      if (cause.client() != null) {
        initiator.put("global_request_id", cause.client());
      }
    }
    return initiator;
  }

  private static String action(Event.Kind kind) {
    return switch (kind) {
      case OFFERED, CREATED -> "create";
      case RENEWED,
          ACCEPTED,
          REJECTED,
          REOPENED,
          STAGED,
          VISIBILITY_CHANGED,
          OWNER_CHANGED,
          UPDATED ->
          "update";
      case WITHDRAWN -> "revoke";
      case RECORDED -> UNKNOWN;
      case ACTIVATED, REACTIVATED -> "enable";
      case DEACTIVATED -> "disable";
      case DELETED -> "delete";
    };
  }

  private static String action(AccessEvent.Kind kind) {
    String verb = kind.word().substring(kind.word().indexOf('.') + 1);
    return switch (verb) {
      case "created" -> "create";
      case "removed" -> "revoke";
      case "enabled" -> "enable";
      case "disabled" -> "disable";
      case "deleted" -> "delete";
      default -> "update";
    };
  }

  private static String action(@Nullable Operation operation) {
    return operation == null
        ? UNKNOWN
        : switch (operation.method()) {
          case "GET", "HEAD" -> "read";
          case "POST" -> "create";
          case "DELETE" -> "delete";
          default -> "update";
        };
  }

  /** What changed: of a grant, who has it. */
  private static ObjectNode target(AccessEvent.Kind kind, JsonNode right) {
    String noun = kind.word().substring(0, kind.word().indexOf('.'));
    ObjectNode target =
        switch (noun) {
          case "grant" ->
              resource(
                  right.path("principal").asText().equals("group") ? GROUP : USER,
                  right.path("principal_id").asText());
          case "user" -> named(USER, right);
          case "group" ->
              right.has("group_id")
                  ? resource(GROUP, right.path("group_id").asText())
                      .put("name", right.path("group").asText())
                  : named(GROUP, right);
          case "project", "enterprise_project" -> named(PROJECT, right);
          case "limit" -> resource(PROJECT, right.path("project_id").asText());
          case "domain" -> named("data/security/domain", right);
          case "role" -> named("data/security/role", right);
          case "policy" -> named("data/security/policy", right);
          default -> named("data/security/credential", right);
        };
    return target;
  }

  private static ObjectNode named(String type, JsonNode right) {
    ObjectNode resource = resource(type, right.path("id").asText());
    return right.hasNonNull("name") ? resource.put("name", right.path("name").asText()) : resource;
  }
}
