package dev.vitrine.server.own;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.identity.Ids;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.images.IsoTime;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.Json;
import dev.vitrine.server.own.AuditPages.Rows;
import dev.vitrine.webhook.Delivery;
import dev.vitrine.webhook.Failure;
import dev.vitrine.webhook.Webhook;
import dev.vitrine.webhook.WebhookKind;
import dev.vitrine.webhook.WebhookStore;
import dev.vitrine.webhook.WebhookStore.Place;
import dev.vitrine.webhook.WebhookUrl;
import dev.vitrine.webhook.Webhooks;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks of the caller's project, or of its account if its scope is a domain: {@code
 * /vitrine/v1/webhooks} (ADR 48). The secret is in the answer to its making only.
 */
public final class WebhooksResource {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final int MAX_DESCRIPTION = 255;

  private final Webhooks webhooks;

  public WebhooksResource(Webhooks webhooks) {
    this.webhooks = webhooks;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_WEBHOOK, QueryParameters.taking(this::create))
        .on(Operation.LIST_WEBHOOKS, QueryParameters.taking(this::list, "limit", "marker"))
        .on(Operation.SHOW_WEBHOOK, QueryParameters.taking(this::show))
        .on(Operation.UPDATE_WEBHOOK, QueryParameters.taking(this::update))
        .on(Operation.DELETE_WEBHOOK, QueryParameters.taking(this::delete))
        .on(Operation.REPLACE_WEBHOOK_SECRET, QueryParameters.taking(this::replaceSecret))
        .on(Operation.TRY_WEBHOOK, QueryParameters.taking(this::tryOut))
        .on(
            Operation.LIST_WEBHOOK_DELIVERIES,
            QueryParameters.taking(this::deliveries, "status", "kind", "limit", "marker"))
        .on(Operation.RETRY_WEBHOOK_DELIVERY, QueryParameters.taking(this::retry))
        .on(Operation.REPLAY_WEBHOOK, QueryParameters.taking(this::replay));
  }

  private static String id(Request request) {
    return request.parameter("webhook_id");
  }

  private Reply create(Request request) {
    Fields fields = Fields.body(request).only("url", "kinds", "description");
    var made =
        webhooks.create(
            request.caller(),
            url(fields, fields.requiredText("url")),
            Objects.requireNonNullElse(kinds(fields), Set.of()),
            Objects.requireNonNullElse(description(fields), ""));
    return wrapped(201, node(made.webhook()).put("secret", made.secret()));
  }

  private Reply list(Request request) {
    int limit = AuditPages.limit(request);
    Rows rows =
        Rows.of(
            "webhooks",
            webhooks.list(
                request.caller(), AuditPages.marker(request, WebhooksResource::place), limit + 1),
            limit,
            WebhooksResource::node,
            webhook -> webhook.createdAt() + " " + webhook.id());
    return AuditPages.reply(request, JsonNodeFactory.instance.objectNode(), rows);
  }

  private static @Nullable Place place(String text) {
    String[] parts = text.split(" ", 2);
    Instant createdAt = IsoTime.read(parts[0]);
    return createdAt == null || !Ids.isGenerated(parts[1]) ? null : new Place(createdAt, parts[1]);
  }

  private Reply show(Request request) {
    Webhooks.Shown shown = webhooks.show(request.caller(), id(request));
    Webhook.Summary summary = shown.summary();
    Failure.Said said = Failure.in(summary.failure());
    ObjectNode node = node(shown.webhook());
    node.putObject("deliveries")
        .put("pending", summary.pending())
        .put("parked", summary.parked())
        .put("last_delivered_at", text(summary.deliveredAt()))
        .put("last_failed_at", text(summary.failedAt()))
        .put("last_error", summary.failure())
        .put("last_error_code", code(summary.failure()))
        .put("last_error_status", said == null ? null : said.status());
    return wrapped(200, node);
  }

  private Reply update(Request request) {
    Fields fields = Fields.body(request).only("url", "kinds", "description", "enabled");
    String url = fields.has("url") ? fields.requiredText("url") : null;
    Webhook updated =
        webhooks.update(
            request.caller(),
            id(request),
            new Webhooks.Change(
                url == null ? null : url(fields, url),
                kinds(fields),
                description(fields),
                fields.has("enabled") ? fields.flag("enabled", true) : null));
    return wrapped(200, node(updated));
  }

  private Reply delete(Request request) {
    webhooks.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  private Reply replaceSecret(Request request) {
    var replaced = webhooks.replaceSecret(request.caller(), id(request));
    return wrapped(200, node(replaced.webhook()).put("secret", replaced.secret()));
  }

  private Reply tryOut(Request request) {
    Webhooks.Trial trial = webhooks.tryOut(request.caller(), id(request));
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.putObject("test")
        .put("delivered", trial.answer().error() == null)
        .put("status", trial.answer().status())
        .put("milliseconds", trial.millis())
        .put("error", trial.answer().error())
        .put("error_code", code(trial.answer().error()));
    return Json.reply(200, node);
  }

  private Reply deliveries(Request request) {
    int limit = QueryParameters.limit(request, DEFAULT_LIMIT, MAX_LIMIT);
    List<Delivery> found =
        webhooks.deliveries(
            request.caller(),
            id(request),
            new WebhookStore.Query(
                state(request.query("status")),
                kind(request.query("kind")),
                marker(request.query("marker")),
                limit + 1));
    List<Delivery> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode array = node.putArray("deliveries");
    page.forEach(delivery -> array.add(node(delivery)));
    node.put("next_marker", found.size() > limit ? Long.toString(page.getLast().number()) : null);
    return Json.reply(200, node);
  }

  private Reply retry(Request request) {
    Delivery delivery =
        webhooks.retry(request.caller(), id(request), request.parameter("delivery_id"));
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.set("delivery", node(delivery));
    return Json.reply(202, node);
  }

  private Reply replay(Request request) {
    Fields fields = Fields.body(request).only("since", "until");
    Instant since = time(fields, "since", fields.requiredText("since"));
    String until = fields.text("until");
    int queued =
        webhooks.replay(
            request.caller(),
            id(request),
            since,
            until == null ? null : time(fields, "until", until));
    return Json.reply(202, JsonNodeFactory.instance.objectNode().put("deliveries", queued));
  }

  private static Reply wrapped(int status, ObjectNode webhook) {
    return Json.reply(
        status, JsonNodeFactory.instance.objectNode().<ObjectNode>set("webhook", webhook));
  }

  private static ObjectNode node(Webhook webhook) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", webhook.id())
            .put(
                "project_id",
                webhook.owner().project() == null ? null : webhook.owner().project().value())
            .put("url", webhook.url().value());
    ArrayNode kinds = node.putArray("kinds");
    Arrays.stream(WebhookKind.values())
        .filter(kind -> kind != WebhookKind.TEST)
        .filter(kind -> webhook.kinds().isEmpty() || webhook.kinds().contains(kind))
        .forEach(kind -> kinds.add(kind.word()));
    return node.put("description", webhook.description())
        .put("enabled", webhook.enabled())
        .put("created_at", webhook.createdAt().toString())
        .put("created_by", webhook.createdBy().value());
  }

  private static ObjectNode node(Delivery delivery) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", Long.toString(delivery.number()))
            .put("event_id", delivery.subject().id())
            .put("kind", delivery.kind())
            .put("at", delivery.at().toString());
    switch (delivery.subject()) {
      case Delivery.Subject.OfImage(var image, long _) ->
          node.put("image_id", image.toString()).putNull("job_id");
      case Delivery.Subject.OfJob(var job) -> node.putNull("image_id").put("job_id", job.value());
    }
    return node.put("status", delivery.state().word())
        .put("attempts", delivery.attempts())
        .put("last_attempt_at", text(delivery.triedAt()))
        .put("last_status", delivery.status())
        .put("last_error", delivery.error())
        .put("last_error_code", code(delivery.error()))
        .put("next_attempt_at", text(delivery.nextAt()));
  }

  /** Null: no error, or one that only another version knows. */
  private static @Nullable String code(@Nullable String error) {
    Failure.Said said = Failure.in(error);
    return said == null ? null : said.failure().word();
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  private static WebhookUrl url(Fields fields, String text) {
    try {
      return new WebhookUrl(text);
    } catch (IllegalArgumentException e) {
      throw fields.invalid("url", String.valueOf(e.getMessage()));
    }
  }

  /** Empty: all; null: it is not given. */
  private static @Nullable Set<WebhookKind> kinds(Fields fields) {
    if (!fields.has("kinds")) {
      return null;
    }
    JsonNode given = fields.raw("kinds");
    Set<WebhookKind> kinds = EnumSet.noneOf(WebhookKind.class);
    if (given.isNull()) {
      return kinds;
    }
    for (String word : fields.texts("kinds")) {
      WebhookKind kind = WebhookKind.of(word);
      if (kind == null) {
        throw fields.invalid("kinds", "there is no kind '%s'".formatted(word));
      }
      kinds.add(kind);
    }
    if (kinds.isEmpty()) {
      throw fields.invalid("kinds", "must name a kind; null is all of them");
    }
    return kinds;
  }

  private static @Nullable String description(Fields fields) {
    if (!fields.has("description")) {
      return null;
    }
    String text = fields.requiredText("description");
    if (text.codePointCount(0, text.length()) > MAX_DESCRIPTION) {
      throw fields.invalid(
          "description", "must have at most %d characters".formatted(MAX_DESCRIPTION));
    }
    return text;
  }

  private static Instant time(Fields fields, String name, String text) {
    Instant time = IsoTime.read(text);
    if (time == null) {
      throw fields.invalid(name, "must be a time by ISO 8601");
    }
    return time;
  }

  private static Delivery.@Nullable State state(@Nullable String word) {
    if (word == null) {
      return null;
    }
    return Arrays.stream(Delivery.State.values())
        .filter(state -> state.word().equals(word))
        .findAny()
        .orElseThrow(
            () -> QueryParameters.invalid("status", "must be pending, delivered or parked"));
  }

  private static @Nullable WebhookKind kind(@Nullable String word) {
    WebhookKind kind = word == null ? null : WebhookKind.of(word);
    if (word != null && kind == null) {
      throw QueryParameters.invalid("kind", "there is no kind '%s'".formatted(word));
    }
    return kind;
  }

  private static @Nullable Long marker(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (!text.matches("[1-9]\\d{0,17}")) {
      throw QueryParameters.invalid("marker", "must be the next_marker of a page");
    }
    return Long.valueOf(text);
  }
}
