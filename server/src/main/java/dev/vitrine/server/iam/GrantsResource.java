package dev.vitrine.server.iam;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.EnterpriseProjectGrants;
import dev.vitrine.directory.GrantStore.GrantQuery;
import dev.vitrine.directory.GrantStore.Place;
import dev.vitrine.directory.Slice;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.RoleGrant;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleGrant.Target;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.json.Json;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code GET /v3.0/OS-PERMISSION/role-assignments} (IAM: 查询租户授权信息). */
public final class GrantsResource {
  private static final int MAX_PER_PAGE = 50;
  private static final List<String> SUBJECTS =
      List.of("subject", "subject.user_id", "subject.group_id", "subject.agency_id");
  private static final List<String> SCOPES =
      List.of("scope", "scope.project_id", "scope.domain_id", "scope.enterprise_projects_id");

  private final EnterpriseProjectGrants grants;

  public GrantsResource(EnterpriseProjectGrants grants) {
    this.grants = grants;
  }

  public void addTo(Routes routes) {
    String[] names =
        Stream.of(
                SUBJECTS,
                SCOPES,
                List.of(
                    "domain_id", "role_id", "is_inherited", "include_group", "page", "per_page"))
            .flatMap(List::stream)
            .toArray(String[]::new);
    routes.on(Operation.LIST_GRANTS, Parameters.taking(this::list, names));
  }

  private Reply list(Request request) {
    Slice<RoleGrant> found = grants.all(request.caller(), query(request));
    ObjectNode body = node();
    ArrayNode array = body.putArray("role_assignments");
    found.elements().forEach(grant -> array.add(node(grant)));
    return Json.reply(200, body.put("total_num", found.total()));
  }

  private static GrantQuery query(Request request) {
    requireAtMostOne(request, SUBJECTS);
    requireAtMostOne(request, SCOPES);
    DomainId domain = Parameters.id(request, "domain_id", DomainId::new);
    if (domain == null) {
      throw Parameters.invalid("domain_id");
    }
    Boolean toUsers = toUsers(request);
    UserId user = Parameters.id(request, "subject.user_id", UserId::new);
    Parameters.Part part = Parameters.part(request, MAX_PER_PAGE);
    ProjectId project = Parameters.id(request, "scope.project_id", ProjectId::new);
    DomainId scope = Parameters.id(request, "scope.domain_id", DomainId::new);
    EnterpriseProjectId enterprise =
        Parameters.id(request, "scope.enterprise_projects_id", EnterpriseProjectId::new);
    return new GrantQuery(
        domain,
        Parameters.id(request, "role_id", RoleId::new),
        toUsers,
        user,
        Parameters.id(request, "subject.group_id", GroupId::new),
        (user != null || Objects.equals(toUsers, true))
            && Parameters.flag(request, "include_group", true),
        place(request, project, scope, enterprise),
        Stream.of(project, scope, enterprise)
            .filter(Objects::nonNull)
            .map(Object::toString)
            .findFirst()
            .orElse(null),
        part.offset(),
        part.limit());
  }

  private static void requireAtMostOne(Request request, List<String> names) {
    List<String> given = names.stream().filter(name -> request.query(name) != null).toList();
    if (given.size() > 1) {
      throw new Refusal.Invalid("Only one of %s may be given.".formatted(String.join(", ", given)))
          .asException();
    }
  }

  /** Refuses agencies, which do not exist here. */
  private static @Nullable Boolean toUsers(Request request) {
    if (request.query("subject.agency_id") != null) {
      throw Parameters.invalid("subject.agency_id");
    }
    return switch (request.query("subject")) {
      case null -> null;
      case "user" -> true;
      case "group" -> false;
      default -> throw Parameters.invalid("subject");
    };
  }

  private static @Nullable Place place(
      Request request,
      @Nullable ProjectId project,
      @Nullable DomainId domain,
      @Nullable EnterpriseProjectId enterprise) {
    Place inDomain =
        Parameters.flag(request, "is_inherited", false) ? Place.ALL_PROJECTS : Place.DOMAIN;
    if (project != null) {
      return Place.PROJECT;
    }
    if (domain != null) {
      return inDomain;
    }
    if (enterprise != null) {
      return Place.ENTERPRISE_PROJECT;
    }
    return switch (request.query("scope")) {
      case null -> null;
      case "project" -> Place.PROJECT;
      case "domain" -> inDomain;
      case "enterprise_project" -> Place.ENTERPRISE_PROJECT;
      default -> throw Parameters.invalid("scope");
    };
  }

  private static ObjectNode node(RoleGrant grant) {
    ObjectNode node = node();
    switch (grant.principal()) {
      case Principal.OfUser(UserId user) -> put(node, "user", user.value());
      case Principal.OfGroup(GroupId group) -> put(node, "group", group.value());
    }
    put(node, "role", grant.role().value());
    ObjectNode scope = node.putObject("scope");
    switch (grant.target()) {
      case Target.OnProject(ProjectId project) -> put(scope, "project", project.value());
      case Target.OnDomain(DomainId domain) -> put(scope, "domain", domain.value());
      case Target.OnAllProjects(DomainId domain) -> put(scope, "domain", domain.value());
      case Target.OnEnterpriseProject(DomainId domain, EnterpriseProjectId project) ->
          put(scope, "enterprise_project", project.value());
    }
    return node.put("is_inherited", grant.target() instanceof Target.OnAllProjects);
  }

  private static void put(ObjectNode node, String name, String id) {
    node.putObject(name).put("id", id);
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }
}
