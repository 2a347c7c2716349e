package dev.vitrine.access;

import dev.vitrine.access.Authorization.Grant;
import dev.vitrine.access.Authorization.Names;
import dev.vitrine.access.NaiveModel.Asked;
import dev.vitrine.access.NaiveModel.Held;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.GroupId;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Action;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Requirement;
import dev.vitrine.refusal.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A caller with what is granted to it, at random. All that is drawn comes from few values, so that
 * things meet often enough.
 */
@NullMarked
record RandomWorld(
    boolean accountOwner, String at, Names names, List<Held> grants, boolean asWritten) {

  /** One request. */
  record Request(Operation operation, Circumstances circumstances, @Nullable String enterprise) {}

  static final List<String> OPERATORS = Stream.of(Operator.values()).map(Operator::word).toList();

  private static final List<Operation> IMAGES =
      Stream.of(Operation.values())
          .filter(operation -> !operation.requirements().isEmpty() && operation.needsProject())
          .toList();
  private static final List<Operation> IDENTITIES =
      Stream.of(Operation.values())
          .filter(operation -> !operation.requirements().isEmpty() && !operation.needsProject())
          .toList();
  private static final List<String> WORDS =
      List.of("alice", "Alice", "bob", "5", "12.50", "-3", "region-1", "2026-06-01T00:00:00Z");
  private static final List<String> TIMES =
      List.of(
          "2026-01-01T00:00:00Z",
          "2026-06-01T00:00:00Z",
          "2026-06-01T02:00:00+02:00",
          "2026-06-01T00:00:00.250Z",
          "2027-01-01T00:00:00Z");
  private static final List<String> KEYS =
      List.of(
          "g:CurrentTime",
          "g:DomainName",
          "g:MFAPresent",
          "g:MFAAge",
          "g:ProjectName",
          "g:ServiceName",
          "g:UserId",
          "g:UserName",
          "g:UserName",
          "g:ProjectName");
  private static final List<String> RESOURCES =
      List.of(
          "ims:*:*:*:*",
          "iam:*:*:*:*",
          "ims:**:*:*:*",
          "ims:*:*:image:*",
          "ims:*:*:*:a:b",
          "ims:region-1:*:*:*",
          "*:*:*:*:*");
  private static final List<String> ENTERPRISE_PROJECTS = List.of("0", "e1", "e2");

  static RandomWorld of(SplittableRandom random) {
    boolean asWritten = random.nextBoolean();
    List<Map<String, Object>> documents = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      Map<String, Object> document;
      do {
        document = document(random, count, asWritten);
      } while (asWritten && !isWritable(document));
      documents.add(document);
    }
    List<Held> grants = new ArrayList<>();
    for (int i = random.nextInt(7); i >= 0; i--) {
      int role = random.nextInt(count);
      String scope = pick(random, List.of("PROJECT", "PROJECT", "ENTERPRISE_PROJECT", "DOMAIN"));
      String place =
          switch (scope) {
            case "PROJECT" -> pick(random, List.of("p", "d"));
            case "DOMAIN" -> "d";
            default -> pick(random, ENTERPRISE_PROJECTS);
          };
      String holder = pick(random, List.of("user u", "user u", "group g"));
      grants.add(new Held(scope, place, holder, "role" + role, documents.get(role)));
    }
    return new RandomWorld(
        random.nextInt(32) == 0,
        random.nextInt(4) == 0 ? "DOMAIN" : "PROJECT",
        new Names(perhaps(random), perhaps(random), perhaps(random)),
        grants,
        asWritten);
  }

  /** What can never apply is refused when it is written. */
  private static boolean isWritable(Map<String, Object> document) {
    try {
      PolicyReader.read("a policy", document);
      return true;
    } catch (Refused refused) {
      return false;
    }
  }

  Request request(SplittableRandom random) {
    return new Request(
        pick(random, random.nextInt(5) == 0 ? IDENTITIES : IMAGES),
        new Circumstances(
            Instant.parse(pick(random, TIMES.subList(0, 2))).plusMillis(random.nextInt(2) * 250L),
            new UserId(pick(random, WORDS)),
            names.user(),
            names.domain(),
            names.project()),
        random.nextInt(4) == 0 ? null : pick(random, ENTERPRISE_PROJECTS));
  }

  /** What Vitrine makes of it. */
  Authorization authorization() {
    Map<String, Policy> policies = new HashMap<>();
    List<Grant> compiled = new ArrayList<>();
    for (Held held : grants) {
      Policy policy =
          policies.computeIfAbsent(
              held.role(),
              name ->
                  asWritten
                      ? PolicyReader.read(name, held.document())
                      : PolicyReader.readStored(name, held.document()));
      compiled.add(
          new Grant(
              GrantScope.valueOf(held.scope()),
              held.place(),
              held.scope().equals("PROJECT") && held.place().equals("d"),
              held.holder().startsWith("user")
                  ? new Principal.OfUser(new UserId("u"))
                  : new Principal.OfGroup(new GroupId("g")),
              new RoleId(held.role()),
              policy));
    }
    return new Authorization(
        1, new DomainId("d"), GrantScope.valueOf(at), accountOwner, false, names, compiled);
  }

  NaiveModel model() {
    return new NaiveModel(accountOwner, at, grants);
  }

  /** The same request for the model. */
  List<Asked> asked(Request request) {
    Map<String, String> facts = new HashMap<>();
    facts.put("g:CurrentTime", request.circumstances().now().toString());
    facts.put("g:MFAPresent", "false");
    facts.put("g:UserId", request.circumstances().user().value());
    put(facts, "g:UserName", names.user());
    put(facts, "g:DomainName", names.domain());
    put(facts, "g:ProjectName", names.project());
    return request.operation().requirements().stream()
        .map(
            needed ->
                new Asked(
                    needed.action().toString(),
                    needed.aliases().stream().map(Action::toString).toList(),
                    needed.scopes().stream().map(Enum::name).collect(Collectors.toSet()),
                    request.enterprise(),
                    facts))
        .toList();
  }

  /** Less one statement that allows; the same if there is none. */
  RandomWorld withoutAnAllow(SplittableRandom random) {
    return changed(
        random,
        (document, statements) -> {
          int start = random.nextInt(statements.size());
          for (int i = 0; i < statements.size(); i++) {
            int at = (start + i) % statements.size();
            Object effect = ((Map<?, ?>) statements.get(at)).get("Effect");
            if (String.valueOf(effect).equalsIgnoreCase("allow")) {
              statements.remove(at);
              return;
            }
          }
        });
  }

  /** With one more statement that denies. */
  RandomWorld withAnotherDeny(SplittableRandom random) {
    return changed(
        random,
        (document, statements) -> {
          Map<String, Object> statement = statement(random, !"1.0".equals(document.get("Version")));
          statement.put("Effect", "Deny");
          statements.add(random.nextInt(statements.size() + 1), statement);
        });
  }

  private interface Change {
    void make(Map<String, Object> document, List<Object> statements);
  }

  /** A statement may be the last of its document, and only stored documents may have none. */
  private RandomWorld changed(SplittableRandom random, Change change) {
    Held chosen = pick(random, grants);
    Map<String, Object> original = chosen.document();
    Map<String, Object> document = new LinkedHashMap<>(original);
    List<Object> statements =
        new ArrayList<>((List<?>) original.getOrDefault("Statement", List.of()));
    change.make(document, statements);
    document.put("Statement", statements);
    List<Held> replaced =
        grants.stream()
            .map(
                held ->
                    held.role().equals(chosen.role())
                        ? new Held(held.scope(), held.place(), held.holder(), held.role(), document)
                        : held)
            .toList();
    return new RandomWorld(accountOwner, at, names, replaced, false);
  }

  private static Map<String, Object> document(
      SplittableRandom random, int roles, boolean asWritten) {
    boolean isRole = !asWritten && random.nextInt(2) == 0;
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("Version", isRole ? "1.0" : "1.1");
    List<Object> statements = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      statements.add(statement(random, !isRole));
    }
    document.put("Statement", statements);
    if (isRole && random.nextInt(4) != 0) {
      List<Object> depends = new ArrayList<>();
      for (int i = random.nextInt(2); i >= 0; i--) {
        depends.add(Map.of("catalog", "BASE", "display_name", "role" + random.nextInt(roles + 1)));
      }
      document.put("Depends", depends);
    }
    return document;
  }

  private static Map<String, Object> statement(SplittableRandom random, boolean conditions) {
    Map<String, Object> statement = new LinkedHashMap<>();
    statement.put(
        "Effect", pick(random, List.of("Allow", "Allow", "allow", "ALLOW", "Deny", "deny")));
    boolean identities = random.nextInt(5) == 0;
    boolean excluding = random.nextInt(8) == 0;
    List<Object> actions = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      actions.add(pattern(random, identities));
    }
    statement.put(excluding ? "NotAction" : "Action", actions);
    if (random.nextInt(6) == 0) {
      List<Object> resources = new ArrayList<>();
      for (int i = random.nextInt(2); i >= 0; i--) {
        resources.add(pick(random, RESOURCES));
      }
      statement.put("Resource", resources);
    }
    if (conditions && random.nextInt(2) == 0) {
      Map<String, Object> operators = new LinkedHashMap<>();
      for (int i = random.nextInt(3) / 2; i >= 0; i--) {
        condition(random, operators);
      }
      statement.put("Condition", operators);
    }
    return statement;
  }

  private static void condition(SplittableRandom random, Map<String, Object> operators) {
    String operator = pick(random, OPERATORS);
    String written = operator;
    if (!operator.equals("Null")) {
      written =
          pick(random, List.of("", "", "", "ForAllValues:", "ForAnyValue:"))
              + operator
              + (random.nextInt(3) == 0 ? "IfExists" : "");
    }
    Map<String, Object> keys = new LinkedHashMap<>();
    for (int i = random.nextInt(3) / 2; i >= 0; i--) {
      String key = operator.startsWith("Date") ? "g:CurrentTime" : pick(random, KEYS);
      if (random.nextInt(4) == 0) {
        key = random.nextInt(3) == 0 ? "g:MFAAge" : pick(random, KEYS);
      }
      List<Object> values = new ArrayList<>();
      for (int j = random.nextInt(2); j >= 0; j--) {
        values.add(value(random, operator));
      }
      keys.put(key, values.size() == 1 && random.nextBoolean() ? values.getFirst() : values);
    }
    operators.put(written, keys);
  }

  private static Object value(SplittableRandom random, String operator) {
    if (operator.startsWith("Number")) {
      return pick(random, List.<Object>of("5", "12.5", "-3", 5, 12.50, "005", 4));
    }
    if (operator.startsWith("Date")) {
      return pick(random, TIMES);
    }
    if (operator.equals("Bool") || operator.equals("Null")) {
      return pick(random, List.<Object>of("true", "false", "False", true, false));
    }
    String word = pick(random, random.nextInt(8) == 0 ? List.of("ims", "iam", "ALICE") : WORDS);
    return switch (operator) {
      case "StringMatch", "StringNotMatch" -> starred(random, word, List.of("*", "*", "?"));
      case "StringStartWith" -> word.substring(0, 1 + random.nextInt(word.length()));
      case "StringEndWith" -> word.substring(random.nextInt(word.length()));
      default -> word;
    };
  }

  /** A known action, or what stands for some. */
  private static String pattern(SplittableRandom random, boolean identities) {
    Operation operation = pick(random, identities ? IDENTITIES : IMAGES);
    Requirement requirement = pick(random, operation.requirements());
    if (!requirement.aliases().isEmpty() && random.nextInt(4) == 0) {
      return pick(random, requirement.aliases()).toString();
    }
    Action action = requirement.action();
    String service = action.service();
    if (!identities && random.nextInt(16) == 0) {
      service = "ecs";
    }
    String type = action.resourceType();
    String word = action.operation();
    switch (random.nextInt(8)) {
      case 0 -> type = "*";
      case 1 -> {
        type = "*";
        word = "*";
      }
      case 2, 3 -> word = "*";
      case 4 -> word = starred(random, word, List.of("*"));
      case 5 -> type = starred(random, starred(random, type, List.of("*")), List.of("*"));
      default -> {}
    }
    return switch (random.nextInt(6)) {
      case 0 -> service + ":" + type.toUpperCase(Locale.ROOT) + ":" + word;
      case 1 -> service + ":" + type + ":" + word.toUpperCase(Locale.ROOT);
      default -> service + ":" + type + ":" + word;
    };
  }

  /** Some of a word gone, with a wildcard in its place, now and then too much of it. */
  private static String starred(SplittableRandom random, String word, List<String> wildcards) {
    int from = random.nextInt(word.length() + 1);
    int to = from + random.nextInt(word.length() + 1 - from);
    return word.substring(0, from) + pick(random, wildcards) + word.substring(to);
  }

  private static @Nullable String perhaps(SplittableRandom random) {
    return random.nextInt(8) == 0 ? null : pick(random, WORDS);
  }

  private static void put(Map<String, String> facts, String key, @Nullable String value) {
    if (value != null) {
      facts.put(key, value);
    }
  }

  private static <T> T pick(SplittableRandom random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
