package dev.vitrine.server.iam;

import static dev.vitrine.operation.Operation.*;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.EnterpriseProjectGrants;
import dev.vitrine.directory.GrantStore.HoldingGroup;
import dev.vitrine.directory.GrantStore.HoldingUser;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Handler;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.json.Json;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Grants at enterprise projects, below {@code /v3.0/OS-PERMISSION} (IAM: 企业项目管理). */
public final class EnterpriseProjectGrantsResource {
  private final EnterpriseProjectGrants grants;

  public EnterpriseProjectGrantsResource(EnterpriseProjectGrants grants) {
    this.grants = grants;
  }

  public void addTo(Routes routes) {
    addTo(
        routes,
        EnterpriseProjectGrantsResource::user,
        LIST_ROLES_OF_USER_ON_ENTERPRISE_PROJECT,
        GRANT_ROLE_TO_USER_ON_ENTERPRISE_PROJECT,
        CHECK_ROLE_OF_USER_ON_ENTERPRISE_PROJECT,
        SHOW_ROLE_OF_USER_ON_ENTERPRISE_PROJECT,
        REVOKE_ROLE_FROM_USER_ON_ENTERPRISE_PROJECT);
    addTo(
        routes,
        EnterpriseProjectGrantsResource::group,
        LIST_ROLES_OF_GROUP_ON_ENTERPRISE_PROJECT,
        GRANT_ROLE_TO_GROUP_ON_ENTERPRISE_PROJECT,
        CHECK_ROLE_OF_GROUP_ON_ENTERPRISE_PROJECT,
        SHOW_ROLE_OF_GROUP_ON_ENTERPRISE_PROJECT,
        REVOKE_ROLE_FROM_GROUP_ON_ENTERPRISE_PROJECT);
    routes
        .on(LIST_USERS_ON_ENTERPRISE_PROJECT, Parameters.taking(this::users))
        .on(LIST_GROUPS_ON_ENTERPRISE_PROJECT, Parameters.taking(this::groups))
        .on(
            LIST_ENTERPRISE_PROJECTS_OF_USER,
            Parameters.taking(
                request ->
                    projects(grants.ofUser(request.caller(), request.pathId("user", UserId::new)))))
        .on(
            LIST_ENTERPRISE_PROJECTS_OF_GROUP,
            Parameters.taking(
                request ->
                    projects(
                        grants.ofGroup(request.caller(), request.pathId("group", GroupId::new)))));
  }

  /** Registers the five operations on the grants of one kind of principal. */
  private void addTo(
      Routes routes,
      Function<Request, Principal> principal,
      Operation list,
      Operation grant,
      Operation check,
      Operation show,
      Operation revoke) {
    Function<Request, EnterpriseProjectGrants.Grant> of =
        request ->
            new EnterpriseProjectGrants.Grant(
                id(request), principal.apply(request), request.pathId("role", RoleId::new));
    routes
        .on(list, Parameters.taking(request -> roles(request, list, principal.apply(request))))
        .on(grant, one(of, (caller, asked) -> grants.grant(caller, grant, asked)))
        .on(check, one(of, (caller, asked) -> grants.check(caller, check, asked)))
        .on(show, one(of, (caller, asked) -> grants.check(caller, show, asked)))
        .on(revoke, one(of, (caller, asked) -> grants.revoke(caller, revoke, asked)));
  }

  private static Handler one(
      Function<Request, EnterpriseProjectGrants.Grant> of,
      BiConsumer<Caller, EnterpriseProjectGrants.Grant> work) {
    return Parameters.taking(
        request -> {
          work.accept(request.caller(), of.apply(request));
          return Reply.empty(204);
        });
  }

  private static Principal user(Request request) {
    return new Principal.OfUser(request.pathId("user", UserId::new));
  }

  private static Principal group(Request request) {
    return new Principal.OfGroup(request.pathId("group", GroupId::new));
  }

  /** The enterprise project of a path; an invalid id is refused as absent. */
  static EnterpriseProjectId id(Request request) {
    String value = request.parameter("enterprise_project_id");
    try {
      return new EnterpriseProjectId(value);
    } catch (IllegalArgumentException e) {
      throw new Refusal.Absent("enterprise project", value).asException();
    }
  }

  private Reply roles(Request request, Operation operation, Principal principal) {
    return list(
        "roles", grants.roles(request.caller(), operation, id(request), principal), RoleJson::node);
  }

  private Reply users(Request request) {
    return list(
        "users",
        grants.users(request.caller(), id(request)),
        EnterpriseProjectGrantsResource::node);
  }

  private Reply groups(Request request) {
    return list(
        "groups",
        grants.groups(request.caller(), id(request)),
        EnterpriseProjectGrantsResource::node);
  }

  private static Reply projects(List<EnterpriseProjectId> ids) {
    return list(
        "enterprise-projects",
        ids,
        id -> JsonNodeFactory.instance.objectNode().put("projectId", id.value()));
  }

  private static <T> Reply list(String name, List<T> elements, Function<T, ObjectNode> render) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode array = body.putArray(name);
    elements.forEach(element -> array.add(render.apply(element)));
    return Json.reply(200, body);
  }

  private static ObjectNode node(HoldingUser holding) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", holding.user().id().value())
        .put("name", holding.user().name())
        .put("domain_id", holding.user().domain().value())
        .put("description", holding.user().description())
        .put("enabled", holding.user().enabled())
        .put("policy_num", holding.roles());
  }

  private static ObjectNode node(HoldingGroup holding) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", holding.group().id().value())
        .put("name", holding.group().name())
        .put("domainId", holding.group().domain().value())
        .put("description", holding.group().description())
        .put("createTime", holding.createdAt().toEpochMilli());
  }
}
