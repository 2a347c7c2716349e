package dev.vitrine.server.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.management.Health.Result;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class HealthTest {
  private final Health health = new Health();

  @Test
  void aServerThatStartsIsNotReadyAndChecksNothing() {
    health.add("database", () -> Optional.of("must not be asked"));

    assertThat(health.report().results()).containsExactly(new Result("server", "starting"));
    assertThat(health.report().isReady()).isFalse();
  }

  @Test
  void aServerIsReadyIfNoCheckFindsAProblem() {
    health.add("database", Optional::empty);
    health.serving();

    assertThat(health.report().results())
        .containsExactly(new Result("server", null), new Result("database", null));
    assertThat(health.report().isReady()).isTrue();
  }

  @Test
  void aProblemAndAFailureAreNamed() {
    health.add("disk", () -> Optional.of("full"));
    health.add(
        "database",
        () -> {
          throw new IllegalStateException("no connection");
        });
    health.serving();

    assertThat(health.report().results())
        .containsExactly(
            new Result("server", null),
            new Result("disk", "full"),
            new Result("database", "no connection"));
    assertThat(health.report().isReady()).isFalse();
  }

  @Test
  void aCheckThatHangsIsAProblemAndIsNotAskedAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch end = new CountDownLatch(1);
    health.add(
        "database",
        () -> {
          asked.incrementAndGet();
          end.await();
          return Optional.empty();
        });
    health.serving();

    for (int i = 0; i < 2; i++) {
      assertThat(health.report().results())
          .contains(new Result("database", "no answer within a second"));
    }
    assertThat(asked).hasValue(1);
    end.countDown();

    assertThat(health.report().isReady()).isTrue();
  }

  @Test
  void aServerThatDrainsIsNotReady() {
    health.serving();
    health.draining();

    assertThat(health.report().results()).containsExactly(new Result("server", "draining"));
  }
}
