package dev.vitrine.server.keystone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.limit.Limits;
import dev.vitrine.limit.ProjectLimit;
import dev.vitrine.limit.RegisteredLimit;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.Handler;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Fields;
import dev.vitrine.server.json.Json;
import java.util.List;

/** {@code /v3/registered_limits} and {@code /v3/limits} (keystone/api/limits.py). */
public final class LimitsResource {
  private final Limits limits;
  private final Page page;

  public LimitsResource(Limits limits, String url) {
    this.limits = limits;
    this.page = new Page(url);
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.CREATE_REGISTERED_LIMITS, refused(Operation.CREATE_REGISTERED_LIMITS))
        .on(
            Operation.LIST_REGISTERED_LIMITS,
            Query.listing(this::listRegistered, "service_id", "region_id", "resource_name"))
        .on(Operation.SHOW_REGISTERED_LIMIT, QueryParameters.taking(this::showRegistered))
        .on(Operation.UPDATE_REGISTERED_LIMIT, refused(Operation.UPDATE_REGISTERED_LIMIT))
        .on(Operation.DELETE_REGISTERED_LIMIT, refused(Operation.DELETE_REGISTERED_LIMIT))
        .on(Operation.SHOW_LIMIT_MODEL, QueryParameters.taking(this::model))
        .on(Operation.CREATE_LIMITS, QueryParameters.taking(this::create))
        .on(
            Operation.LIST_LIMITS,
            Query.listing(
                this::list, "service_id", "region_id", "resource_name", "project_id", "domain_id"))
        .on(Operation.SHOW_LIMIT, QueryParameters.taking(this::show))
        .on(Operation.UPDATE_LIMIT, QueryParameters.taking(this::update))
        .on(Operation.DELETE_LIMIT, QueryParameters.taking(this::delete));
  }

  private Handler refused(Operation operation) {
    return QueryParameters.taking(
        request -> {
          throw limits.refuseRegistered(request.caller(), operation);
        });
  }

  private Reply listRegistered(Request request) {
    return page.all(
        request,
        "registered_limits",
        limits.registered(request.caller(), query(request)),
        this::node);
  }

  private Reply showRegistered(Request request) {
    RegisteredLimit limit =
        limits.registered(request.caller(), request.parameter("registered_limit_id"));
    return page.one(200, "registered_limit", "registered_limits", node(limit));
  }

  private static Limits.Query query(Request request) {
    return new Limits.Query(
        Query.text(request, "service_id"),
        Query.text(request, "region_id"),
        Query.text(request, "resource_name"),
        Query.filter(request, "project_id", ProjectId::new),
        Query.filter(request, "domain_id", DomainId::new));
  }

  private Reply model(Request request) {
    limits.requireModel(request.caller());
    ObjectNode body = Page.node();
    body.putObject("model")
        .put("name", "flat")
        .put("description", "Each project has limits of its own; there is no hierarchy.");
    return Json.reply(200, body);
  }

  private Reply create(Request request) {
    List<Limits.Draft> drafts =
        Fields.body(request).only("limits").objects("limits").stream()
            .map(LimitsResource::draft)
            .toList();
    ObjectNode body = Page.node();
    ArrayNode created = body.putArray("limits");
    for (ProjectLimit limit : limits.create(request.caller(), drafts)) {
      created.add(page.linked("limits", node(limit)));
    }
    return Json.reply(201, body);
  }

  private static Limits.Draft draft(Fields fields) {
    fields.only(
        "project_id",
        "domain_id",
        "service_id",
        "region_id",
        "resource_name",
        "resource_limit",
        "description");
    if (fields.text("domain_id") != null) {
      throw fields.invalid("domain_id", "only projects have limits here");
    }
    ProjectId project = fields.id("project_id", ProjectId::new);
    if (project == null) {
      throw fields.missing("project_id");
    }
    return new Limits.Draft(
        fields.requiredText("service_id"),
        fields.text("region_id"),
        fields.requiredText("resource_name"),
        project,
        maximum(fields),
        fields.text("description"));
  }

  private static int maximum(Fields fields) {
    return fields.integer("resource_limit", ProjectLimit.UNLIMITED, Integer.MAX_VALUE);
  }

  private Reply list(Request request) {
    return page.all(request, "limits", limits.list(request.caller(), query(request)), this::node);
  }

  private Reply show(Request request) {
    return answer(limits.show(request.caller(), request.parameter("limit_id")));
  }

  /** Without a field to change, it changes nothing, as in Keystone. */
  private Reply update(Request request) {
    Fields fields = Fields.of(request, "limit").only("resource_limit", "description");
    return answer(
        limits.update(
            request.caller(),
            request.parameter("limit_id"),
            old ->
                new ProjectLimit(
                    old.id(),
                    old.project(),
                    old.resource(),
                    fields.has("resource_limit") ? maximum(fields) : old.maximum(),
                    fields.text("description", old.description()))));
  }

  private Reply delete(Request request) {
    limits.delete(request.caller(), request.parameter("limit_id"));
    return Reply.empty(204);
  }

  private Reply answer(ProjectLimit limit) {
    return page.one(200, "limit", "limits", node(limit));
  }

  private ObjectNode node(RegisteredLimit limit) {
    return Page.node()
        .put("id", limit.id())
        .put("service_id", limits.service())
        .put("region_id", limits.region())
        .put("resource_name", limit.resource().word())
        .put("default_limit", limit.maximum())
        .put("description", "The setting %s of the server.".formatted(limit.resource().setting()));
  }

  private ObjectNode node(ProjectLimit limit) {
    return Page.node()
        .put("id", limit.id())
        .put("project_id", limit.project().value())
        .putNull("domain_id")
        .put("service_id", limits.service())
        .put("region_id", limits.region())
        .put("resource_name", limit.resource().word())
        .put("resource_limit", limit.maximum())
        .put("description", limit.description());
  }
}
