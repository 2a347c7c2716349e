package dev.vitrine.server.own;

import dev.vitrine.explain.Explanations;
import dev.vitrine.explain.Question;
import dev.vitrine.identity.Caller;
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
import dev.vitrine.server.json.Json;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /vitrine/v1/explain} and the explanation of a refusal by its id (ruling 10). A
 * question is
 *
 * <pre>{@code
 * {"user_id": "…", "project_id": "…", "operation": "ADD_MEMBER", "image_id": "…", "member_id": "…"}
 * {"method": "GET", "path": "/v2/images/…/members"}
 * }</pre>
 *
 * User and scope default to the caller's.
 */
public final class ExplainResource {
  private final Explanations explanations;
  private final Routes routes;

  /**
   * @param routes look up method and path
   */
  public ExplainResource(Explanations explanations, Routes routes) {
    this.explanations = explanations;
    this.routes = routes;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.EXPLAIN, QueryParameters.taking(this::explain))
        .on(Operation.SHOW_EXPLANATION, QueryParameters.taking(this::show));
  }

  private Reply explain(Request request) {
    Question question = question(request.caller(), Fields.body(request));
    return Json.reply(200, AnswerJson.of(explanations.explain(request.caller(), question)));
  }

  private Reply show(Request request) {
    var later = explanations.explain(request.caller(), request.parameter("explanation_id"));
    return Json.reply(
        200,
        AnswerJson.of(later.answer())
            .put("refused_at", later.refusedAt().toString())
            .put("changed_since", later.changed()));
  }

  private Question question(Caller caller, Fields fields) {
    fields.only(
        "user_id",
        "project_id",
        "domain_id",
        "operation",
        "method",
        "path",
        "image_id",
        "member_id");
    UserId user = fields.id("user_id", UserId::new);
    Asked asked = asked(fields);
    return new Question(
        user == null ? caller.user() : user,
        scope(caller, fields),
        asked.operation(),
        asked.image(),
        asked.member());
  }

  private static Caller.Scope scope(Caller caller, Fields fields) {
    ProjectId project = fields.id("project_id", ProjectId::new);
    DomainId domain = fields.id("domain_id", DomainId::new);
    if (project != null && domain != null) {
      throw invalid("Give either project_id or domain_id.");
    }
    if (project != null) {
      return new Caller.Scope.InProject(project);
    }
    return domain == null ? caller.scope() : new Caller.Scope.InDomain(domain);
  }

  private record Asked(Operation operation, @Nullable String image, @Nullable String member) {}

  private Asked asked(Fields fields) {
    String name = fields.text("operation");
    String method = fields.text("method");
    String path = fields.text("path");
    if (name != null && method == null && path == null) {
      Operation operation =
          Arrays.stream(Operation.values())
              .filter(one -> one.name().equals(name))
              .findAny()
              .orElseThrow(() -> invalid("There is no operation %s.".formatted(name)));
      return asked(operation, fields.text("image_id"), fields.text("member_id"));
    }
    if (name != null || method == null || path == null) {
      throw invalid("Give either operation, or method and path.");
    }
    Routes.Resolved resolved = path.startsWith("/") ? routes.resolve(method, path) : null;
    if (resolved == null) {
      throw invalid("Nothing answers %s %s.".formatted(method, path));
    }
    Map<String, String> parameters = resolved.parameters();
    return asked(resolved.operation(), parameters.get("image_id"), parameters.get("member_id"));
  }

  private static Asked asked(Operation operation, @Nullable String image, @Nullable String member) {
    if (image != null && !operation.path().contains("{image_id}")) {
      throw invalid("%s is on no image.".formatted(operation));
    }
    return new Asked(operation, image, member);
  }

  private static RuntimeException invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
