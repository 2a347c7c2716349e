package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Names.Among;
import dev.vitrine.cli.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says who can use an image. */
@picocli.CommandLine.Command(name = "access")
final class AccessCommand extends Command {
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("project_id"),
          Column.text("project"),
          Column.word("status", "member"),
          Column.time("since"));

  @Parameters(paramLabel = "IMAGE", descriptionKey = "image")
  private String image = "";

  @Mixin private final Format format = new Format();

  @Override
  ExitCode run() {
    format.check(COLUMNS);
    JsonNode found = cloud().image(names().image(image, Among.ALL));
    String owner = found.path("owner").asText();
    String visibility = found.path("visibility").asText();
    Map<String, String> known =
        cloud().listIfAllowed("/auth/projects", "projects").stream()
            .collect(
                Collectors.toMap(
                    project -> project.path("id").asText(),
                    project -> project.path("name").asText(),
                    (a, b) -> a));
    List<ObjectNode> rows = new ArrayList<>();
    rows.add(row(owner, known, "owner", found.path("created_at").asText()));
    if (visibility.equals("shared")) {
      for (JsonNode member : cloud().members(found.path("id").asText())) {
        String project = member.path("member_id").asText();
        String since = member.path("updated_at").asText();
        rows.add(row(project, known, member.path("status").asText(), since));
      }
    }
    format.rows(shell(), COLUMNS, rows.stream());
    if (!format.isForPrograms()) {
      notes(visibility, owner.equals(cloud().project()));
    }
    return ExitCode.OK;
  }

  private void notes(String visibility, boolean isOwner) {
    if (visibility.equals("public") || visibility.equals("community")) {
      shell().note("access." + visibility);
    } else if (!isOwner) {
      shell().note("access.others");
    }
  }

  private static ObjectNode row(
      String project, Map<String, String> known, String status, String since) {
    return Format.row(
        row ->
            row.put("project_id", project)
                .put("project", known.getOrDefault(project, ""))
                .put("status", status)
                .put("since", since));
  }
}
