package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Table.Column;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Grants of roles and policies to users and groups, at projects and domains. */
@picocli.CommandLine.Command(
    name = "grant",
    subcommands = {
      GrantCommands.ListGrants.class,
      GrantCommands.Create.class,
      GrantCommands.Delete.class
    })
final class GrantCommands extends CommandGroup {

  /** To whom, and where. */
  static final class Target {
    @Option(names = "--user", descriptionKey = "grant.user", paramLabel = "USER")
    private @Nullable String user;

    @Option(names = "--group", descriptionKey = "grant.group", paramLabel = "GROUP")
    private @Nullable String group;

    @Option(names = "--project", descriptionKey = "grant.project", paramLabel = "PROJECT")
    private @Nullable String project;

    @Option(names = "--domain", descriptionKey = "grant.domain", paramLabel = "DOMAIN_ID")
    private @Nullable String domain;

    /** Refuses two answers to one question. */
    void check(boolean complete) {
      boolean who = user != null ? group == null : group != null || !complete;
      boolean where = project != null ? domain == null : domain != null || !complete;
      if (!who || !where) {
        throw new Problem(ExitCode.USAGE, "grant.target");
      }
    }

    /** As parameters of the list. */
    String query(Names names) {
      StringJoiner query = new StringJoiner("&", "&", "").setEmptyValue("");
      if (user != null) {
        query.add("user.id=" + Cloud.value(names.user(user)));
      }
      if (group != null) {
        query.add("group.id=" + Cloud.value(names.group(group)));
      }
      if (project != null) {
        query.add("scope.project.id=" + Cloud.value(names.project(project)));
      }
      if (domain != null) {
        query.add("scope.domain.id=" + Cloud.value(domain));
      }
      return query.toString();
    }

    /** The place of one grant. */
    String path(Names names, String role) {
      String where =
          project != null
              ? "/projects/" + Cloud.segment(names.project(project))
              : "/domains/" + Cloud.segment(String.valueOf(domain));
      String who =
          user != null
              ? "/users/" + Cloud.segment(names.user(user))
              : "/groups/" + Cloud.segment(names.group(String.valueOf(group)));
      return where + who + "/roles/" + Cloud.segment(names.role(role));
    }
  }

  @picocli.CommandLine.Command(name = "list")
  static final class ListGrants extends Command {
    private static final List<Column> COLUMNS =
        List.of(
            Column.text("policy"),
            Column.word("grantee", "grantee"),
            Column.text("grantee_name"),
            Column.text("grantee_id"),
            Column.word("scope", "scope"),
            Column.text("scope_name"),
            Column.text("scope_id"));

    @Mixin private final Target target = new Target();
    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(COLUMNS);
      target.check(false);
      String path = "/role_assignments?include_names=true" + target.query(names());
      JsonNode answer = cloud().identity().call("GET", path, null).json();
      format.rows(
          shell(), COLUMNS, Cloud.elements(answer.path("role_assignments")).map(ListGrants::row));
      return ExitCode.OK;
    }

    private static ObjectNode row(JsonNode grant) {
      String grantee = grant.has("user") ? "user" : "group";
      String scope = grant.path("scope").has("project") ? "project" : "domain";
      JsonNode who = grant.path(grantee);
      JsonNode where = grant.path("scope").path(scope);
      return Format.row(
          row ->
              row.put("policy", grant.at("/role/name").asText())
                  .put("grantee", grantee)
                  .put("grantee_name", who.path("name").asText())
                  .put("grantee_id", who.path("id").asText())
                  .put("scope", scope)
                  .put("scope_name", where.path("name").asText())
                  .put("scope_id", where.path("id").asText()));
    }
  }

  /** One grant is made or taken back. */
  abstract static class One extends Command {
    @Parameters(paramLabel = "POLICY", descriptionKey = "grant.policy")
    private String policy = "";

    @Mixin private final Target target = new Target();

    abstract String method();

    abstract String done();

    @Override
    ExitCode run() {
      target.check(true);
      cloud().identity().call(method(), target.path(names(), policy), null);
      shell().note(done(), policy);
      return ExitCode.OK;
    }
  }

  @picocli.CommandLine.Command(name = "create")
  static final class Create extends One {
    @Override
    String method() {
      return "PUT";
    }

    @Override
    String done() {
      return "grant.created";
    }
  }

  @picocli.CommandLine.Command(name = "delete")
  static final class Delete extends One {
    @Override
    String method() {
      return "DELETE";
    }

    @Override
    String done() {
      return "grant.deleted";
    }
  }
}
