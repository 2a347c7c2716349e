package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.Project;
import dev.vitrine.directory.Projects;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.Json;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * {@code /v3/projects/{project_id}/tags}. A tag has 1 to 255 characters, no comma and no slash
 * (Keystone: {@code resource/schema.py}; OpenStack API guideline on tags).
 */
final class ProjectTags {
  private static final int MAX_TAGS = 80;
  private static final int MAX_LENGTH = 255;

  private final Projects projects;
  private final String url;

  ProjectTags(Projects projects, String url) {
    this.projects = projects;
    this.url = url;
  }

  void addTo(Routes routes) {
    routes
        .on(Operation.LIST_PROJECT_TAGS, QueryParameters.taking(this::list))
        .on(Operation.REPLACE_PROJECT_TAGS, QueryParameters.taking(this::replace))
        .on(Operation.DELETE_PROJECT_TAGS, QueryParameters.taking(this::clear))
        .on(
            Operation.CHECK_PROJECT_TAG,
            QueryParameters.taking(request -> check(request, Operation.CHECK_PROJECT_TAG)))
        .on(
            Operation.SHOW_PROJECT_TAG,
            QueryParameters.taking(request -> check(request, Operation.SHOW_PROJECT_TAG)))
        .on(Operation.ADD_PROJECT_TAG, QueryParameters.taking(this::add))
        .on(Operation.DELETE_PROJECT_TAG, QueryParameters.taking(this::remove));
  }

  /** The tags of a body: at most 80, without duplicates. */
  static List<String> read(Fields fields) {
    List<String> tags = fields.texts("tags");
    tags.forEach(tag -> require("tags", tag));
    if (Set.copyOf(tags).size() < tags.size()) {
      throw QueryParameters.invalid("tags", "must have each tag once");
    }
    requireRoom(tags);
    return tags;
  }

  static void require(String where, String tag) {
    Fields.storable(where, tag);
    if (tag.isEmpty()
        || tag.codePointCount(0, tag.length()) > MAX_LENGTH
        || tag.contains(",")
        || tag.contains("/")) {
      throw QueryParameters.invalid(where, "a tag has 1 to 255 characters, no comma and no slash");
    }
  }

  private static void requireRoom(List<String> tags) {
    if (tags.size() > MAX_TAGS) {
      throw QueryParameters.invalid("tags", "there are at most %d".formatted(MAX_TAGS));
    }
  }

  private Reply list(Request request) {
    return all(request, projects.show(request.caller(), id(request), Operation.LIST_PROJECT_TAGS));
  }

  private Reply replace(Request request) {
    List<String> tags = read(Fields.body(request).only("tags"));
    return all(request, change(request, Operation.REPLACE_PROJECT_TAGS, old -> old.tagged(tags)));
  }

  private Reply clear(Request request) {
    change(request, Operation.DELETE_PROJECT_TAGS, old -> old.tagged(List.of()));
    return Reply.empty(204);
  }

  private Reply check(Request request, Operation operation) {
    Project project = projects.show(request.caller(), id(request), operation);
    requireTagged(project, request.parameter("tag"));
    return Reply.empty(204);
  }

  private Reply add(Request request) {
    String tag = request.parameter("tag");
    require("tag", tag);
    change(
        request,
        Operation.ADD_PROJECT_TAG,
        old -> {
          Project tagged = old.tagged(Stream.concat(old.tags().stream(), Stream.of(tag)).toList());
          requireRoom(tagged.tags());
          return tagged;
        });
    return Reply.empty(201).with("Location", url + request.prefix() + request.path());
  }

  private Reply remove(Request request) {
    String tag = request.parameter("tag");
    change(
        request,
        Operation.DELETE_PROJECT_TAG,
        old -> {
          requireTagged(old, tag);
          return old.tagged(old.tags().stream().filter(other -> !other.equals(tag)).toList());
        });
    return Reply.empty(204);
  }

  private static void requireTagged(Project project, String tag) {
    if (!project.tags().contains(tag)) {
      throw new Refusal.Absent("project tag", tag).asException();
    }
  }

  private Project change(Request request, Operation operation, UnaryOperator<Project> change) {
    return projects.update(request.caller(), id(request), operation, change);
  }

  private Reply all(Request request, Project project) {
    ObjectNode body = Page.node();
    project.tags().forEach(body.putArray("tags")::add);
    body.putObject("links").put("self", url + request.prefix() + request.path());
    return Json.reply(200, body);
  }

  private static ProjectId id(Request request) {
    return request.pathId("project", ProjectId::new);
  }
}
