package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Table.Column;
import dev.vitrine.client.Json;
import dev.vitrine.client.RequestFailed;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Webhooks of the project: URLs that Vitrine tells what happens to its images. */
@picocli.CommandLine.Command(
    name = "webhook",
    subcommands = {
      WebhookCommands.ListWebhooks.class,
      WebhookCommands.Create.class,
      WebhookCommands.Show.class,
      WebhookCommands.Update.class,
      WebhookCommands.Delete.class,
      WebhookCommands.Test.class,
      WebhookCommands.Rotate.class,
      WebhookCommands.Deliveries.class,
      WebhookCommands.Retry.class,
      WebhookCommands.Replay.class
    })
final class WebhookCommands extends CommandGroup {
  private static final String PATH = "/vitrine/v1/webhooks";

  /** For {@code --kinds}: also those that are still to come. */
  private static final String ALL = "all";

  /** The words of kinds. */
  private static final String KINDS = "webhookKind";

  private static final List<Column> WITH_SECRET =
      List.of(Column.text("id"), Column.text("url"), Column.text("secret"));

  /** A command about one webhook. */
  abstract static class OfWebhook extends Command {
    @Parameters(index = "0", paramLabel = "WEBHOOK", descriptionKey = "webhook")
    private String given = "";

    private @Nullable String id;

    /** Looked up on the first call. */
    String id() {
      if (id == null) {
        id = names().webhook(given);
      }
      return id;
    }

    JsonNode call(String method, String path, @Nullable JsonNode body) {
      return cloud().own().call(method, path(path), body == null ? null : Json.write(body)).json();
    }

    String path(String rest) {
      return PATH + "/" + Cloud.segment(id()) + rest;
    }

    /** Sends what a disabled webhook refuses, and says then what to do. */
    <T> T ifEnabled(Supplier<T> request) {
      try {
        return request.get();
      } catch (RequestFailed e) {
        if (e.response().status() == 409
            && !call("GET", "", null).at("/webhook/enabled").asBoolean(true)) {
          throw new Problem(ExitCode.FAILED, "webhook.isDisabled", id());
        }
        throw e;
      }
    }
  }

  @picocli.CommandLine.Command(name = "list")
  static final class ListWebhooks extends Listing {
    private static final List<Column> COLUMNS =
        List.of(
            Column.text("id"),
            Column.text("url"),
            Column.word("enabled", "webhook"),
            Column.text("description"),
            Column.word("kinds", KINDS).detail(),
            Column.time("created_at").detail(),
            Column.text("created_by").detail());

    ListWebhooks() {
      super(COLUMNS);
    }

    @Override
    Stream<JsonNode> rows() {
      return all(cloud()).stream();
    }
  }

  /** All webhooks of the project. */
  static List<JsonNode> all(Cloud cloud) {
    try {
      return cloud.rows(PATH, "webhooks");
    } catch (RequestFailed e) {
      if (e.response().status() == 404) {
        throw new Problem(ExitCode.NOT_FOUND, "webhook.off");
      }
      throw e;
    }
  }

  @picocli.CommandLine.Command(name = "create")
  static final class Create extends Command {
    @Parameters(paramLabel = "URL", descriptionKey = "webhook.url")
    private String url = "";

    @Option(names = "--kinds", split = ",", descriptionKey = "webhook.kinds", paramLabel = "KIND")
    private List<String> kinds = new ArrayList<>();

    @Option(names = "--description", descriptionKey = "webhook.description", paramLabel = "TEXT")
    private @Nullable String description;

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(WITH_SECRET);
      ObjectNode body = body(shell(), url, kinds, description);
      JsonNode made = cloud().own().call("POST", PATH, Json.write(body)).json().path("webhook");
      format.one(shell(), WITH_SECRET, object(made));
      shell().note("webhook.once");
      return ExitCode.OK;
    }
  }

  private static ObjectNode body(
      Shell shell, @Nullable String url, List<String> kinds, @Nullable String description) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (url != null) {
      body.put("url", url);
    }
    if (description != null) {
      body.put("description", description);
    }
    if (kinds.equals(List.of(ALL))) {
      body.putNull("kinds");
    } else if (!kinds.isEmpty()) {
      ArrayNode array = body.putArray("kinds");
      kinds.forEach(kind -> array.add(checked(shell, kind)));
    }
    return body;
  }

  private static String checked(Shell shell, String kind) {
    List<String> known = shell.texts().set(KINDS);
    if (!known.contains(kind)) {
      throw new Problem(ExitCode.USAGE, "webhook.noKind", kind, String.join(", ", known), ALL);
    }
    return kind;
  }

  @picocli.CommandLine.Command(name = "show")
  static final class Show extends OfWebhook {
    private static final List<Column> FIELDS =
        List.of(
            Column.text("id"),
            Column.text("url"),
            Column.word("enabled", "webhook"),
            Column.word("kinds", KINDS),
            Column.text("description"),
            Column.text("pending"),
            Column.text("parked"),
            Column.time("last_delivered_at"),
            Column.time("last_failed_at"),
            Column.failure("last_error", "last_error_status"),
            Column.text("last_error_code").detail(),
            Column.time("created_at"),
            Column.text("created_by"));

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(FIELDS);
      ObjectNode shown = object(call("GET", "", null).path("webhook"));
      shown.setAll(object(shown.remove("deliveries")));
      format.one(shell(), FIELDS, shown);
      if (!format.isForPrograms() && shown.path("parked").asInt() > 0) {
        shell().note("webhook.hasParked", id());
      }
      return ExitCode.OK;
    }
  }

  @picocli.CommandLine.Command(name = "update")
  static final class Update extends OfWebhook {
    @Option(names = "--url", descriptionKey = "webhook.url", paramLabel = "URL")
    private @Nullable String url;

    @Option(names = "--kinds", split = ",", descriptionKey = "webhook.kinds", paramLabel = "KIND")
    private List<String> kinds = new ArrayList<>();

    @Option(names = "--description", descriptionKey = "webhook.description", paramLabel = "TEXT")
    private @Nullable String description;

    @Option(names = "--enable", descriptionKey = "webhook.enable")
    private boolean enable;

    @Option(names = "--disable", descriptionKey = "webhook.disable")
    private boolean disable;

    @Override
    ExitCode run() {
      if (enable && disable) {
        throw new Problem(ExitCode.USAGE, "webhook.oneOf");
      }
      ObjectNode body = body(shell(), url, kinds, description);
      if (enable || disable) {
        body.put("enabled", enable);
      }
      if (body.isEmpty()) {
        throw new Problem(ExitCode.USAGE, "webhook.noChange");
      }
      call("PATCH", "", body);
      shell().note("webhook.updated", id());
      return ExitCode.OK;
    }
  }

  @picocli.CommandLine.Command(name = "delete")
  static final class Delete extends OfWebhook {
    @Override
    ExitCode run() {
      return send("DELETE", cloud().own(), path(""), "webhook.deleted", id());
    }
  }

  @picocli.CommandLine.Command(name = "test")
  static final class Test extends OfWebhook {
    private static final List<Column> COLUMNS =
        List.of(
            Column.word("delivered", "trial"),
            Column.text("status"),
            Column.text("milliseconds"),
            Column.failure("error", "status"),
            Column.text("error_code").detail());

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(COLUMNS);
      ObjectNode test = object(call("POST", "/test", null).path("test"));
      format.one(shell(), COLUMNS, test);
      return test.path("delivered").asBoolean() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  @picocli.CommandLine.Command(name = "rotate")
  static final class Rotate extends OfWebhook {
    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(WITH_SECRET);
      format.one(shell(), WITH_SECRET, object(call("POST", "/secret", null).path("webhook")));
      shell().note("webhook.once");
      shell().note("webhook.overlap");
      return ExitCode.OK;
    }
  }

  private static final List<Column> DELIVERIES =
      List.of(
          Column.text("id"),
          Column.time("at"),
          Column.word("kind", KINDS),
          Column.text("image"),
          Column.text("job_id"),
          Column.word("status", "delivery"),
          Column.text("attempts"),
          Column.failure("last_error", "last_status"),
          Column.text("last_error_code").detail(),
          Column.text("last_status").detail(),
          Column.time("last_attempt_at").detail(),
          Column.time("next_attempt_at").detail(),
          Column.text("image_id").detail(),
          Column.text("event_id").detail());

  /** Whether an event was delivered. */
  enum Status {
    pending,
    delivered,
    parked
  }

  @picocli.CommandLine.Command(name = "deliveries")
  static final class Deliveries extends OfWebhook {
    private static final int PAGE = 1000;

    @Option(names = "--status", descriptionKey = "webhook.status", paramLabel = "STATUS")
    private @Nullable Status status;

    @Option(names = "--kind", descriptionKey = "webhook.kind", paramLabel = "KIND")
    private @Nullable String kind;

    @Option(names = "--limit", descriptionKey = "webhook.limit", paramLabel = "NUMBER")
    private int limit = 100;

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(DELIVERIES);
      if (limit < 1) {
        throw new Problem(ExitCode.USAGE, "jobs.noLimit");
      }
      String query = status == null ? "" : "&status=" + status;
      if (kind != null) {
        query += "&kind=" + Cloud.value(checked(shell(), kind));
      }
      JsonNode found = cloud().whole(path("/deliveries"), query, "deliveries", PAGE, limit);
      List<ObjectNode> deliveries =
          Cloud.elements(found.path("deliveries")).map(Command::object).toList();
      name(names(), deliveries);
      format.rows(shell(), DELIVERIES, deliveries.stream());
      return ExitCode.OK;
    }
  }

  /** Names of images, where the user may know them; otherwise their ids. */
  private static void name(Names names, List<ObjectNode> deliveries) {
    List<String> images =
        deliveries.stream()
            .filter(delivery -> delivery.hasNonNull("image_id"))
            .map(delivery -> delivery.path("image_id").asText())
            .toList();
    Map<String, String> known = images.isEmpty() ? Map.of() : names.ofImages(images);
    deliveries.forEach(
        delivery -> delivery.put("image", Names.known(known, delivery.path("image_id"))));
  }

  @picocli.CommandLine.Command(name = "retry")
  static final class Retry extends OfWebhook {
    @Parameters(
        index = "1..*",
        arity = "1..*",
        paramLabel = "DELIVERY",
        descriptionKey = "webhook.delivery")
    private List<String> deliveries = new ArrayList<>();

    @Override
    ExitCode run() {
      for (String delivery : deliveries) {
        String path = "/deliveries/" + Cloud.segment(delivery) + "/retry";
        ifEnabled(() -> call("POST", path, null));
        shell().note("webhook.retried", delivery);
      }
      return ExitCode.OK;
    }
  }

  @picocli.CommandLine.Command(name = "replay")
  static final class Replay extends OfWebhook {
    private static final List<Column> COLUMNS = List.of(Column.text("deliveries"));

    @Option(
        names = "--since",
        required = true,
        descriptionKey = "history.since",
        paramLabel = "TIME")
    private String since = "";

    @Option(names = "--until", descriptionKey = "history.until", paramLabel = "TIME")
    private @Nullable String until;

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(COLUMNS);
      Instant now = Instant.now();
      ZoneId zone = ZoneId.systemDefault();
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.put("since", Moment.read("--since", since, now, zone).toString());
      if (until != null) {
        body.put("until", Moment.read("--until", until, now, zone).toString());
      }
      ObjectNode queued = object(ifEnabled(() -> call("POST", "/replay", body)));
      format.one(shell(), COLUMNS, queued);
      if (!format.isForPrograms() && queued.path("deliveries").asInt() > 0) {
        shell().note("webhook.watch", id());
      }
      return ExitCode.OK;
    }
  }
}
