package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Names.Among;
import dev.vitrine.cli.Table.Column;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what happened to an image, or to all that concern the project; or what was refused. */
@picocli.CommandLine.Command(name = "history")
final class HistoryCommand extends Command {
  /** Events by which the member's side answers; the others are acts of the owner's side. */
  private static final Set<String> ANSWERS =
      Set.of("offer.accepted", "offer.rejected", "offer.reopened");

  private static final int PAGE = 1000;

  private static final List<Column> COLUMNS =
      List.of(
          Column.time("at"),
          Column.change("kind"),
          Column.text("image"),
          Column.text("project"),
          Column.text("by"),
          Column.text("from").detail(),
          Column.text("to").detail(),
          Column.text("image_id").detail(),
          Column.text("owner_project_id").detail(),
          Column.text("project_id").detail(),
          Column.text("user_id").detail(),
          Column.text("other_account").detail(),
          Column.text("job_id").detail(),
          Column.text("request_id").detail(),
          Column.text("client_request_id").detail(),
          Column.text("domain_id").detail(),
          Column.text("before").detail(),
          Column.text("after").detail());

  private static final List<Column> REFUSED =
      List.of(
          Column.time("until"),
          Column.word("operation", "operation"),
          Column.text("count"),
          Column.text("reason"),
          Column.text("user"),
          Column.text("project"),
          Column.text("target"),
          Column.text("since").detail(),
          Column.text("user_id").detail(),
          Column.text("project_id").detail(),
          Column.text("domain_id").detail(),
          Column.text("access_key").detail(),
          Column.text("address").detail(),
          Column.text("request_id").detail());

  @Parameters(arity = "0..1", paramLabel = "IMAGE", descriptionKey = "image")
  private @Nullable String image;

  @Option(names = "--since", descriptionKey = "history.since", paramLabel = "TIME")
  private @Nullable String since;

  @Option(names = "--until", descriptionKey = "history.until", paramLabel = "TIME")
  private @Nullable String until;

  @Option(names = "--project", descriptionKey = "history.project", paramLabel = "PROJECT")
  private @Nullable String project;

  @Option(names = "--user", descriptionKey = "history.user", paramLabel = "USER")
  private @Nullable String user;

  @Option(names = "--kind", split = ",", descriptionKey = "history.kind", paramLabel = "KIND")
  private List<String> kinds = new ArrayList<>();

  @Option(names = "--limit", descriptionKey = "history.limit", paramLabel = "NUMBER")
  private int limit = 100;

  @Option(names = "--refused", descriptionKey = "history.refused")
  private boolean isRefused;

  @Option(names = "--cadf", descriptionKey = "history.cadf")
  private boolean isCadf;

  @Mixin private final Format format = new Format();

  @Override
  ExitCode run() {
    List<Column> columns = isRefused ? REFUSED : COLUMNS;
    format.check(columns);
    check();
    if (isCadf) {
      shell().out().println(read("&format=cadf", "events").toPrettyString());
    } else {
      format.rows(shell(), columns, isRefused ? refused() : events());
    }
    return ExitCode.OK;
  }

  private void check() {
    if (isRefused && (image != null || !kinds.isEmpty())) {
      throw new Problem(ExitCode.USAGE, "history.refusedAlone");
    }
    if (isCadf && format.isForPrograms()) {
      throw new Problem(ExitCode.USAGE, "history.cadfAlone");
    }
    if (limit < 1) {
      throw new Problem(ExitCode.USAGE, "jobs.noLimit");
    }
    for (String kind : kinds) {
      if (!shell().texts().bundle().containsKey("event." + kind)) {
        throw new Problem(
            ExitCode.USAGE,
            "history.noKind",
            kind,
            String.join(", ", shell().texts().set("event")));
      }
    }
  }

  /**
   * What the options ask for.
   *
   * @param form of the answer: the end of the query
   * @param field of the answer that has the rows
   */
  private JsonNode read(String form, String field) {
    StringBuilder query = new StringBuilder();
    Instant now = Instant.now();
    add(query, "since", since, now);
    add(query, "until", until, now);
    if (project != null) {
      query.append("&project_id=").append(Cloud.value(names().project(project)));
    }
    if (user != null) {
      query.append("&user_id=").append(Cloud.value(names().user(user)));
    }
    if (!kinds.isEmpty()) {
      query.append("&kind=").append(Cloud.value(String.join(",", kinds)));
    }
    String path = isRefused ? "/vitrine/v1/refusals" : "/vitrine/v1/history";
    if (image != null) {
      String id = names().image(image, Among.ALL);
      path = "/vitrine/v1/images/" + Cloud.segment(id) + "/history";
    }
    return cloud().whole(path, query + form, field, PAGE, limit).path(field);
  }

  private Stream<ObjectNode> refused() {
    List<ObjectNode> rows = Cloud.elements(read("", "refusals")).map(Command::object).toList();
    if (!rows.isEmpty()) {
      Map<String, String> projects = names().ofProjects();
      Map<String, String> users = names().ofUsers();
      for (ObjectNode row : rows) {
        row.put("user", Names.known(users, row.path("user_id")));
        row.put("project", Names.known(projects, row.path("project_id")));
      }
    }
    return rows.stream();
  }

  private Stream<ObjectNode> events() {
    List<ObjectNode> events = Cloud.elements(read("", "events")).map(Command::object).toList();
    name(events);
    return events.stream();
  }

  private static void add(StringBuilder query, String name, @Nullable String time, Instant now) {
    if (time != null) {
      Instant at = Moment.read("--" + name, time, now, ZoneId.systemDefault());
      query.append('&').append(name).append('=').append(Cloud.value(at.toString()));
    }
  }

  /** Names for ids, where the user may know them; otherwise the ids. */
  private void name(List<ObjectNode> events) {
    if (events.isEmpty()) {
      return;
    }
    Map<String, String> images =
        names()
            .ofImages(
                events.stream()
                    .filter(event -> event.hasNonNull("image_id"))
                    .map(event -> event.path("image_id").asText())
                    .toList());
    Map<String, String> projects = names().ofProjects();
    Map<String, String> users = names().ofUsers();
    for (ObjectNode event : events) {
      event.put("image", Names.known(images, event.path("image_id")));
      if (event.path("image_id").isNull()) {
        event.put("about", about(event, users));
      }
      event.put("project", Names.known(projects, event.path("project_id")));
      boolean isAnswer = ANSWERS.contains(event.path("kind").asText());
      JsonNode side = event.path(isAnswer ? "project_id" : "owner_project_id");
      event.put(
          "by",
          event.hasNonNull("user_id")
              ? Names.known(users, event.path("user_id"))
              : Names.known(projects, side));
    }
  }

  /** Which right changed, by the names that the event keeps. */
  private static String about(ObjectNode event, Map<String, String> users) {
    JsonNode right = event.path(event.hasNonNull("after") ? "after" : "before");
    String kind = event.path("kind").asText();
    if (kind.startsWith("grant.")) {
      return "%s → %s"
          .formatted(right.path("role").asText(), Names.known(users, right.path("principal_id")));
    }
    if (kind.startsWith("group.member")) {
      return "%s → %s".formatted(right.path("user").asText(), right.path("group").asText());
    }
    return Stream.of("display_name", "name", "id")
        .filter(right::hasNonNull)
        .findFirst()
        .map(name -> right.path(name).asText())
        .orElse("");
  }
}
