package dev.vitrine.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.NaiveModel.Asked;
import dev.vitrine.access.NaiveModel.Verdict;
import dev.vitrine.access.RandomWorld.Request;
import dev.vitrine.operation.GrantScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * Decisions and explanations against {@link NaiveModel}, on random policies, grants and requests.
 * {@code -Dvitrine.model.cases} says how many, {@code -Dvitrine.model.seed} begins elsewhere, or at
 * a failure again.
 */
@NullMarked
class ModelTest {
  private static final int REQUESTS = 8;

  /** Of so many cases it is counted what they are. */
  private static final int COUNTED = 100_000;

  private final long seed = Long.getLong("vitrine.model.seed", System.nanoTime());
  private final long cases = Long.getLong("vitrine.model.cases", 1_000_000L);
  private final Map<String, LongAdder> seen = new ConcurrentHashMap<>();

  @Test
  void everyDecisionIsTheModels() {
    print("%,d cases, -Dvitrine.model.seed=%d".formatted(cases, seed));

    LongStream.range(0, Math.max(1, cases / REQUESTS)).parallel().forEach(this::play);

    print(new TreeMap<>(seen).toString());
    if (cases >= COUNTED) {
      assertCovered();
    }
  }

  private void play(long number) {
    SplittableRandom random = new SplittableRandom(seed ^ (number * 0xD1342543DE82EF95L));
    RandomWorld world = RandomWorld.of(random);
    Authorization authorization = world.authorization();
    NaiveModel model = world.model();
    RandomWorld less = world;
    boolean change = number % 4 == 0;
    if (change) {
      less = random.nextBoolean() ? world.withoutAnAllow(random) : world.withAnotherDeny(random);
    }
    Authorization narrowed = change ? less.authorization() : authorization;
    for (int i = 0; i < REQUESTS; i++) {
      Request request = world.request(random);
      Decision decision = decide(authorization, request);
      List<Verdict> wanted = world.asked(request).stream().map(model::verdict).toList();
      if (!verdicts(decision).equals(wanted)) {
        throw failure(number, world, request, "decided " + decision + ", the model " + wanted);
      }
      Explanation explanation =
          Explainer.explain(
              authorization, request.operation(), request.circumstances(), request.enterprise());
      if (!explanation.decision().equals(decision)) {
        throw failure(number, world, request, "explained " + explanation);
      }
      if (number < COUNTED / REQUESTS) {
        count(world, request, decision, explanation);
      }
      if (change && !decision.allowed() && decide(narrowed, request).allowed()) {
        throw failure(number, less, request, "allowed by less, refused by " + world);
      }
    }
  }

  private AssertionError failure(long number, RandomWorld world, Request request, String what) {
    return new AssertionError(
        "-Dvitrine.model.seed=%d, world %d: %s%n%s%n%s"
            .formatted(seed, number, what, request, world));
  }

  private static Decision decide(Authorization authorization, Request request) {
    return Access.decide(
        authorization, request.operation(), request.circumstances(), request.enterprise());
  }

  private static List<Verdict> verdicts(Decision decision) {
    List<Decision.Reason> reasons =
        switch (decision) {
          case Decision.Allowed(var operation, var all) -> all;
          case Decision.Denied(var operation, var all) -> all;
        };
    List<Verdict> verdicts = new ArrayList<>(reasons.size());
    for (Decision.Reason reason : reasons) {
      verdicts.add(
          switch (reason) {
            case Decision.Reason.AccountOwner _ -> Verdict.ACCOUNT_OWNER;
            case Decision.Reason.AllowedByGrant _ -> Verdict.ALLOWED;
            case Decision.Reason.DeniedByGrant _ -> Verdict.DENIED;
            case Decision.Reason.NothingAllows _ -> Verdict.NOTHING_SAID;
          });
    }
    if (decision.allowed() != reasons.stream().allMatch(Decision.Reason::allows)) {
      throw new AssertionError(decision);
    }
    return verdicts;
  }

  private void count(
      RandomWorld world, Request request, Decision decision, Explanation explanation) {
    count(decision.allowed() ? "allowed" : "refused");
    for (Asked asked : world.asked(request)) {
      asked.scopes().forEach(scope -> count("needs " + scope));
    }
    for (Explanation.OfAction action : explanation.actions()) {
      count(action.reason().getClass().getSimpleName());
      for (Explanation.Considered considered : action.considered()) {
        count(considered.grant(), considered.finding());
      }
    }
  }

  private void count(Authorization.Grant grant, Finding finding) {
    count(finding.getClass().getSimpleName());
    switch (finding) {
      case Finding.Allows(int number) -> count(grant, number);
      case Finding.Denies(int number) -> count(grant, number);
      case Finding.ConditionFailed(int number, Condition condition, String actual) -> {
        String there = actual == null ? " absent" : "";
        count(condition.operator().word() + " fails" + there);
        count(condition.quantifier() + " fails" + there);
        count("IfExists " + condition.ifExists() + " fails" + there);
      }
      case Finding.ScopeDoesNotCount(GrantScope scope) -> count(scope + " ignored");
      default -> {}
    }
  }

  /** A statement that applied. */
  private void count(Authorization.Grant grant, int number) {
    count(grant.scope() + " applies");
    if (grant.scope() == GrantScope.PROJECT && grant.inherited()) {
      count("inherited applies");
    }
    Policy.Statement statement = grant.policy().statements().get(number);
    count(statement.excluding() ? "NotAction applies" : "Action applies");
    if (!statement.resources().isEmpty()) {
      count("Resource applies");
    }
    if (!grant.policy().depends().isEmpty()) {
      count("Depends met");
    }
    for (Condition condition : statement.conditions()) {
      count(condition.operator().word() + " holds");
      count(condition.quantifier() + " holds");
      count("IfExists " + condition.ifExists() + " holds");
    }
  }

  private void count(String what) {
    seen.computeIfAbsent(what, _ -> new LongAdder()).increment();
  }

  /** A generator that stopped making some kind of case would prove less than it seems to. */
  private void assertCovered() {
    List<String> all =
        new ArrayList<>(
            List.of(
                "AccountOwner",
                "AllowedByGrant",
                "DeniedByGrant",
                "NothingAllows",
                "ScopeDoesNotCount",
                "OtherEnterpriseProject",
                "DependsOn",
                "Depends met",
                "Silent",
                "Action applies",
                "NotAction applies",
                "Resource applies",
                "inherited applies",
                "ENTERPRISE_PROJECT ignored",
                "DOMAIN ignored"));
    for (GrantScope scope : GrantScope.values()) {
      all.add(scope + " applies");
      all.add("needs " + scope);
    }
    for (Operator operator : Operator.values()) {
      all.add(operator.word() + " holds");
      all.add(operator.word() + " fails");
      if (operator != Operator.NULL) {
        all.add(operator.word() + " fails absent");
      }
    }
    for (Condition.Quantifier quantifier : Condition.Quantifier.values()) {
      all.add(quantifier + " holds");
      all.add(quantifier + " fails");
    }
    all.addAll(List.of("NONE fails absent", "ANY fails absent"));
    all.addAll(List.of("IfExists true holds", "IfExists true fails", "IfExists false holds"));

    assertThat(seen).containsKeys(all.toArray(String[]::new));
    assertThat(seen).doesNotContainKeys("ALL fails absent", "IfExists true fails absent");
    assertThat(share("allowed")).isBetween(0.1, 0.9);
    assertThat(share("refused")).isBetween(0.1, 0.9);
    assertThat(all)
        .filteredOn(what -> share(what) < 0.0001)
        .as("kinds of case that are too rare to prove anything")
        .isEmpty();
  }

  private double share(String what) {
    return seen.getOrDefault(what, new LongAdder()).doubleValue() / COUNTED;
  }

  @SuppressWarnings("SystemOut")
  private static void print(String line) {
    System.out.println(line);
  }
}
