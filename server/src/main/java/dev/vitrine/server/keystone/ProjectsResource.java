package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.Project;
import dev.vitrine.directory.Projects;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Fields;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** {@code /v3/projects}, and the projects of a user. */
public final class ProjectsResource {
  private static final int MAX_NAME = 64;
  private static final String NO_CHILDREN =
      "Projects have no children here: parent_id can only be the id of the domain.";

  /** Fields with a meaning; all others are stored and returned. */
  private static final Set<String> KNOWN =
      Set.of(
          "id",
          "name",
          "domain_id",
          "description",
          "enabled",
          "parent_id",
          "is_domain",
          "tags",
          "options",
          "links");

  private final Projects projects;
  private final Page page;
  private final ProjectTags tags;

  public ProjectsResource(Projects projects, String url) {
    this.projects = projects;
    this.page = new Page(url);
    this.tags = new ProjectTags(projects, url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_PROJECT, QueryParameters.taking(this::create))
        .on(Operation.LIST_PROJECTS, Query.listing(this::list, Query.PROJECTS))
        .on(
            Operation.SHOW_PROJECT,
            QueryParameters.taking(
                this::show,
                "parents_as_list",
                "parents_as_ids",
                "subtree_as_list",
                "subtree_as_ids"))
        .on(Operation.UPDATE_PROJECT, QueryParameters.taking(this::update))
        .on(Operation.DELETE_PROJECT, QueryParameters.taking(this::delete))
        .on(Operation.LIST_OWN_PROJECTS, Query.listing(this::listOwn))
        .on(Operation.LIST_PROJECTS_OF_USER, Query.listing(this::listOfUser, Query.PROJECTS));
    tags.addTo(routes);
  }

  private Reply create(Request request) {
    Fields fields = Fields.of(request, "project");
    fields.refuseGiven(null);
    DomainId domain = fields.id("domain_id", DomainId::new);
    DomainId parent = fields.id("parent_id", DomainId::new);
    if (parent != null && domain != null && !parent.equals(domain)) {
      throw new Refusal.Invalid(NO_CHILDREN).asException();
    }
    Project project =
        projects.create(
            request.caller(),
            parent == null ? domain : parent,
            (id, home) ->
                changed(fields, new Project(id, home, fields.name("name", MAX_NAME), "", true)));
    return one(201, project);
  }

  private Reply list(Request request) {
    return all(request, projects.list(request.caller(), Query.projects(request)));
  }

  private Reply listOwn(Request request) {
    return all(request, projects.ofCaller(request.caller()));
  }

  private Reply listOfUser(Request request) {
    UserId user = request.pathId("user", UserId::new);
    return all(request, projects.ofUser(request.caller(), user, Query.projects(request)));
  }

  private Reply show(Request request) {
    requireOne(request, "parents_as_list", "parents_as_ids");
    requireOne(request, "subtree_as_list", "subtree_as_ids");
    Project project = projects.show(request.caller(), id(request));
    ObjectNode node = node(project);
    if (Query.flag(request, "parents_as_list")) {
      node.putArray("parents");
    }
    if (Query.flag(request, "parents_as_ids")) {
      node.putObject("parents").putNull(project.domain().value());
    }
    if (Query.flag(request, "subtree_as_list")) {
      node.putArray("subtree");
    }
    if (Query.flag(request, "subtree_as_ids")) {
      node.putNull("subtree");
    }
    return page.one(200, "project", "projects", node);
  }

  private static void requireOne(Request request, String one, String other) {
    if (Query.flag(request, one) && Query.flag(request, other)) {
      throw new Refusal.Invalid(
              "Cannot use %s and %s query params at the same time.".formatted(one, other))
          .asException();
    }
  }

  private Reply update(Request request) {
    Fields fields = Fields.change(request, "project");
    return one(200, projects.update(request.caller(), id(request), old -> changed(fields, old)));
  }

  /** The project, changed by the request. */
  private static Project changed(Fields fields, Project old) {
    fields.refuseGiven(old.id().value());
    fields.refuse("is_domain", BooleanNode.FALSE, "no project acts as a domain here");
    DomainId parent = fields.id("parent_id", DomainId::new);
    if (parent != null && !parent.equals(old.domain())) {
      throw new Refusal.Invalid(NO_CHILDREN).asException();
    }
    return new Project(
        old.id(),
        Objects.requireNonNullElse(fields.id("domain_id", DomainId::new), old.domain()),
        fields.has("name") ? fields.name("name", MAX_NAME) : old.name(),
        Objects.requireNonNullElse(fields.text("description", old.description()), ""),
        fields.flag("enabled", old.enabled()),
        fields.has("tags") ? ProjectTags.read(fields) : old.tags(),
        Options.immutable(fields, old.immutable()),
        fields.extras(KNOWN, old.extras()));
  }

  private Reply delete(Request request) {
    projects.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  private static ProjectId id(Request request) {
    return request.pathId("project", ProjectId::new);
  }

  private Reply one(int status, Project project) {
    return page.one(status, "project", "projects", node(project));
  }

  private Reply all(Request request, List<Project> list) {
    return page.all(request, "projects", list, ProjectsResource::node);
  }

  private static ObjectNode node(Project project) {
    ObjectNode node =
        Fields.tree(project.extras())
            .put("id", project.id().value())
            .put("name", project.name())
            .put("domain_id", project.domain().value())
            .put("description", project.description())
            .put("enabled", project.enabled())
            .put("parent_id", project.domain().value())
            .put("is_domain", false);
    project.tags().forEach(node.putArray("tags")::add);
    Options.write(project.immutable(), node);
    return node;
  }
}
