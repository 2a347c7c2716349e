package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;

/** Prints the answer of {@code explain} as a tree of sentences. */
final class Reasons {
  private final Shell shell;
  private final Texts texts;
  private final String self;

  /**
   * For a reader.
   *
   * @param self the id of the user who reads
   */
  Reasons(Shell shell, String self) {
    this.shell = shell;
    this.texts = shell.texts();
    this.self = self;
  }

  void print(JsonNode answer) {
    JsonNode question = answer.path("question");
    String user = question.path("user_id").asText();
    String who = user.equals(self) ? texts.say("why.you") : user;
    String what = texts.word("operation", question.path("operation").asText());
    line(
        0,
        mark(answer)
            + texts.say(
                answer.path("allowed").asBoolean() ? "why.allowed" : "why.denied", who, what));
    line(1, question.path("method").asText() + " " + question.path("path").asText());
    if (answer.has("refused_at")) {
      boolean changed = answer.path("changed_since").asBoolean();
      line(
          1,
          texts.say(changed ? "why.changed" : "why.unchanged", answer.path("refused_at").asText()));
    }
    policy(answer.path("policy"));
    sharing(answer.path("sharing"), answer.path("policy").path("cloud_admin").asBoolean());
    changes(answer.path("policy").path("actions"));
  }

  private void policy(JsonNode policy) {
    line(0, mark(policy) + texts.say(isAllowed(policy) ? "why.policyAllows" : "why.policyDenies"));
    if (policy.path("kind").asText().equals("no_standing")) {
      line(1, texts.say("why.noStanding"));
    }
    for (JsonNode action : policy.path("actions")) {
      String kind = action.path("kind").asText();
      line(1, mark(action) + action.path("action").asText() + " " + texts.word("reason", kind));
      for (JsonNode one : action.path("considered")) {
        line(2, grant(one.path("grant")) + ": " + finding(one));
      }
      if (action.path("considered").isEmpty() && !kind.equals("account_owner")) {
        line(2, texts.say("why.noGrants"));
      }
    }
  }

  private String grant(JsonNode grant) {
    String group =
        grant.hasNonNull("group_id")
            ? " " + texts.say("why.byGroup", grant.path("group_id").asText())
            : "";
    String inherited = grant.path("inherited").asBoolean() ? " " + texts.say("why.inherited") : "";
    return "%s %s %s%s%s"
        .formatted(
            grant.path("policy").asText(),
            texts.word("grantScope", grant.path("scope").asText()),
            grant.path("scope_id").asText(),
            group,
            inherited);
  }

  private String finding(JsonNode one) {
    int statement = one.path("statement").asInt() + 1;
    String kind = one.path("kind").asText();
    return switch (kind) {
      case "allows", "denies" -> texts.say("finding." + kind, statement);
      case "condition_failed" ->
          texts.say(
              "finding.condition_failed",
              one.path("key").asText(),
              one.path("operator").asText(),
              joined(one.path("values")),
              one.path("actual").isNull() ? "–" : one.path("actual").asText());
      case "dependency_missing" ->
          texts.say("finding.dependency_missing", joined(one.path("missing")));
      default -> texts.word("finding", kind);
    };
  }

  private void sharing(JsonNode sharing, boolean isCloudAdmin) {
    if (!sharing.isObject()) {
      return;
    }
    String kind = sharing.path("kind").asText();
    String sentence = isAllowed(sharing) ? texts.say("why.ruleAllows") : texts.word("rule", kind);
    line(0, mark(sharing) + sentence);
    if (kind.equals("no_image")) {
      return;
    }
    boolean isOwner = sharing.path("owner").asBoolean();
    line(1, texts.say(isOwner ? "why.isOwner" : "why.isNotOwner"));
    if (isCloudAdmin && isAllowed(sharing) && !isOwner) {
      line(1, texts.say("why.cloudAdmin"));
    }
    line(
        1,
        texts.say("why.visibility", texts.word("visibility", sharing.path("visibility").asText())));
    String membership = sharing.path("membership").asText("");
    line(
        1,
        membership.isEmpty()
            ? texts.say("why.noMembership")
            : texts.say("why.membership", texts.word("member", membership)));
    line(
        1,
        texts.say("why.imageStatus", texts.word("image", sharing.path("image_status").asText())));
  }

  private void changes(JsonNode actions) {
    boolean first = true;
    for (JsonNode action : actions) {
      JsonNode nearest = action.path("nearest");
      if (nearest.isObject()) {
        if (first) {
          line(0, texts.say("why.change"));
          first = false;
        }
        line(1, nearest(nearest, action.path("action").asText()));
      }
    }
  }

  private String nearest(JsonNode change, String action) {
    String policy = change.at("/grant/policy").asText();
    return switch (change.path("kind").asText()) {
      case "remove_deny" ->
          texts.say("nearest.remove_deny", policy, change.path("statement").asInt() + 1);
      case "meet_condition" ->
          texts.say(
              "nearest.meet_condition",
              policy,
              change.path("key").asText(),
              change.path("operator").asText(),
              joined(change.path("values")));
      case "grant_dependencies" ->
          texts.say("nearest.grant_dependencies", joined(change.path("missing")));
      case "grant_at_project" -> texts.say("nearest.grant_at_project", policy);
      default -> texts.say("nearest.grant_action", change.path("action").asText(action));
    };
  }

  private static String joined(JsonNode values) {
    return Cloud.elements(values).map(JsonNode::asText).collect(Collectors.joining(", "));
  }

  private static boolean isAllowed(JsonNode part) {
    return part.path("allowed").asBoolean();
  }

  private static String mark(JsonNode part) {
    return isAllowed(part) ? "✓ " : "✗ ";
  }

  private void line(int depth, String text) {
    shell.out().println("  ".repeat(depth) + Table.safe(text));
  }
}
