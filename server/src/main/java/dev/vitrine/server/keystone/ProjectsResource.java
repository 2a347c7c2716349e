package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.access.Operation;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.Project;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.Projects;
import dev.vitrine.identity.UserId;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import java.util.List;
import java.util.Objects;

/** {@code /v3/projects}, and whose they are. */
public final class ProjectsResource {
  private static final int MAX_NAME = 64;

  private final Projects projects;
  private final Page page;

  public ProjectsResource(Projects projects, String url) {
    this.projects = projects;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_PROJECT, this::create)
        .on(Operation.LIST_PROJECTS, this::list)
        .on(Operation.SHOW_PROJECT, this::show)
        .on(Operation.UPDATE_PROJECT, this::update)
        .on(Operation.DELETE_PROJECT, this::delete)
        .on(Operation.LIST_OWN_PROJECTS, this::listOwn)
        .on(Operation.LIST_PROJECTS_OF_USER, this::listOfUser);
  }

  private Reply create(Request request) {
    Fields fields = Fields.of(request, "project");
    Project project =
        projects.create(
            request.caller(),
            fields.id("domain_id", DomainId::new),
            fields.name("name", MAX_NAME),
            Objects.requireNonNullElse(fields.text("description"), ""),
            fields.flag("enabled", true));
    return one(201, project);
  }

  private Reply list(Request request) {
    return all(request, projects.list(request.caller(), Query.filter(request)));
  }

  private Reply listOwn(Request request) {
    return all(request, projects.ofCaller(request.caller()));
  }

  private Reply listOfUser(Request request) {
    UserId user = Query.id(request, "user", UserId::new);
    return all(request, projects.ofUser(request.caller(), user, Query.filter(request)));
  }

  private Reply show(Request request) {
    return one(200, projects.show(request.caller(), id(request)));
  }

  private Reply update(Request request) {
    Fields fields = Fields.change(request, "project");
    return one(
        200,
        projects.update(
            request.caller(),
            id(request),
            old ->
                new Project(
                    old.id(),
                    Objects.requireNonNullElse(fields.id("domain_id", DomainId::new), old.domain()),
                    fields.has("name") ? fields.name("name", MAX_NAME) : old.name(),
                    Objects.requireNonNullElse(fields.text("description", old.description()), ""),
                    fields.flag("enabled", old.enabled()))));
  }

  private Reply delete(Request request) {
    projects.delete(request.caller(), id(request));
    return Reply.empty(204);
  }

  private static ProjectId id(Request request) {
    return Query.id(request, "project", ProjectId::new);
  }

  private Reply one(int status, Project project) {
    return page.one(status, "project", "projects", node(project));
  }

  private Reply all(Request request, List<Project> list) {
    return page.all(request, "projects", list, ProjectsResource::node);
  }

  private static ObjectNode node(Project project) {
    ObjectNode node =
        Page.node()
            .put("id", project.id().value())
            .put("name", project.name())
            .put("domain_id", project.domain().value())
            .put("description", project.description())
            .put("enabled", project.enabled())
            .put("parent_id", project.domain().value())
            .put("is_domain", false);
    node.putArray("tags");
    node.putObject("options");
    return node;
  }
}
