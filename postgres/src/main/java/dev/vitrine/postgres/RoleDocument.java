package dev.vitrine.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.vitrine.access.ActionPattern;
import dev.vitrine.access.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The JSON form of a policy, as it is kept with its role (IAM: 策略语法). */
final class RoleDocument {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private RoleDocument() {}

  /** Reads a document that was checked when it was written. */
  static Policy read(String name, String json) {
    List<Policy.Statement> statements = new ArrayList<>();
    for (JsonNode statement : tree(json).path("Statement")) {
      List<ActionPattern> actions = new ArrayList<>();
      for (JsonNode action : statement.path("Action")) {
        actions.add(ActionPattern.of(action.textValue()));
      }
      statements.add(
          new Policy.Statement(
              Policy.Effect.valueOf(statement.path("Effect").textValue().toUpperCase(Locale.ROOT)),
              List.copyOf(actions)));
    }
    return new Policy(name, List.copyOf(statements));
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a role's document is no JSON", e);
    }
  }
}
