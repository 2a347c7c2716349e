package dev.vitrine.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.identity.ProjectId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Of one project, on one node. */
@NullMarked
class OneAtATimeTest {
  private static final ProjectId ALICE = new ProjectId("alice");
  private static final ProjectId BOB = new ProjectId("bob");
  private static final Executor THREADS = Thread::startVirtualThread;

  private final OneAtATime<ProjectId> actions = new OneAtATime<>();

  @Test
  void aProjectWaitsForItselfAndForNobodyElse() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(
            () -> actions.inTurn(ALICE, () -> hold(begun, over)), THREADS);
    begun.await();
    CompletableFuture<String> second =
        CompletableFuture.supplyAsync(() -> actions.inTurn(ALICE, () -> "second"), THREADS);

    assertThat(actions.inTurn(BOB, () -> "bob")).isEqualTo("bob");
    assertThatThrownBy(() -> second.get(50, TimeUnit.MILLISECONDS)).isNotNull();
    over.countDown();
    assertThat(first.join()).isEqualTo("first");
    assertThat(second.join()).isEqualTo("second");
  }

  @Test
  void oneThatFailsGivesTheTurnBack() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () ->
                  actions.inTurn(
                      ALICE,
                      () -> {
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");
    }
    assertThat(actions.inTurn(ALICE, () -> "yes")).isEqualTo("yes");
  }

  private static String hold(CountDownLatch begun, CountDownLatch over) {
    begun.countDown();
    try {
      over.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return "first";
  }
}
