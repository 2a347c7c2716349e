package dev.vitrine.access;

import dev.vitrine.access.Authorization.Grant;
import dev.vitrine.access.Authorization.Names;
import dev.vitrine.access.Policy.Effect;
import dev.vitrine.access.Policy.Statement;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.ActionPattern;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.operation.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decides whether a caller with 50 policies of 8 statements with 10 actions, half of them with
 * wildcards, may add a member: two actions.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecisionBenchmark {
  private final List<Grant> grants = grants();
  private final Authorization kept = authorization();
  private final Circumstances circumstances =
      new Circumstances(Instant.EPOCH, new UserId("u"), "alice", "a domain", "a project");

  /** Every request but the first after a change: matches are cached. */
  @Benchmark
  public Decision warm() {
    return Access.decide(kept, Operation.ADD_MEMBER, circumstances, null);
  }

  /** The first request after a change: matches all patterns. */
  @Benchmark
  public Decision cold() {
    return Access.decide(authorization(), Operation.ADD_MEMBER, circumstances, null);
  }

  private Authorization authorization() {
    return new Authorization(
        1, new DomainId("d"), GrantScope.PROJECT, false, false, Names.NONE, grants);
  }

  /** The last grant allows the actions; many others have similar actions. */
  private static List<Grant> grants() {
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      List<Statement> statements = new ArrayList<>();
      for (int j = 0; j < 8; j++) {
        List<ActionPattern> actions = new ArrayList<>();
        for (int k = 0; k < 5; k++) {
          actions.add(ActionPattern.of("ims:images:operation" + (i * 40 + j * 5 + k)));
          actions.add(ActionPattern.of("ims:*im*:*" + (char) ('a' + k) + "*x" + i));
        }
        statements.add(new Statement(j % 4 == 0 ? Effect.DENY : Effect.ALLOW, actions));
      }
      if (i == 49) {
        List<ActionPattern> all = List.of(ActionPattern.of("ims:images:*"));
        statements.set(7, new Statement(Effect.ALLOW, all));
      }
      grants.add(
          new Grant(
              GrantScope.PROJECT,
              "p",
              false,
              new Principal.OfUser(new UserId("u")),
              new RoleId("r" + i),
              new Policy("policy " + i, false, statements, List.of())));
    }
    return grants;
  }
}
