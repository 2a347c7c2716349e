package dev.vitrine.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class FairSharesTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(20);

  @Test
  void eachGetsHalfOfWhatTheOthersLeave() {
    FairShares<String> shares = new FairShares<>(100);

    assertThat(all(shares, "a")).isEqualTo(50);
    assertThat(all(shares, "b")).isEqualTo(25);
    assertThat(all(shares, "c")).isEqualTo(13);

    shares.giveBack("a", 50);

    assertThat(all(shares, "b")).isEqualTo(19);
    assertThat(all(shares, "a")).isEqualTo(22);
  }

  /** What one holder gets, one by one. */
  private static int all(FairShares<String> shares, String holder) {
    int taken = 0;
    while (shares.take(holder, 1)) {
      taken++;
    }
    return taken;
  }

  @Test
  void howItIsTakenMattersNot() {
    FairShares<String> shares = new FairShares<>(100);

    assertThat(shares.take("a", 51)).isFalse();
    assertThat(shares.take("a", 50)).isTrue();
    assertThat(shares.take("a", 1)).isFalse();
  }

  @Test
  void theOnlyOneIsForWhoComesFirst() throws Exception {
    FairShares<String> one = new FairShares<>(1);

    assertThat(one.await("a", 1, SHORT)).isTrue();
    assertThat(one.await("b", 1, SHORT)).isFalse();
    one.giveBack("a", 1);
    assertThat(one.await("b", 1, SHORT)).isTrue();
  }

  /** Whose share is used up lets those behind it go first. */
  @Test
  void whoHasEnoughWaitsAndKeepsNobodyWaiting() throws Exception {
    FairShares<String> two = new FairShares<>(2);
    assertThat(two.take("a", 1)).isTrue();
    FutureTask<Boolean> second = new FutureTask<>(() -> two.await("a", 1, LONG));
    Thread.startVirtualThread(second);
    Thread.sleep(50);

    assertThat(two.await("b", 1, LONG)).isTrue();
    assertThat(second.isDone()).isFalse();

    two.giveBack("a", 1);
    assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
  }
}
