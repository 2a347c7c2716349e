package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Names.Among;
import dev.vitrine.cli.Table.Column;
import dev.vitrine.client.RequestFailed;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says who can use an image, or what the project can use; now, or at an instant. */
@picocli.CommandLine.Command(name = "access")
final class AccessCommand extends Command {
  private static final String ROOT = "/vitrine/v1";
  private static final int PAGE = 1000;

  /** Of the projects that can use an image. */
  private static final List<Column> RECIPIENTS =
      List.of(
          Column.text("project_id"),
          Column.text("project"),
          Column.word("status", "member"),
          Column.word("can", "way"),
          Column.time("since"),
          Column.time("last_used_at"),
          Column.text("other_account").detail());

  /** Of the images that the project can use. */
  private static final List<Column> IMAGES =
      List.of(
          Column.text("image"),
          Column.text("owner"),
          Column.word("relation", "relation"),
          Column.word("status", "member"),
          Column.word("can", "way"),
          Column.time("since"),
          Column.time("last_used_at"),
          Column.text("image_id").detail(),
          Column.text("owner_project_id").detail(),
          Column.word("visibility", "visibility").detail(),
          Column.word("image_status", "image").detail());

  @Parameters(arity = "0..1", paramLabel = "IMAGE", descriptionKey = "access.image")
  private @Nullable String image;

  @Option(names = "--as-of", descriptionKey = "access.asOf", paramLabel = "TIME")
  private @Nullable String asOf;

  @Mixin private final Format format = new Format();

  @Override
  ExitCode run() {
    List<Column> columns = image == null ? IMAGES : RECIPIENTS;
    format.check(columns);
    String query =
        asOf == null
            ? ""
            : "&as_of="
                + Cloud.value(
                    Moment.read("--as-of", asOf, Instant.now(), ZoneId.systemDefault()).toString());
    if (image == null) {
      format.rows(shell(), IMAGES, usable(query).stream());
    } else {
      recipients(names().image(image, Among.ALL), query);
    }
    return ExitCode.OK;
  }

  private List<ObjectNode> usable(String query) {
    List<ObjectNode> images =
        rows(cloud().whole(ROOT + "/access", query, "images", PAGE), "images");
    if (!images.isEmpty()) {
      Map<String, String> names =
          names().ofImages(images.stream().map(one -> one.path("image_id").asText()).toList());
      Map<String, String> projects = names().ofProjects();
      for (ObjectNode one : images) {
        one.put("image", Names.known(names, one.path("image_id")));
        one.put("owner", Names.known(projects, one.path("owner_project_id")));
        one.set("status", one.path("member_status"));
      }
    }
    return images;
  }

  private void recipients(String id, String query) {
    String path = ROOT + "/images/" + Cloud.segment(id) + "/access";
    JsonNode review = review(path, query);
    List<ObjectNode> recipients = rows(review, "recipients");
    Map<String, String> projects = names().ofProjects();
    for (ObjectNode one : recipients) {
      one.put("project", projects.getOrDefault(one.path("project_id").asText(), ""));
      boolean isOwner = one.path("relation").asText().equals("owner");
      one.set("status", one.path(isOwner ? "relation" : "member_status"));
    }
    if (format.isForPrograms() && !review.path("everyone").isEmpty()) {
      recipients = Stream.concat(Stream.of(everyone(review)), recipients.stream()).toList();
    }
    boolean isForAll =
        Cloud.elements(review.path("everyone")).anyMatch(way -> way.asText().equals("use"));
    if (format.isForPrograms() || !isForAll || !recipients.isEmpty()) {
      format.rows(shell(), RECIPIENTS, recipients.stream());
    }
    if (format.isForPrograms()) {
      return;
    }
    if (isForAll) {
      String then = asOf == null ? "" : "was.";
      shell().note("access." + then + review.path("visibility").asText());
    }
    String owner = review.path("owner_project_id").asText();
    if (recipients.stream().noneMatch(one -> one.path("project_id").asText().equals(owner))) {
      shell().note("access.others", projects.getOrDefault(owner, owner));
    }
  }

  /** For programs, what every project can do is a row without a project. */
  private static ObjectNode everyone(JsonNode review) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put("project_id", "").put("project", "").put("status", "everyone");
    row.set("can", review.path("everyone"));
    return row.putNull("since").putNull("last_used_at").putNull("other_account");
  }

  private JsonNode review(String path, String query) {
    try {
      return cloud().whole(path, query, "recipients", PAGE);
    } catch (RequestFailed e) {
      if (asOf == null || e.response().status() != 404) {
        throw e;
      }
      throw new Problem(ExitCode.NOT_FOUND, "access.notThen", String.valueOf(image), asOf);
    }
  }

  private static List<ObjectNode> rows(JsonNode answer, String field) {
    return Cloud.elements(answer.path(field)).map(Command::object).toList();
  }
}
