package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What can be wrong with a policy, as far as its shape tells (IAM: 策略语法). The server checks more
 * when the policy is created: which actions there are, and where conditions apply.
 */
final class PolicyFaults {
  private static final int MAX_STATEMENTS = 8;
  private static final int MAX_ACTIONS = 100;
  private static final Pattern ACTION = Pattern.compile("[a-z0-9-]+:[A-Za-z0-9*-]+:[A-Za-z0-9*-]+");
  private static final Set<String> FIELDS = Set.of("Version", "Statement");
  private static final Set<String> STATEMENT_FIELDS =
      Set.of("Effect", "Action", "NotAction", "Resource", "Condition");

  private final List<Fault> faults = new ArrayList<>();

  private PolicyFaults() {}

  /**
   * A fault.
   *
   * @param place such as {@code $.Statement[0].Effect}
   * @param kind selects the text
   * @param value that is wrong; empty without one
   */
  record Fault(String place, String kind, String value) {}

  /** All that is wrong; empty if nothing is. */
  static List<Fault> of(JsonNode document) {
    PolicyFaults faults = new PolicyFaults();
    faults.document(document);
    return faults.faults;
  }

  private void add(String place, String kind, JsonNode value) {
    faults.add(new Fault(place, kind, value.isMissingNode() ? "" : value.asText()));
  }

  private void document(JsonNode document) {
    if (!document.isObject()) {
      add("$", "object", document);
      return;
    }
    known("$", document, FIELDS);
    if (!document.path("Version").asText().equals("1.1")) {
      add("$.Version", "version", document.path("Version"));
    }
    JsonNode statements = document.path("Statement");
    if (!statements.isArray() || statements.isEmpty() || statements.size() > MAX_STATEMENTS) {
      add("$.Statement", "statements", statements);
      return;
    }
    for (int i = 0; i < statements.size(); i++) {
      statement("$.Statement[" + i + "]", statements.path(i));
    }
  }

  private void known(String place, JsonNode object, Set<String> fields) {
    object
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!fields.contains(field)) {
                faults.add(new Fault(place + "." + field, "field", field));
              }
            });
  }

  private void statement(String place, JsonNode statement) {
    if (!statement.isObject()) {
      add(place, "object", statement);
      return;
    }
    known(place, statement, STATEMENT_FIELDS);
    String effect = statement.path("Effect").asText().toLowerCase(Locale.ROOT);
    if (!Set.of("allow", "deny").contains(effect)) {
      add(place + ".Effect", "effect", statement.path("Effect"));
    }
    if (statement.has("Action") == statement.has("NotAction")) {
      add(place, "actionOrNotAction", statement.path("Action"));
      return;
    }
    String field = statement.has("Action") ? "Action" : "NotAction";
    JsonNode actions = statement.path(field);
    if (!actions.isArray() || actions.isEmpty() || actions.size() > MAX_ACTIONS) {
      add(place + "." + field, "actions", actions);
      return;
    }
    for (int i = 0; i < actions.size(); i++) {
      JsonNode action = actions.path(i);
      if (!action.isTextual() || !ACTION.matcher(action.asText()).matches()) {
        add("%s.%s[%d]".formatted(place, field, i), "action", action);
      }
    }
  }
}
