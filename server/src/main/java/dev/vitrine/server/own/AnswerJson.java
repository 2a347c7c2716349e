package dev.vitrine.server.own;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.access.Authorization.Grant;
import dev.vitrine.access.Decision;
import dev.vitrine.access.Explanation;
import dev.vitrine.access.Explanation.Considered;
import dev.vitrine.access.Explanation.Nearest;
import dev.vitrine.access.Explanation.OfAction;
import dev.vitrine.access.Finding;
import dev.vitrine.explain.Answer;
import dev.vitrine.explain.Question;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.sharing.View;
import java.util.Locale;

/**
 * The JSON of explanations: every reason has a {@code kind} for programs and a sentence for people.
 */
final class AnswerJson {
  private AnswerJson() {}

  static ObjectNode of(Answer answer) {
    ObjectNode node = node().put("allowed", answer.allowed());
    node.set("question", question(answer.question()));
    Explanation policy = answer.policy();
    if (policy == null) {
      node.putObject("policy")
          .put("allowed", false)
          .put("kind", "no_standing")
          .put(
              "because",
              "The user could not log in there: it has no role there, or it, the project or the domain is disabled or gone.");
    } else {
      node.set("policy", policy(policy));
    }
    switch (answer.sharing()) {
      case null -> {}
      case Answer.NoImage() ->
          node.putObject("sharing").put("allowed", false).put("kind", "no_image");
      case Answer.OfImage image -> node.set("sharing", sharing(image));
    }
    return node;
  }

  private static ObjectNode question(Question question) {
    ObjectNode node =
        node()
            .put("user_id", question.user().value())
            .put("operation", question.operation().name())
            .put("method", question.operation().method())
            .put("path", question.operation().path());
    switch (question.scope()) {
      case Caller.Scope.InProject(var project) -> node.put("project_id", project.value());
      case Caller.Scope.InDomain(var domain) -> node.put("domain_id", domain.value());
      case Caller.Scope.Unscoped() -> {}
    }
    return node.put("image_id", question.image()).put("member_id", question.member());
  }

  private static ObjectNode policy(Explanation policy) {
    ObjectNode node =
        node()
            .put("allowed", policy.decision().allowed())
            .put("authorization_version", policy.version())
            .put("cloud_admin", policy.cloudAdmin());
    ArrayNode actions = node.putArray("actions");
    policy.actions().forEach(action -> actions.add(action(action)));
    return node;
  }

  private static ObjectNode action(OfAction action) {
    Decision.Reason reason = action.reason();
    ObjectNode node =
        node().put("action", reason.action().toString()).put("allowed", reason.allows());
    switch (reason) {
      case Decision.Reason.AccountOwner _ ->
          node.put("kind", "account_owner")
              .put("because", "The user is the account of this domain, and may do everything.");
      case Decision.Reason.AllowedByGrant allowed ->
          node.put("kind", "allowed")
              .put(
                  "because",
                  "Policy %s allows it, and none denies it."
                      .formatted(allowed.grant().policy().name()));
      case Decision.Reason.DeniedByGrant denied ->
          node.put("kind", "denied")
              .put("because", "Policy %s denies it.".formatted(denied.grant().policy().name()));
      case Decision.Reason.NothingAllows _ ->
          node.put("kind", "nothing_allows")
              .put("because", "No grant that counts for this operation allows it.");
    }
    ArrayNode considered = node.putArray("considered");
    action.considered().forEach(one -> considered.add(considered(one)));
    Nearest nearest = action.nearest();
    if (nearest != null) {
      node.set("nearest", nearest(nearest));
    }
    return node;
  }

  private static ObjectNode considered(Considered considered) {
    ObjectNode node = node();
    node.set("grant", grant(considered.grant()));
    switch (considered.finding()) {
      case Finding.Allows(int statement) -> node.put("kind", "allows").put("statement", statement);
      case Finding.Denies(int statement) -> node.put("kind", "denies").put("statement", statement);
      case Finding.Silent() -> node.put("kind", "silent");
      case Finding.ConditionFailed failed -> condition(node, failed);
      case Finding.DependsOn(var missing) -> {
        ArrayNode names = node.put("kind", "dependency_missing").putArray("missing");
        missing.forEach(names::add);
      }
      case Finding.ScopeDoesNotCount(var scope) ->
          node.put("kind", "scope_does_not_count")
              .put(
                  "because",
                  "granted through %s %s, which does not count for this operation"
                      .formatted(word(scope.name()).replace('_', ' '), considered.grant().place()));
      case Finding.OtherEnterpriseProject(var image) ->
          node.put("kind", "other_enterprise_project")
              .put("image_enterprise_project_id", image)
              .put(
                  "because",
                  "granted through enterprise project %s, which the image is not in"
                      .formatted(considered.grant().place()));
    }
    return node;
  }

  private static void condition(ObjectNode node, Finding.ConditionFailed failed) {
    ArrayNode values =
        node.put("kind", "condition_failed")
            .put("statement", failed.statement())
            .put("operator", failed.condition().writtenOperator())
            .put("key", failed.condition().key())
            .put("actual", failed.actual())
            .putArray("values");
    failed.condition().values().forEach(values::add);
  }

  private static ObjectNode nearest(Nearest nearest) {
    ObjectNode node = node();
    switch (nearest) {
      case Nearest.RemoveDeny(Grant grant, int statement) ->
          node.put("kind", "remove_deny").put("statement", statement).set("grant", grant(grant));
      case Nearest.MeetCondition(Grant grant, var failed) -> {
        condition(node, failed);
        node.put("kind", "meet_condition").set("grant", grant(grant));
      }
      case Nearest.GrantDependencies(Grant grant, var missing) -> {
        ArrayNode names = node.put("kind", "grant_dependencies").putArray("missing");
        missing.forEach(names::add);
        node.set("grant", grant(grant));
      }
      case Nearest.GrantAtProject(Grant grant) ->
          node.put("kind", "grant_at_project").set("grant", grant(grant));
      case Nearest.GrantAction(var action) ->
          node.put("kind", "grant_action").put("action", action.toString());
    }
    return node;
  }

  private static ObjectNode grant(Grant grant) {
    ObjectNode node =
        node()
            .put("scope", word(grant.scope().name()))
            .put("scope_id", grant.place())
            .put("inherited", grant.inherited());
    switch (grant.holder()) {
      case Principal.OfUser(var user) -> node.put("user_id", user.value());
      case Principal.OfGroup(var group) -> node.put("group_id", group.value());
    }
    return node.put("role_id", grant.role().value()).put("policy", grant.policy().name());
  }

  private static ObjectNode sharing(Answer.OfImage image) {
    View view = image.view();
    Refusal refusal = image.refusal();
    ObjectNode node =
        node()
            .put("allowed", refusal == null)
            .put("visible", view.isVisible())
            .put("owner", view.isOwner())
            .put("visibility", view.visibility().word())
            .put("membership", view.membership() == null ? null : view.membership().word())
            .put("image_status", image.status().word());
    return node.put("kind", refusal == null ? "allows" : snakeCase(refusal.reason()));
  }

  /** {@code NotOwner} becomes {@code not_owner}. */
  private static String snakeCase(String name) {
    return word(name.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
  }

  private static String word(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }
}
