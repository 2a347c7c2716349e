package dev.vitrine.login;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.refusal.Refused;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Verifies a token, which each request does before it reaches the database. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TokenBenchmark {
  private final Tokens tokens = new Tokens(new KeyRing(Keys.random()), InstantSource.system());
  private final Caller caller = caller();
  private final String token = tokens.issue(caller);

  @Setup
  public void check() {
    if (!verify().equals(caller)) {
      throw new IllegalStateException("another caller");
    }
    try {
      new Tokens(new KeyRing(Keys.random()), InstantSource.system()).verify(token);
    } catch (Refused signedWithOtherKeys) {
      return;
    }
    throw new IllegalStateException("not checked");
  }

  @Benchmark
  public Caller verify() {
    return tokens.verify(token);
  }

  private static Caller caller() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return new Caller(
        new UserId("a".repeat(32)),
        new Caller.Scope.InProject(new ProjectId("b".repeat(32))),
        "c".repeat(32),
        now,
        now.plus(1, ChronoUnit.DAYS),
        List.of("password"));
  }
}
