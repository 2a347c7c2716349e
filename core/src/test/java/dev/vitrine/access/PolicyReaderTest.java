package dev.vitrine.access;

import static java.util.Collections.nCopies;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.vitrine.access.Policy.Effect;
import dev.vitrine.access.Policy.Statement;
import dev.vitrine.operation.Action;
import dev.vitrine.operation.ActionPattern;
import dev.vitrine.operation.Glob;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.operation.Requirement;
import dev.vitrine.refusal.PolicyFault;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which documents are policies, and what is said of those that are not. */
@NullMarked
class PolicyReaderTest {
  private static final String SHARE = "ims:images:share";

  /** A document, the rule that it breaks, and where. */
  record Breach(
      String what, PolicyFault fault, String path, boolean stored, @Nullable Object document) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Breach> breaches() {
    return Stream.of(
        breach("null", PolicyFault.NOT_AN_OBJECT, "$", null),
        breach("a list", PolicyFault.NOT_AN_OBJECT, "$", List.of()),
        breach("a string", PolicyFault.NOT_AN_OBJECT, "$", "{}"),
        breach(
            "no version", PolicyFault.VERSION, "$.Version", Map.of("Statement", List.of(allow()))),
        breach("version 1.0", PolicyFault.VERSION, "$.Version", document("1.0", allow())),
        breach("version 5.0", PolicyFault.VERSION, "$.Version", document("5.0", allow())),
        breach("a number for version", PolicyFault.VERSION, "$.Version", document(1.1, allow())),
        stored("version 1.2, stored", PolicyFault.VERSION, "$.Version", document("1.2", allow())),
        breach("no statement", PolicyFault.STATEMENTS, "$.Statement", Map.of("Version", "1.1")),
        breach("no statements", PolicyFault.STATEMENTS, "$.Statement", document("1.1")),
        breach(
            "nine statements",
            PolicyFault.STATEMENTS,
            "$.Statement",
            document("1.1", nCopies(9, allow()).toArray())),
        breach(
            "a statement by itself",
            PolicyFault.STATEMENTS,
            "$.Statement",
            Map.of("Version", "1.1", "Statement", allow())),
        breach(
            "a key unknown",
            PolicyFault.UNKNOWN_KEY,
            "$.Id",
            Map.of("Version", "1.1", "Statement", List.of(allow()), "Id", 1)),
        breach(
            "keys in another case", PolicyFault.UNKNOWN_KEY, "$.version", Map.of("version", "1.1")),
        breach(
            "a key that is null",
            PolicyFault.UNKNOWN_KEY,
            "$.null",
            Collections.singletonMap(null, 1)),
        breach(
            "Depends in a policy",
            PolicyFault.UNKNOWN_KEY,
            "$.Depends",
            Map.of("Version", "1.1", "Statement", List.of(allow()), "Depends", List.of())),
        stored(
            "Depends in a stored policy",
            PolicyFault.UNKNOWN_KEY,
            "$.Depends",
            Map.of("Version", "1.1", "Statement", List.of(allow()), "Depends", List.of())),
        stored(
            "Depends, an object",
            PolicyFault.DEPENDS,
            "$.Depends",
            role(Map.of("display_name", "a"))),
        stored("Depends, null", PolicyFault.DEPENDS, "$.Depends", role(null)),
        stored("Depends of strings", PolicyFault.DEPENDS, "$.Depends", role(List.of("a"))),
        stored(
            "Depends without names",
            PolicyFault.DEPENDS,
            "$.Depends",
            role(List.of(Map.of("catalog", "BASE")))),
        breach(
            "a statement that is text",
            PolicyFault.STATEMENT,
            "$.Statement[1]",
            document("1.1", allow(), "Allow")),
        inStatement(
            "a key unknown there", PolicyFault.UNKNOWN_KEY, ".Principal", entry("Principal", "*")),
        inStatement("no effect", PolicyFault.EFFECT, ".Effect", entry("Effect", Unset.HERE)),
        inStatement("another effect", PolicyFault.EFFECT, ".Effect", entry("Effect", "Permit")),
        inStatement(
            "a blank in the effect", PolicyFault.EFFECT, ".Effect", entry("Effect", "Allow ")),
        inStatement("an effect that is true", PolicyFault.EFFECT, ".Effect", entry("Effect", true)),
        inStatement("no action", PolicyFault.ACTION_OR_NOT_ACTION, "", entry("Action", Unset.HERE)),
        inStatement(
            "Action and NotAction",
            PolicyFault.ACTION_OR_NOT_ACTION,
            "",
            entry("NotAction", List.of(SHARE))),
        inStatement("an action by itself", PolicyFault.ACTIONS, ".Action", entry("Action", SHARE)),
        inStatement("no actions", PolicyFault.ACTIONS, ".Action", entry("Action", List.of())),
        inStatement(
            "101 actions", PolicyFault.ACTIONS, ".Action", entry("Action", nCopies(101, SHARE))),
        breach(
            "NotAction by itself",
            PolicyFault.ACTIONS,
            "$.Statement[0].NotAction",
            document("1.1", Map.of("Effect", "Allow", "NotAction", SHARE))),
        inAction("a number", PolicyFault.ACTION_FORM, 7),
        inAction("nothing", PolicyFault.ACTION_FORM, ""),
        inAction("a star", PolicyFault.ACTION_FORM, "*"),
        inAction("two parts", PolicyFault.ACTION_FORM, "ims:images"),
        inAction("four parts", PolicyFault.ACTION_FORM, "ims:images:share:all"),
        inAction("a service in upper case", PolicyFault.ACTION_FORM, "IMS:images:share"),
        inAction("any service", PolicyFault.ACTION_FORM, "*:images:share"),
        inAction("a question mark", PolicyFault.ACTION_FORM, "ims:images:shar?"),
        inAction("a line's end", PolicyFault.ACTION_FORM, "ims:images:share\n"),
        inAction("129 characters", PolicyFault.ACTION_LENGTH, "ims:images:" + "*".repeat(118)),
        inAction("one that IMS has not", PolicyFault.ACTION_UNKNOWN, "ims:images:steal"),
        inAction("one that IAM has not", PolicyFault.ACTION_UNKNOWN, "iam:users:cloneUser"),
        inStatement(
            "services mixed",
            PolicyFault.ACTIONS_MIXED,
            ".Action",
            entry("Action", List.of(SHARE, "iam:*:*"))),
        inStatement(
            "services mixed, eps",
            PolicyFault.ACTIONS_MIXED,
            ".Action",
            entry("Action", List.of("eps:*:*", "ims:*:*"))),
        stored(
            "a condition in a role",
            PolicyFault.CONDITION_IN_ROLE,
            "$.Statement[0].Condition",
            document("1.0", with(entry("Condition", Map.of())))),
        inStatement(
            "a resource by itself",
            PolicyFault.RESOURCES,
            ".Resource",
            entry("Resource", "ims:*:*:*:*")),
        inStatement(
            "no resources", PolicyFault.RESOURCES, ".Resource", entry("Resource", List.of())),
        inStatement(
            "21 resources",
            PolicyFault.RESOURCES,
            ".Resource",
            entry("Resource", nCopies(21, "ims:*:*:*:*"))),
        inStatement(
            "a resource of four",
            PolicyFault.RESOURCE,
            ".Resource[1]",
            entry("Resource", List.of("ims:*:*:*:*", "ims:*:*:*"))),
        inStatement(
            "a resource with a gap",
            PolicyFault.RESOURCE,
            ".Resource[0]",
            entry("Resource", List.of("ims::*:*:*"))),
        inStatement(
            "a resource of 1501 characters",
            PolicyFault.RESOURCE,
            ".Resource[0]",
            entry("Resource", List.of("ims:*:*:*:" + "*".repeat(1491)))),
        inStatement(
            "a resource that is a number",
            PolicyFault.RESOURCE,
            ".Resource[0]",
            entry("Resource", List.of(5))),
        inStatement(
            "a resource of another service",
            PolicyFault.RESOURCE,
            ".Resource",
            entry("Resource", List.of("obs:*:*:bucket:b"))),
        inStatement(
            "a single image",
            PolicyFault.RESOURCE,
            ".Resource",
            entry("Resource", List.of("ims:*:*:image:a"))),
        breach(
            "a resource of one service for two",
            PolicyFault.RESOURCE,
            "$.Statement[0].Resource",
            document(
                "1.1",
                with(
                    entry("Action", List.of(SHARE, "ecs:servers:get")),
                    entry("Resource", List.of("ecs:*:*:*:*"))))),
        breach(
            "NotAction with a single image",
            PolicyFault.RESOURCE,
            "$.Statement[0].Resource",
            document(
                "1.1",
                Map.of(
                    "Effect",
                    "Deny",
                    "NotAction",
                    List.of(SHARE),
                    "Resource",
                    List.of("ims:*:*:image:a")))),
        condition(
            "a text's operator for a flag",
            PolicyFault.CONDITION_OPERATOR,
            ".StringEquals['g:MFAPresent']",
            "StringEquals",
            Map.of("g:MFAPresent", "false")),
        condition(
            "a number's operator for a time",
            PolicyFault.CONDITION_OPERATOR,
            ".NumberLessThan['g:CurrentTime']",
            "NumberLessThan",
            Map.of("g:CurrentTime", "5")),
        condition(
            "a time's operator for a name",
            PolicyFault.CONDITION_OPERATOR,
            ".DateLessThanIfExists['g:UserName']",
            "DateLessThanIfExists",
            Map.of("g:UserName", "2026-11-24T00:00:00Z")),
        inStatement(
            "a condition that is a list",
            PolicyFault.CONDITION_OPERATORS,
            ".Condition",
            entry("Condition", List.of())),
        inStatement(
            "no operators",
            PolicyFault.CONDITION_OPERATORS,
            ".Condition",
            entry("Condition", Map.of())),
        inStatement(
            "eleven operators",
            PolicyFault.CONDITION_OPERATORS,
            ".Condition",
            entry("Condition", operators(11))),
        inOperator("no operator", PolicyFault.CONDITION_OPERATOR, "StringLike"),
        inOperator("an operator in another case", PolicyFault.CONDITION_OPERATOR, "stringEquals"),
        inOperator(
            "two prefixes in the wrong order",
            PolicyFault.CONDITION_OPERATOR,
            "ForAnyValue:ForAllValues:StringEquals"),
        inOperator(
            "the same prefix twice",
            PolicyFault.CONDITION_OPERATOR,
            "ForAllValues:ForAllValues:StringEquals"),
        inOperator(
            "both prefixes",
            PolicyFault.CONDITION_OPERATOR,
            "ForAllValues:ForAnyValue:StringEquals"),
        inOperator(
            "IfExists twice", PolicyFault.CONDITION_OPERATOR, "StringEqualsIfExistsIfExists"),
        inOperator("Null, if it exists", PolicyFault.CONDITION_OPERATOR, "NullIfExists"),
        inOperator("Null for all", PolicyFault.CONDITION_OPERATOR, "ForAllValues:Null"),
        inOperator("Null for any", PolicyFault.CONDITION_OPERATOR, "ForAnyValue:Null"),
        condition(
            "keys in a list",
            PolicyFault.CONDITION_KEYS,
            ".StringEquals",
            "StringEquals",
            List.of()),
        condition("no keys", PolicyFault.CONDITION_KEYS, ".StringEquals", "StringEquals", Map.of()),
        condition(
            "eleven keys", PolicyFault.CONDITION_KEYS, ".StringEquals", "StringEquals", keys(11)),
        condition(
            "an unknown key",
            PolicyFault.CONDITION_KEY,
            ".Bool['g:Mood']",
            "Bool",
            Map.of("g:Mood", "true")),
        condition(
            "a key in another case",
            PolicyFault.CONDITION_KEY,
            ".Bool['g:mfapresent']",
            "Bool",
            Map.of("g:mfapresent", "true")),
        condition(
            "a key of a number",
            PolicyFault.CONDITION_KEY,
            ".Bool['5']",
            "Bool",
            Map.of(5, "true")),
        value("no values", PolicyFault.CONDITION_VALUES, "", "StringEquals", List.of()),
        value("null", PolicyFault.CONDITION_VALUES, "", "StringEquals", null),
        value("an object", PolicyFault.CONDITION_VALUE, "[0]", "StringEquals", Map.of()),
        value(
            "null in a list",
            PolicyFault.CONDITION_VALUE,
            "[0]",
            "StringEquals",
            Collections.singletonList(null)),
        value(
            "nothing at all",
            PolicyFault.CONDITION_VALUE_LENGTH,
            "[1]",
            "StringEquals",
            List.of("a", "")),
        value(
            "1025 characters",
            PolicyFault.CONDITION_VALUE_LENGTH,
            "[0]",
            "StringEquals",
            "a".repeat(1025)),
        value("no number", PolicyFault.CONDITION_VALUE, "[0]", "NumberEquals", "five"),
        value("no finite number", PolicyFault.CONDITION_VALUE, "[0]", "NumberEquals", Double.NaN),
        value(
            "a number of 41 characters",
            PolicyFault.CONDITION_VALUE,
            "[0]",
            "NumberEquals",
            "1".repeat(41)),
        value("an exponent of 41", PolicyFault.CONDITION_VALUE, "[0]", "NumberEquals", "1e41"),
        value("an exponent of -41", PolicyFault.CONDITION_VALUE, "[0]", "NumberEquals", "1e-41"),
        value(
            "an exponent beyond all",
            PolicyFault.CONDITION_VALUE,
            "[0]",
            "NumberEquals",
            "1e2147483648"),
        value("a day", PolicyFault.CONDITION_VALUE, "[0]", "DateLessThan", "2026-11-24"),
        value(
            "a time without an offset",
            PolicyFault.CONDITION_VALUE,
            "[0]",
            "DateLessThan",
            "2026-11-24T00:00:00"),
        value("yes", PolicyFault.CONDITION_VALUE, "[0]", "Bool", "yes"),
        value("one", PolicyFault.CONDITION_VALUE, "[0]", "Null", 1));
  }

  @ParameterizedTest
  @MethodSource("breaches")
  void aDocumentIsRefusedByItsFirstFault(Breach breach) {
    Refusal.InvalidPolicy refusal = refusal(breach.stored(), breach.document());

    assertThat(refusal.fault()).isEqualTo(breach.fault());
    assertThat(refusal.path()).isEqualTo(breach.path());
    assertThat(refusal.message()).isNotBlank();
  }

  @Test
  void everyFaultOfATreeHasABreach() {
    Set<PolicyFault> broken =
        breaches()
            .map(Breach::fault)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(PolicyFault.class)));

    assertThat(EnumSet.complementOf(EnumSet.copyOf(broken))).isEmpty();
  }

  @Test
  void messagesNameTheLimits() {
    assertThat(refusal(false, document("1.1")).message()).isEqualTo("must be a list of 1 to 8");
    assertThat(
            refusal(
                    false,
                    document("1.1", condition("StringEquals", Map.of("g:UserName", List.of()))))
                .message())
        .isEqualTo("must be a list of at least one");
    assertThat(
            refusal(false, document("1.1", condition("NumberEquals", Map.of("g:MFAAge", "x"))))
                .message())
        .isEqualTo("must be a number");
  }

  @Test
  void theLargestDocumentIsTaken() {
    Policy policy =
        PolicyReader.read(
            "large",
            document(
                "1.1",
                nCopies(
                        8,
                        with(
                            entry("Action", nCopies(100, "ims:images:" + "*".repeat(117))),
                            entry("Resource", nCopies(20, "ims:*:*:*:" + "*".repeat(1490))),
                            entry("Condition", operators(10))))
                    .toArray()));

    assertThat(policy.name()).isEqualTo("large");
    assertThat(policy.depends()).isEmpty();
    assertThat(policy.statements()).hasSize(8);
    assertThat(policy.statements().getLast().actions()).hasSize(100);
    assertThat(policy.statements().getLast().resources()).hasSize(20);
    assertThat(policy.statements().getLast().conditions()).hasSize(10);
    assertThat(conditions("StringEquals", keys(5))).hasSize(5);
    assertThat(conditions("StringEquals", Map.of("g:UserId", "a".repeat(1024)))).hasSize(1);
    for (String number : List.of("1".repeat(40), "1e40", "1e-40", "-0.5", "+5")) {
      assertThat(conditions("NumberEquals", Map.of("g:MFAAge", number)))
          .as(number)
          .extracting(Condition::values)
          .containsExactly(List.of(number));
    }
  }

  @Test
  void anEffectMayBeInAnyCase() {
    for (String word : List.of("Allow", "allow", "ALLOW")) {
      assertThat(only(with(entry("Effect", word))).effect()).isEqualTo(Effect.ALLOW);
    }
    for (String word : List.of("Deny", "deny", "DENY")) {
      assertThat(only(with(entry("Effect", word))).effect()).isEqualTo(Effect.DENY);
    }
  }

  @Test
  void aKnownActionMayBeInAnyCaseButForItsService() {
    Statement statement = only(with(entry("Action", List.of("ims:IMAGES:Share", "ecs:a:b"))));

    assertThat(statement.excluding()).isFalse();
    assertThat(statement.covers(needed(SHARE))).isTrue();
    assertThat(statement.actions())
        .extracting(ActionPattern::toString)
        .containsExactly("ims:IMAGES:Share", "ecs:a:b");
  }

  /** Ruling 33: what was written under an earlier grammar stays valid. */
  @Test
  void whatCanNeverApplyIsLetBeWhereItIsStored() {
    List.of(
            with(entry("Resource", List.of("ims:*:*:image:a"))),
            condition("StringEquals", Map.of("g:MFAPresent", "false")))
        .forEach(
            statement ->
                assertThat(
                        PolicyReader.readStored("stored", document("1.1", statement)).statements())
                    .hasSize(1));
  }

  /** What other services do with their resources is not for us to judge. */
  @Test
  void resourcesOfOtherServicesAreTaken() {
    assertThat(
            only(with(
                    entry("Action", List.of("obs:object:GetObject")),
                    entry("Resource", List.of("obs:*:*:object:b/*"))))
                .resources())
        .hasSize(1);
    assertThat(
            only(Map.of(
                    "Effect",
                    "Deny",
                    "NotAction",
                    List.of(SHARE),
                    "Resource",
                    List.of("obs:*:*:*:*")))
                .resources())
        .hasSize(1);
    assertThat(only(with(entry("Resource", List.of("ims:*:*:*:*", "ims:*:*:image:a")))).resources())
        .hasSize(2);
  }

  /** Every action that the vendor registers can be written, also of newer editions. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ims:images:addMember",
        "ims:images:updateMember",
        "ims:images:deleteMember",
        "ims:images:copy",
        "ims:wholeImages:create",
        "ims:imageJobs:getPercentage",
        "iam:agencies:assume",
        "iam:identityProviders:createOpenIDConnectConfig",
        "iam:mfa:bindMFADevice",
        "iam:permissions:grantRoleToAgencyOnEnterpriseProject",
        "iam:securitypolicies:updateApiAclPolicy",
        "iam:tokens:assume",
        "iam:users:setUserLoginProtect",
        "iam:users:createUserV5"
      })
  void registeredActionsAreTaken(String action) {
    assertThat(only(with(entry("Action", List.of(action)))).actions()).hasSize(1);
  }

  @Test
  void notActionSpeaksOfAllOthers() {
    Statement statement = only(Map.of("Effect", "Deny", "NotAction", List.of(SHARE)));

    assertThat(statement.excluding()).isTrue();
    assertThat(statement.covers(needed(SHARE))).isFalse();
    assertThat(statement.covers(needed("ims:images:get"))).isTrue();
  }

  @Test
  void operatorsAreReadWithWhatStandsAroundThem() {
    for (Operator operator : Operator.values()) {
      for (Condition.Quantifier quantifier : Condition.Quantifier.values()) {
        for (String suffix : List.of("", "IfExists")) {
          boolean plain = suffix.isEmpty() && quantifier == Condition.Quantifier.NONE;
          if (plain || operator != Operator.NULL) {
            String written = quantifier.prefix() + operator.word() + suffix;
            String value =
                switch (operator.kind()) {
                  case TEXT -> "a";
                  case NUMBER -> "5";
                  case DATE -> "2026-11-24T00:00:00Z";
                  case BOOL -> "TRUE";
                };
            String key = keyOf(operator.word());
            assertThat(conditions(written, Map.of(key, value)))
                .containsExactly(
                    new Condition(quantifier, operator, !suffix.isEmpty(), key, List.of(value)))
                .extracting(Condition::writtenOperator)
                .containsExactly(written);
          }
        }
      }
    }
  }

  @Test
  void aStoredDocumentMayBeOfAnEarlierTime() {
    Map<String, Object> asRole = role(List.of(Map.of("display_name", "Tenant Guest")));
    Policy role = PolicyReader.readStored("a role", asRole);

    assertThat(role.depends()).containsExactly("Tenant Guest");
    assertThat(role.statements()).hasSize(1);
    assertThat(PolicyReader.readStored("empty", document("1.0")).statements()).isEmpty();
    assertThat(PolicyReader.readStored("empty", document("1.1")).statements()).isEmpty();
    Statement mixed = with(List.of("ims:images:steal", "iam:*:*"));
    assertThat(mixed.actions()).hasSize(2);
    assertThat(PolicyReader.readStored("1.1", document("1.1", allow())).statements()).hasSize(1);
  }

  private static Statement with(List<String> actions) {
    Object document = document("1.1", with(entry("Action", actions)));
    return PolicyReader.readStored("stored", document).statements().getFirst();
  }

  @Test
  void nothingButARefusalComesOfRandomTrees() {
    SplittableRandom random = new SplittableRandom(20261124);
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < 40_000; i++) {
      Object document = i % 4 == 0 ? tree(random, 4) : mutated(random, valid(random), 1 + i % 3);
      if (isTaken(document)) {
        accepted++;
      } else {
        refused++;
      }
    }
    assertThat(accepted).isGreaterThan(500);
    assertThat(refused).isGreaterThan(10_000);
  }

  /** Both readers, and a stored document that is taken can be judged. */
  private static boolean isTaken(@Nullable Object document) {
    boolean taken = false;
    try {
      PolicyReader.read("fuzz", document);
      taken = true;
    } catch (Refused refused) {
      assertThat(refused.refusal()).isInstanceOf(Refusal.InvalidPolicy.class);
    }
    try {
      Policy stored = PolicyReader.readStored("fuzz", document);
      stored.statements().forEach(statement -> statement.covers(needed(SHARE)));
    } catch (Refused refused) {
      assertThat(taken).as("what may be written can be read back").isFalse();
      assertThat(refused.refusal()).isInstanceOf(Refusal.InvalidPolicy.class);
    }
    return taken;
  }

  @Test
  void aHostilePatternTakesNoLonger() {
    String action = "ims:images:" + "*a".repeat(58);
    String text = "a".repeat(100_000) + "b";
    String pattern = "*a".repeat(500) + "*";
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          assertThat(ActionPattern.of(action).matches(new Action("ims", "images", text))).isFalse();
          assertThat(Glob.starsAndMarks(pattern + "c", text)).isFalse();
          assertThat(Glob.starsAndMarks("*?".repeat(500) + "c", text)).isFalse();
          assertThat(Glob.starsAndMarks(pattern, text)).isTrue();
          assertThat(conditions("StringMatch", Map.of("g:UserName", pattern))).hasSize(1);
        });
  }

  private static Object valid(SplittableRandom random) {
    return RandomWorld.of(random).grants().getFirst().document();
  }

  /** A copy, changed in some places. */
  private static @Nullable Object mutated(
      SplittableRandom random, @Nullable Object node, int changes) {
    Object result = node;
    for (int i = 0; i < changes; i++) {
      result = mutated(random, result);
    }
    return result;
  }

  private static @Nullable Object mutated(SplittableRandom random, @Nullable Object node) {
    int dice = random.nextInt(12);
    if (dice == 0) {
      return tree(random, 2);
    }
    if (node instanceof Map<?, ?> map && !map.isEmpty()) {
      Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>(map);
      Object key = new ArrayList<>(map.keySet()).get(random.nextInt(map.size()));
      if (dice == 1) {
        copy.remove(key);
      } else if (dice == 2) {
        copy.put(key + "x", copy.remove(key));
      } else {
        copy.put(key, mutated(random, map.get(key)));
      }
      return copy;
    }
    if (node instanceof List<?> list && !list.isEmpty()) {
      List<@Nullable Object> copy = new ArrayList<>(list);
      int at = random.nextInt(list.size());
      if (dice == 1) {
        copy.remove(at);
      } else if (dice == 2) {
        copy.addAll(nCopies(random.nextInt(120), list.get(at)));
      } else {
        copy.set(at, mutated(random, list.get(at)));
      }
      return copy;
    }
    return dice < 6 ? String.valueOf(node).repeat(dice) : node;
  }

  private static final List<String> WORDS =
      List.of(
          "Version",
          "1.1",
          "1.0",
          "Statement",
          "Effect",
          "Allow",
          "Action",
          "NotAction",
          SHARE,
          "Condition",
          "StringEquals",
          "g:UserName",
          "Resource",
          "Depends",
          "ims:*:*:*:*",
          "",
          "\u0000",
          "\ud800");

  private static @Nullable Object tree(SplittableRandom random, int depth) {
    int kind = random.nextInt(depth > 0 ? 10 : 6);
    if (kind >= 8) {
      return IntStream.range(0, random.nextInt(4)).mapToObj(_ -> tree(random, depth - 1)).toList();
    }
    if (kind >= 6) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        map.put(WORDS.get(random.nextInt(WORDS.size())), tree(random, depth - 1));
      }
      return map;
    }
    return switch (kind) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextLong();
      case 3 -> random.nextDouble() * 1e300;
      default -> WORDS.get(random.nextInt(WORDS.size()));
    };
  }

  private enum Unset {
    HERE
  }

  private static Breach breach(
      String what, PolicyFault fault, String path, @Nullable Object document) {
    return new Breach(what, fault, path, false, document);
  }

  private static Breach stored(String what, PolicyFault fault, String path, Object document) {
    return new Breach(what, fault, path, true, document);
  }

  private static Breach inStatement(
      String what, PolicyFault fault, String path, Map.Entry<String, ?> field) {
    return breach(what, fault, "$.Statement[1]" + path, document("1.1", allow(), with(field)));
  }

  private static Breach inAction(String what, PolicyFault fault, Object action) {
    return inStatement(
        "action: " + what, fault, ".Action[1]", entry("Action", List.of(SHARE, action)));
  }

  private static Breach inOperator(String what, PolicyFault fault, String operator) {
    return condition(what, fault, "." + operator, operator, Map.of("g:UserName", "true"));
  }

  private static Breach condition(
      String what, PolicyFault fault, String path, String operator, Object keys) {
    return inStatement(
        what, fault, ".Condition" + path, entry("Condition", Map.of(operator, keys)));
  }

  private static Breach value(
      String what, PolicyFault fault, String path, String operator, @Nullable Object value) {
    return condition(
        "value: " + what,
        fault,
        "." + operator + "['" + keyOf(operator) + "']" + path,
        operator,
        Collections.singletonMap(keyOf(operator), value));
  }

  /** A key that fits the operator. */
  private static String keyOf(String operator) {
    return switch (Objects.requireNonNull(Operator.of(operator)).kind()) {
      case TEXT -> "g:UserName";
      case NUMBER -> "g:MFAAge";
      case DATE -> "g:CurrentTime";
      case BOOL -> "g:MFAPresent";
    };
  }

  private static Requirement needed(String action) {
    return new Requirement(Action.of(action), List.of(), EnumSet.of(GrantScope.PROJECT));
  }

  private static Map<String, Object> document(Object version, Object... statements) {
    return Map.of("Version", version, "Statement", List.of(statements));
  }

  private static Map<String, Object> role(@Nullable Object depends) {
    Map<String, Object> role = new LinkedHashMap<>(document("1.0", allow()));
    putAny(role, "Depends", depends);
    return role;
  }

  @SuppressWarnings("NullAway") // A map of JSON may hold nulls.
  private static void putAny(Map<String, Object> map, String key, @Nullable Object value) {
    map.put(key, value);
  }

  private static Map<String, Object> allow() {
    return Map.of("Effect", "Allow", "Action", List.of(SHARE));
  }

  @SafeVarargs
  private static Map<String, Object> with(Map.Entry<String, ?>... fields) {
    Map<String, Object> statement = new LinkedHashMap<>(allow());
    for (Map.Entry<String, ?> field : fields) {
      if (field.getValue() == Unset.HERE) {
        statement.remove(field.getKey());
      } else {
        statement.put(field.getKey(), field.getValue());
      }
    }
    return statement;
  }

  private static Map<String, Object> condition(String operator, Object keys) {
    return with(entry("Condition", Map.of(operator, keys)));
  }

  private static Map<String, Object> operators(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            RandomWorld.OPERATORS.subList(0, 8).stream()
                    .flatMap(word -> Stream.of(word, word + "IfExists"))
                    .toList()
                ::get)
        .collect(Collectors.toMap(word -> word, _ -> Map.of("g:UserName", "a")));
  }

  private static Map<String, Object> keys(int count) {
    List<String> known =
        Circumstances.KEYS.keySet().stream()
            .filter(key -> Circumstances.KEYS.get(key) == Operator.Kind.TEXT)
            .sorted()
            .toList();
    return IntStream.range(0, count)
        .mapToObj(i -> i < known.size() ? known.get(i) : "key" + i)
        .collect(Collectors.toMap(key -> key, _ -> "a"));
  }

  private static Statement only(Map<String, Object> statement) {
    return PolicyReader.read("only", document("1.1", statement)).statements().getFirst();
  }

  private static List<Condition> conditions(String operator, Object keys) {
    return only(condition(operator, keys)).conditions();
  }

  private static Refusal.InvalidPolicy refusal(boolean stored, @Nullable Object document) {
    Refused refused =
        catchThrowableOfType(
            Refused.class,
            () -> {
              if (stored) {
                PolicyReader.readStored("a policy", document);
              } else {
                PolicyReader.read("a policy", document);
              }
            });
    assertThat(refused).isNotNull();
    return (Refusal.InvalidPolicy) refused.refusal();
  }
}
