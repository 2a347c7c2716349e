package dev.vitrine.server.keystone;

import static dev.vitrine.operation.Operation.*;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.GrantStore;
import dev.vitrine.directory.Grants;
import dev.vitrine.directory.Named;
import dev.vitrine.directory.NamedGrant;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.RoleGrant;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleGrant.Target;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Handler;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Json;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Grants of roles under projects, domains and {@code OS-INHERIT}; {@code /v3/role_assignments}. */
public final class AssignmentsResource {
  private static final String INHERITED_TO = "scope.OS-INHERIT:inherited_to";

  private final Grants grants;
  private final Page page;

  public AssignmentsResource(Grants grants, String url) {
    this.grants = grants;
    this.page = new Page(url);
  }

  /** One kind of target with one kind of principal: the five operations on its grants. */
  private final class Place {
    private final Function<Request, Target> target;
    private final Function<Request, Principal> principal;

    Place(Function<Request, Target> target, Function<Request, Principal> principal) {
      this.target = target;
      this.principal = principal;
    }

    void addTo(
        Routes routes,
        Operation list,
        Operation grant,
        Operation check,
        Operation show,
        Operation revoke) {
      routes
          .on(list, Query.listing(request -> list(request, list)))
          .on(grant, one((caller, asked) -> grants.grant(caller, grant, asked)))
          .on(check, one((caller, asked) -> grants.check(caller, check, asked)))
          .on(show, one((caller, asked) -> grants.check(caller, show, asked)))
          .on(revoke, one((caller, asked) -> grants.revoke(caller, revoke, asked)));
    }

    private Reply list(Request request, Operation operation) {
      return page.all(
          request,
          "roles",
          grants.roles(
              request.caller(), operation, target.apply(request), principal.apply(request)),
          RolesResource::node);
    }

    private Handler one(BiConsumer<Caller, RoleGrant> work) {
      return QueryParameters.taking(
          request -> {
            work.accept(request.caller(), of(request));
            return Reply.empty(204);
          });
    }

    private RoleGrant of(Request request) {
      return new RoleGrant(
          target.apply(request), principal.apply(request), request.pathId("role", RoleId::new));
    }
  }

  public void addTo(Routes routes) {
    routes.on(
        LIST_ROLE_ASSIGNMENTS,
        QueryParameters.taking(
            this::list,
            "user.id",
            "group.id",
            "role.id",
            "scope.project.id",
            "scope.domain.id",
            "scope.system",
            INHERITED_TO,
            "effective",
            "include_names",
            "include_subtree"));
    new Place(AssignmentsResource::project, AssignmentsResource::user)
        .addTo(
            routes,
            LIST_ROLES_OF_USER_ON_PROJECT,
            GRANT_ROLE_TO_USER_ON_PROJECT,
            CHECK_ROLE_OF_USER_ON_PROJECT,
            SHOW_ROLE_OF_USER_ON_PROJECT,
            REVOKE_ROLE_FROM_USER_ON_PROJECT);
    new Place(AssignmentsResource::project, AssignmentsResource::group)
        .addTo(
            routes,
            LIST_ROLES_OF_GROUP_ON_PROJECT,
            GRANT_ROLE_TO_GROUP_ON_PROJECT,
            CHECK_ROLE_OF_GROUP_ON_PROJECT,
            SHOW_ROLE_OF_GROUP_ON_PROJECT,
            REVOKE_ROLE_FROM_GROUP_ON_PROJECT);
    new Place(AssignmentsResource::domain, AssignmentsResource::user)
        .addTo(
            routes,
            LIST_ROLES_OF_USER_ON_DOMAIN,
            GRANT_ROLE_TO_USER_ON_DOMAIN,
            CHECK_ROLE_OF_USER_ON_DOMAIN,
            SHOW_ROLE_OF_USER_ON_DOMAIN,
            REVOKE_ROLE_FROM_USER_ON_DOMAIN);
    new Place(AssignmentsResource::domain, AssignmentsResource::group)
        .addTo(
            routes,
            LIST_ROLES_OF_GROUP_ON_DOMAIN,
            GRANT_ROLE_TO_GROUP_ON_DOMAIN,
            CHECK_ROLE_OF_GROUP_ON_DOMAIN,
            SHOW_ROLE_OF_GROUP_ON_DOMAIN,
            REVOKE_ROLE_FROM_GROUP_ON_DOMAIN);
    new Place(AssignmentsResource::allProjects, AssignmentsResource::user)
        .addTo(
            routes,
            LIST_ROLES_OF_USER_ON_ALL_PROJECTS,
            GRANT_ROLE_TO_USER_ON_ALL_PROJECTS,
            CHECK_ROLE_OF_USER_ON_ALL_PROJECTS,
            SHOW_ROLE_OF_USER_ON_ALL_PROJECTS,
            REVOKE_ROLE_FROM_USER_ON_ALL_PROJECTS);
    new Place(AssignmentsResource::allProjects, AssignmentsResource::group)
        .addTo(
            routes,
            LIST_ROLES_OF_GROUP_ON_ALL_PROJECTS,
            GRANT_ROLE_TO_GROUP_ON_ALL_PROJECTS,
            CHECK_ROLE_OF_GROUP_ON_ALL_PROJECTS,
            SHOW_ROLE_OF_GROUP_ON_ALL_PROJECTS,
            REVOKE_ROLE_FROM_GROUP_ON_ALL_PROJECTS);
  }

  private static Target project(Request request) {
    return new Target.OnProject(request.pathId("project", ProjectId::new));
  }

  private static Target domain(Request request) {
    return new Target.OnDomain(request.pathId("domain", DomainId::new));
  }

  private static Target allProjects(Request request) {
    return new Target.OnAllProjects(request.pathId("domain", DomainId::new));
  }

  private static Principal user(Request request) {
    return new Principal.OfUser(request.pathId("user", UserId::new));
  }

  private static Principal group(Request request) {
    return new Principal.OfGroup(request.pathId("group", GroupId::new));
  }

  /**
   * {@code include_subtree} has no effect, because projects have no children. Roles on the system
   * do not exist, so that filter returns an empty list.
   */
  private Reply list(Request request) {
    String inheritedTo = request.query(INHERITED_TO);
    refuseIf(
        inheritedTo != null && !inheritedTo.equals("projects"),
        "Invalid input for parameter '%s': must be projects.".formatted(INHERITED_TO));
    GrantStore.Query query =
        new GrantStore.Query(
            null,
            Query.filter(request, "user.id", UserId::new),
            Query.filter(request, "group.id", GroupId::new),
            Query.filter(request, "role.id", RoleId::new),
            Query.filter(request, "scope.project.id", ProjectId::new),
            Query.filter(request, "scope.domain.id", DomainId::new),
            inheritedTo == null ? null : true);
    boolean effective = Query.flag(request, "effective");
    refuseIf(
        query.domain() != null && query.project() != null, "Specify a domain or project, not both");
    refuseIf(
        Query.flag(request, "include_subtree") && query.project() == null,
        "scope.project.id must be specified if include_subtree is also specified");
    refuseIf(query.user() != null && query.group() != null, "Specify a user or group, not both");
    refuseIf(
        effective && query.group() != null,
        "Combining effective and group filter will always result in an empty list.");
    ObjectNode body = Page.node();
    ArrayNode array = body.putArray("role_assignments");
    boolean names = Query.flag(request, "include_names");
    if (request.query("scope.system") == null) {
      for (NamedGrant found : grants.list(request.caller(), query, effective)) {
        array.add(node(found, names));
      }
    }
    page.links(request, body);
    return Json.reply(200, body);
  }

  private static void refuseIf(boolean wrong, String why) {
    if (wrong) {
      throw new Refusal.Invalid(why).asException();
    }
  }

  private ObjectNode node(NamedGrant found, boolean names) {
    ObjectNode node = Page.node();
    ObjectNode links = node.putObject("links").put("assignment", link(found.grant()));
    ObjectNode scope = node.putObject("scope");
    if (found.project() == null) {
      scope.set("domain", named(found.domain(), null, names));
    } else {
      scope.set("project", named(found.project(), found.domain(), names));
    }
    if (found.grant().target() instanceof Target.OnAllProjects) {
      scope.put("OS-INHERIT:inherited_to", "projects");
    }
    node.set(
        found.inGroup() ? "group" : "user", named(found.holder(), found.holderDomain(), names));
    if (!found.inGroup() && found.grant().principal() instanceof Principal.OfGroup(GroupId group)) {
      links.put(
          "membership", page.link("groups/%s/users/%s".formatted(group, found.holder().id())));
    }
    node.set("role", named(found.role(), null, names));
    return node;
  }

  private static ObjectNode named(Named named, @Nullable Named domain, boolean names) {
    ObjectNode node = Page.node().put("id", named.id());
    if (names) {
      node.put("name", named.name());
      if (domain != null) {
        node.set("domain", named(domain, null, true));
      }
    }
    return node;
  }

  private String link(RoleGrant grant) {
    String holder =
        switch (grant.principal()) {
          case Principal.OfUser(UserId user) -> "users/" + user;
          case Principal.OfGroup(GroupId group) -> "groups/" + group;
        };
    String path =
        switch (grant.target()) {
          case Target.OnProject(ProjectId project) -> "projects/%s/%s/roles/%s";
          case Target.OnDomain(DomainId domain) -> "domains/%s/%s/roles/%s";
          case Target.OnAllProjects(DomainId domain) ->
              "OS-INHERIT/domains/%s/%s/roles/%s/inherited_to_projects";
          case Target.OnEnterpriseProject _ -> throw unlisted(grant);
        };
    String place =
        switch (grant.target()) {
          case Target.OnProject(ProjectId project) -> project.value();
          case Target.OnDomain(DomainId domain) -> domain.value();
          case Target.OnAllProjects(DomainId domain) -> domain.value();
          case Target.OnEnterpriseProject _ -> throw unlisted(grant);
        };
    return page.link(path.formatted(place, holder, grant.role()));
  }

  /**
   * Keystone has no enterprise projects: {@code OS-PERMISSION/role-assignments} lists their grants.
   */
  private static IllegalStateException unlisted(RoleGrant grant) {
    return new IllegalStateException("not a grant of Keystone's: " + grant);
  }
}
