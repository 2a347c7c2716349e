package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Table.Column;
import java.util.List;
import picocli.CommandLine.Mixin;

/** Checks the credentials, and says whose they are. */
@picocli.CommandLine.Command(name = "login")
final class LoginCommand extends Command {
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("user"),
          Column.text("user_id"),
          Column.text("domain"),
          Column.text("project"),
          Column.text("project_id"),
          Column.text("roles"),
          Column.time("expires_at"));

  @Mixin private final Format format = new Format();

  @Override
  ExitCode run() {
    format.check(COLUMNS);
    JsonNode token = Cloud.signInAnew(account(), shell()).token();
    format.one(shell(), COLUMNS, Format.row(row -> fill(row, token)));
    return ExitCode.OK;
  }

  private static void fill(ObjectNode row, JsonNode token) {
    row.set("user", token.at("/user/name"));
    row.set("user_id", token.at("/user/id"));
    row.set("domain", token.at("/user/domain/name"));
    row.put("project", token.at("/project/name").asText());
    row.put("project_id", token.at("/project/id").asText());
    var roles = row.putArray("roles");
    token.path("roles").forEach(role -> roles.add(role.path("name")));
    row.set("expires_at", token.path("expires_at"));
  }
}
