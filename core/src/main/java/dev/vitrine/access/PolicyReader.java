package dev.vitrine.access;

import dev.vitrine.access.Condition.Quantifier;
import dev.vitrine.access.Policy.Effect;
import dev.vitrine.access.Policy.Statement;
import dev.vitrine.operation.ActionPattern;
import dev.vitrine.refusal.PolicyFault;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a document into a {@link Policy}, or refuses it by the first rule that it breaks, naming
 * the place (IAM: 策略语法, 创建云服务自定义策略, 错误码). The document is parsed JSON: a tree of maps, lists,
 * strings, numbers and booleans.
 */
public final class PolicyReader {
  /** The maximum length of a document's text, in characters. */
  public static final int MAX_LENGTH = 6144;

  private static final int MAX_STATEMENTS = 8;
  private static final int MAX_ACTIONS = 100;
  private static final int MAX_ACTION_LENGTH = 128;
  private static final int MAX_RESOURCES = 20;
  private static final int MAX_RESOURCE_LENGTH = 1500;
  private static final int MAX_OPERATORS = 10;
  private static final int MAX_KEYS = 10;
  private static final int MAX_VALUE_LENGTH = 1024;

  /** The services that are authorized here. */
  private static final Set<String> SERVICES = Set.of("ims", "iam", "eps");

  /** The services that are not in projects. */
  private static final Set<String> GLOBAL_SERVICES = Set.of("iam", "eps");

  private final boolean shipped;

  private PolicyReader(boolean shipped) {
    this.shipped = shipped;
  }

  /**
   * Reads a document that a user writes: version 1.1.
   *
   * @param name of the policy, for explanations
   * @throws Refused {@link Refusal.InvalidPolicy}
   */
  public static Policy read(String name, @Nullable Object document) {
    return new PolicyReader(false).policy(name, document);
  }

  /**
   * Reads a document that was checked when it was written, or is shipped: accepts version 1.0 and
   * its dependencies, does not check that actions exist, and accepts statements that can never
   * apply.
   */
  public static Policy readStored(String name, @Nullable Object document) {
    return new PolicyReader(true).policy(name, document);
  }

  private Policy policy(String name, @Nullable Object document) {
    Map<?, ?> fields = object("$", document, PolicyFault.NOT_AN_OBJECT);
    Object version = fields.get("Version");
    boolean isRole = shipped && "1.0".equals(version);
    known(
        "$",
        fields,
        isRole ? Set.of("Version", "Statement", "Depends") : Set.of("Version", "Statement"));
    if (!isRole && !"1.1".equals(version)) {
      throw fault(PolicyFault.VERSION, "$.Version", "must be \"1.1\"");
    }
    Object value = fields.get("Statement");
    // A role made through Keystone allows nothing (ruling 9).
    boolean isEmpty = shipped && List.of().equals(value);
    List<?> list =
        isEmpty ? List.of() : list("$.Statement", value, MAX_STATEMENTS, PolicyFault.STATEMENTS);
    List<Statement> statements = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      statements.add(statement("$.Statement[" + i + "]", list.get(i), isRole));
    }
    return new Policy(name, isRole, List.copyOf(statements), depends(fields));
  }

  /** As IAM writes it: {@code [{"catalog": "BASE", "display_name": "Tenant Guest"}]}. */
  private static List<String> depends(Map<?, ?> fields) {
    if (!fields.containsKey("Depends")) {
      return List.of();
    }
    if (!(fields.get("Depends") instanceof List<?> list)) {
      throw fault(PolicyFault.DEPENDS, "$.Depends", "must be a list");
    }
    List<String> names = new ArrayList<>();
    for (Object one : list) {
      if (!(one instanceof Map<?, ?> role) || !(role.get("display_name") instanceof String name)) {
        throw fault(PolicyFault.DEPENDS, "$.Depends", "must name roles by display_name");
      }
      names.add(name);
    }
    return List.copyOf(names);
  }

  private Statement statement(String path, @Nullable Object value, boolean isRole) {
    Map<?, ?> fields = object(path, value, PolicyFault.STATEMENT);
    known(path, fields, Set.of("Effect", "Action", "NotAction", "Resource", "Condition"));
    boolean excluding = fields.containsKey("NotAction");
    if (excluding == fields.containsKey("Action")) {
      throw fault(PolicyFault.ACTION_OR_NOT_ACTION, path, "must have either Action or NotAction");
    }
    String key = excluding ? "NotAction" : "Action";
    List<ActionPattern> actions = actions(path + "." + key, fields.get(key));
    if (isRole && fields.containsKey("Condition")) {
      throw fault(PolicyFault.CONDITION_IN_ROLE, path + ".Condition", "is not for version 1.0");
    }
    List<ResourcePattern> resources =
        fields.containsKey("Resource")
            ? resources(path + ".Resource", fields.get("Resource"))
            : List.of();
    if (!shipped && !resources.isEmpty()) {
      requireApplicable(path + ".Resource", excluding, actions, resources);
    }
    return new Statement(
        effect(path + ".Effect", fields.get("Effect")),
        excluding,
        actions,
        resources,
        fields.containsKey("Condition")
            ? conditions(path + ".Condition", fields.get("Condition"))
            : List.of());
  }

  /**
   * A statement that lists actions of Vitrine must be able to apply to them (ruling 33). One that
   * cannot, above all a Deny, does not do what its author expects. Resources of other services are
   * not checked.
   */
  private static void requireApplicable(
      String path,
      boolean excluding,
      List<ActionPattern> actions,
      List<ResourcePattern> resources) {
    Stream<String> services =
        excluding
            ? resources.stream().map(ResourcePattern::service)
            : actions.stream().map(ActionPattern::service);
    services
        .filter(SERVICES::contains)
        .filter(service -> resources.stream().noneMatch(one -> one.takesInAll(service)))
        .findFirst()
        .ifPresent(
            service -> {
              throw fault(
                  PolicyFault.RESOURCE,
                  path,
                  "never applies to %1$s, which has no single resources: %1$s:*:*:*:* or none"
                      .formatted(service));
            });
  }

  private static Effect effect(String path, @Nullable Object value) {
    for (Effect effect : Effect.values()) {
      if (value instanceof String word && effect.name().equalsIgnoreCase(word)) {
        return effect;
      }
    }
    throw fault(PolicyFault.EFFECT, path, "must be Allow or Deny");
  }

  private List<ActionPattern> actions(String path, @Nullable Object value) {
    List<?> list = list(path, value, MAX_ACTIONS, PolicyFault.ACTIONS);
    List<ActionPattern> actions = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      actions.add(action(path + "[" + i + "]", list.get(i)));
    }
    long global = actions.stream().filter(a -> GLOBAL_SERVICES.contains(a.service())).count();
    if (!shipped && global > 0 && global < actions.size()) {
      throw fault(
          PolicyFault.ACTIONS_MIXED, path, "must not mix global services with those of projects");
    }
    return List.copyOf(actions);
  }

  private ActionPattern action(String path, @Nullable Object value) {
    if (!(value instanceof String text)) {
      throw fault(PolicyFault.ACTION_FORM, path, "must be a string");
    }
    if (text.length() > MAX_ACTION_LENGTH) {
      throw fault(
          PolicyFault.ACTION_LENGTH,
          path,
          "must have at most " + MAX_ACTION_LENGTH + " characters");
    }
    ActionPattern pattern;
    try {
      pattern = ActionPattern.of(text);
    } catch (IllegalArgumentException e) {
      throw fault(
          PolicyFault.ACTION_FORM,
          path,
          "must be service:resourceType:operation, the service in lower case");
    }
    if (!shipped && !KnownActions.takes(pattern)) {
      throw fault(PolicyFault.ACTION_UNKNOWN, path, "is no action of " + pattern.service());
    }
    return pattern;
  }

  private static List<ResourcePattern> resources(String path, @Nullable Object value) {
    List<?> list = list(path, value, MAX_RESOURCES, PolicyFault.RESOURCES);
    List<ResourcePattern> resources = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String at = path + "[" + i + "]";
      if (!(list.get(i) instanceof String text) || text.length() > MAX_RESOURCE_LENGTH) {
        throw fault(
            PolicyFault.RESOURCE,
            at,
            "must be a string of at most " + MAX_RESOURCE_LENGTH + " characters");
      }
      try {
        resources.add(new ResourcePattern(text));
      } catch (IllegalArgumentException e) {
        throw fault(
            PolicyFault.RESOURCE, at, "must be service:region:domainId:resourceType:resourcePath");
      }
    }
    return List.copyOf(resources);
  }

  private List<Condition> conditions(String path, @Nullable Object value) {
    Map<?, ?> operators = object(path, value, PolicyFault.CONDITION_OPERATORS);
    if (operators.isEmpty() || operators.size() > MAX_OPERATORS) {
      throw fault(
          PolicyFault.CONDITION_OPERATORS, path, "must have 1 to " + MAX_OPERATORS + " operators");
    }
    List<Condition> conditions = new ArrayList<>();
    operators.forEach(
        (word, keys) -> {
          String at = path + "." + word;
          Condition form = operator(at, String.valueOf(word));
          Map<?, ?> byKey = object(at, keys, PolicyFault.CONDITION_KEYS);
          if (byKey.isEmpty() || byKey.size() > MAX_KEYS) {
            throw fault(PolicyFault.CONDITION_KEYS, at, "must have 1 to " + MAX_KEYS + " keys");
          }
          byKey.forEach((key, values) -> conditions.add(condition(at, form, key, values)));
        });
    return List.copyOf(conditions);
  }

  /** An operator, to be completed with a key and values. */
  private static Condition operator(String path, String word) {
    String rest = word;
    Quantifier quantifier = Quantifier.NONE;
    for (Quantifier one : List.of(Quantifier.ALL, Quantifier.ANY)) {
      if (word.startsWith(one.prefix())) {
        quantifier = one;
        rest = word.substring(one.prefix().length());
      }
    }
    boolean ifExists = rest.endsWith("IfExists");
    Operator operator =
        Operator.of(ifExists ? rest.substring(0, rest.length() - "IfExists".length()) : rest);
    if (operator == null
        || (operator == Operator.NULL && (ifExists || quantifier != Quantifier.NONE))) {
      throw fault(PolicyFault.CONDITION_OPERATOR, path, "is no operator");
    }
    return new Condition(quantifier, operator, ifExists, "", List.of());
  }

  private Condition condition(
      String operatorPath, Condition form, @Nullable Object key, @Nullable Object value) {
    String path = operatorPath + "['" + key + "']";
    Operator.Kind kind = key instanceof String name ? Circumstances.KEYS.get(name) : null;
    if (!(key instanceof String name) || kind == null) {
      throw fault(
          PolicyFault.CONDITION_KEY,
          path,
          "is none of " + new TreeSet<>(Circumstances.KEYS.keySet()));
    }
    if (!shipped && !form.operator().fits(kind)) {
      throw fault(
          PolicyFault.CONDITION_OPERATOR,
          path,
          "%s never fits a key that is %s".formatted(form.operator().word(), kind.description()));
    }
    // A single value need not be in a list, as in IAM's own samples.
    Object many = value instanceof List<?> ? value : value == null ? List.of() : List.of(value);
    List<?> list = list(path, many, Integer.MAX_VALUE, PolicyFault.CONDITION_VALUES);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      values.add(value(path + "[" + i + "]", form.operator(), list.get(i)));
    }
    return new Condition(
        form.quantifier(), form.operator(), form.ifExists(), name, List.copyOf(values));
  }

  private static String value(String path, Operator operator, @Nullable Object value) {
    if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
      throw fault(PolicyFault.CONDITION_VALUE, path, "must be " + operator.kind().description());
    }
    String text = value.toString();
    if (text.isEmpty() || text.length() > MAX_VALUE_LENGTH) {
      throw fault(
          PolicyFault.CONDITION_VALUE_LENGTH,
          path,
          "must have 1 to " + MAX_VALUE_LENGTH + " characters");
    }
    if (!operator.kind().takes(text)) {
      throw fault(PolicyFault.CONDITION_VALUE, path, "must be " + operator.kind().description());
    }
    return text;
  }

  private static Map<?, ?> object(String path, @Nullable Object value, PolicyFault fault) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw fault(fault, path, "must be an object");
  }

  private static List<?> list(String path, @Nullable Object value, int maximum, PolicyFault fault) {
    if (value instanceof List<?> list && !list.isEmpty() && list.size() <= maximum) {
      return list;
    }
    throw fault(
        fault,
        path,
        maximum == Integer.MAX_VALUE
            ? "must be a list of at least one"
            : "must be a list of 1 to " + maximum);
  }

  private static void known(String path, Map<?, ?> fields, Set<String> keys) {
    for (Object key : fields.keySet()) {
      if (!(key instanceof String name) || !keys.contains(name)) {
        throw fault(PolicyFault.UNKNOWN_KEY, path + "." + key, "is not known here");
      }
    }
  }

  private static Refused fault(PolicyFault fault, String path, String message) {
    return new Refusal.InvalidPolicy(fault, path, message).asException();
  }
}
