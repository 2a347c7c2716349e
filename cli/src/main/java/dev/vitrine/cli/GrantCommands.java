package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Table.Column;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.RequestFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Grants of roles and policies to users and groups, at projects, enterprise projects and domains.
 */
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

    @Option(
        names = "--enterprise-project",
        descriptionKey = "grant.enterprise",
        paramLabel = "ENTERPRISE_PROJECT")
    private @Nullable String enterprise;

    @Option(names = "--domain", descriptionKey = "grant.domain", paramLabel = "DOMAIN_ID")
    private @Nullable String domain;

    /** Refuses two answers to one question and, where a grant has to be named, none. */
    void check(boolean complete) {
      long who = Stream.of(user, group).filter(Objects::nonNull).count();
      long where = Stream.of(project, enterprise, domain).filter(Objects::nonNull).count();
      if (who > 1 || where > 1 || (complete && who + where != 2)) {
        throw new Problem(ExitCode.USAGE, "grant.target");
      }
    }

    /** Whether grants at enterprise projects are among those that are asked for. */
    boolean atEnterpriseProjects() {
      return project == null && domain == null;
    }

    /** Whether those at enterprise projects are the only ones. */
    boolean onlyAtEnterpriseProjects() {
      return enterprise != null;
    }

    /** As parameters of Keystone's list. */
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

    /** As parameters of IAM's list. */
    String enterpriseQuery(Names names) {
      StringJoiner query = new StringJoiner("&");
      if (user != null) {
        query.add("subject.user_id=" + Cloud.value(names.user(user))).add("include_group=false");
      }
      if (group != null) {
        query.add("subject.group_id=" + Cloud.value(names.group(group)));
      }
      query.add(
          enterprise == null
              ? "scope=enterprise_project"
              : "scope.enterprise_projects_id=" + Cloud.value(names.enterpriseProject(enterprise)));
      return query.toString();
    }

    /** The service of one grant: Keystone or, for enterprise projects, IAM. */
    Endpoint service(Cloud cloud) {
      return enterprise == null ? cloud.identity() : cloud.own();
    }

    /** The place of one grant in that service. */
    String path(Names names, String role) {
      return where(names) + who(names) + "/roles/" + Cloud.segment(names.role(role));
    }

    private String where(Names names) {
      if (enterprise != null) {
        return "/v3.0/OS-PERMISSION/enterprise-projects/"
            + Cloud.segment(names.enterpriseProject(enterprise));
      }
      return project != null
          ? "/projects/" + Cloud.segment(names.project(project))
          : "/domains/" + Cloud.segment(String.valueOf(domain));
    }

    private String who(Names names) {
      return user != null
          ? "/users/" + Cloud.segment(names.user(user))
          : "/groups/" + Cloud.segment(names.group(String.valueOf(group)));
    }
  }

  @picocli.CommandLine.Command(name = "list")
  static final class ListGrants extends Listing {
    private static final List<Column> COLUMNS =
        List.of(
            Column.text("policy"),
            Column.word("grantee", "grantee"),
            Column.text("grantee_name"),
            Column.text("grantee_id").detail(),
            Column.word("scope", "scope"),
            Column.text("scope_name"),
            Column.text("scope_id").detail());

    @Mixin private final Target target = new Target();

    ListGrants() {
      super(COLUMNS);
    }

    @Override
    void check() {
      target.check(false);
    }

    @Override
    Stream<ObjectNode> rows() {
      List<ObjectNode> rows = new ArrayList<>();
      if (!target.onlyAtEnterpriseProjects()) {
        String path = "/role_assignments?include_names=true" + target.query(names());
        JsonNode answer = cloud().identity().call("GET", path, null).json();
        answer.path("role_assignments").forEach(grant -> rows.add(row(grant)));
      }
      if (target.atEnterpriseProjects()) {
        addEnterprise(rows);
      }
      return rows.stream();
    }

    /** Keystone's list has none at enterprise projects; IAM's has all, but only ids. */
    private void addEnterprise(List<ObjectNode> rows) {
      List<JsonNode> grants;
      try {
        grants = cloud().enterpriseGrants(target.enterpriseQuery(names()));
      } catch (RequestFailed e) {
        if (target.onlyAtEnterpriseProjects() || e.response().status() != 403) {
          throw e;
        }
        shell().note("grant.enterpriseHidden");
        return;
      }
      if (!grants.isEmpty()) {
        Map<String, String> known = names().known();
        grants.forEach(grant -> rows.add(row(named(object(grant), known))));
      }
    }

    /** With the names that Keystone would have added; an id where the name is not known. */
    private static ObjectNode named(ObjectNode grant, Map<String, String> known) {
      Stream.of("/user", "/group", "/role", "/scope/enterprise_project")
          .map(grant::at)
          .filter(JsonNode::isObject)
          .map(Command::object)
          .forEach(
              one -> {
                String id = one.path("id").asText();
                one.put("name", known.getOrDefault(id, id));
              });
      return grant;
    }

    private static ObjectNode row(JsonNode grant) {
      String grantee = grant.has("user") ? "user" : "group";
      String scope =
          Stream.of("project", "enterprise_project")
              .filter(grant.path("scope")::has)
              .findFirst()
              .orElse("domain");
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
      String path = target.path(names(), policy);
      return send(method(), target.service(cloud()), path, done(), policy);
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
