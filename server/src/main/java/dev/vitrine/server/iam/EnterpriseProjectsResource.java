package dev.vitrine.server.iam;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.directory.EnterpriseProject;
import dev.vitrine.directory.EnterpriseProjectStore;
import dev.vitrine.directory.EnterpriseProjects;
import dev.vitrine.directory.Slice;
import dev.vitrine.identity.EnterpriseProjectId;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.EnterpriseProjectFault;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code /v1.0/enterprise-projects} (EPS: 企业项目管理). */
public final class EnterpriseProjectsResource {
  private static final int MAX_LIMIT = 1_000;
  private static final int ENABLED = 1;
  private static final int DISABLED = 2;

  /** The only type here; EPS also has one for trials. */
  private static final String TYPE = "prod";

  private final EnterpriseProjects projects;

  public EnterpriseProjectsResource(EnterpriseProjects projects) {
    this.projects = projects;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_ENTERPRISE_PROJECT, Parameters.taking(this::create))
        .on(
            Operation.LIST_ENTERPRISE_PROJECTS,
            Parameters.taking(this::list, "name", "status", "offset", "limit"))
        .on(Operation.SHOW_ENTERPRISE_PROJECT, Parameters.taking(this::show))
        .on(Operation.UPDATE_ENTERPRISE_PROJECT, Parameters.taking(this::update))
        .on(Operation.ENABLE_ENTERPRISE_PROJECT, Parameters.taking(this::act));
  }

  private Reply create(Request request) {
    Fields fields = fields(request);
    return one(
        201,
        projects.create(
            request.caller(),
            fields.requiredText("name"),
            Objects.requireNonNullElse(fields.text("description"), "")));
  }

  private Reply list(Request request) {
    EnterpriseProjectStore.Query query =
        new EnterpriseProjectStore.Query(
            Parameters.text(request, "name"),
            status(request),
            number(request, "offset", 0, Integer.MAX_VALUE, 0, EnterpriseProjectFault.OFFSET),
            number(request, "limit", 1, MAX_LIMIT, MAX_LIMIT, EnterpriseProjectFault.LIMIT));
    Slice<EnterpriseProject> found = projects.list(request.caller(), query);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode array = body.putArray("enterprise_projects");
    found.elements().forEach(project -> array.add(node(project)));
    return Json.reply(200, body.put("total_count", found.total()));
  }

  private static @Nullable Boolean status(Request request) {
    String status = request.query("status");
    return status == null
        ? null
        : Parameters.number(status, ENABLED, DISABLED, Parameters.invalid("status")) == ENABLED;
  }

  private static int number(
      Request request, String name, int min, int max, int otherwise, EnterpriseProjectFault fault) {
    String value = request.query(name);
    return value == null
        ? otherwise
        : Parameters.number(value, min, max, fault(fault, "Invalid %s.".formatted(name)));
  }

  private Reply show(Request request) {
    return one(200, projects.show(request.caller(), EnterpriseProjectGrantsResource.id(request)));
  }

  private Reply update(Request request) {
    Fields fields = fields(request);
    return one(
        200,
        projects.rename(
            request.caller(),
            EnterpriseProjectGrantsResource.id(request),
            fields.requiredText("name"),
            fields.text("description")));
  }

  private Reply act(Request request) {
    EnterpriseProjectId id = EnterpriseProjectGrantsResource.id(request);
    Fields fields = Fields.body(request);
    if (fields.is("action", "enable")) {
      projects.enable(request.caller(), id);
    } else if (fields.is("action", "disable")) {
      projects.disable(request.caller(), id);
    } else {
      throw fault(EnterpriseProjectFault.ACTION, "Invalid action: enable or disable.");
    }
    return Reply.empty(204);
  }

  private static Fields fields(Request request) {
    Fields fields = Fields.body(request);
    if (fields.has("type") && !fields.is("type", TYPE)) {
      throw new Refusal.Invalid("Invalid type: there is no other than %s.".formatted(TYPE))
          .asException();
    }
    return fields;
  }

  private static Reply one(int status, EnterpriseProject project) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("enterprise_project", node(project));
    return Json.reply(status, body);
  }

  private static ObjectNode node(EnterpriseProject project) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", project.id().value())
        .put("name", project.name())
        .put("description", project.description())
        .put("status", project.enabled() ? ENABLED : DISABLED)
        .put("created_at", time(project.createdAt()))
        .put("updated_at", time(project.updatedAt()))
        .put("type", TYPE);
  }

  private static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Refused fault(EnterpriseProjectFault fault, String message) {
    return new Refusal.InvalidEnterpriseProject(fault, message).asException();
  }
}
