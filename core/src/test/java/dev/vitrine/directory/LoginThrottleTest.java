package dev.vitrine.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** How long guesses wait, and that nobody else does. */
@NullMarked
class LoginThrottleTest {
  private static final String HOME = "203.0.113.1";
  private static final String ATTACKER = "198.51.100.1";

  private long now = -1;
  private final AtomicInteger checks = new AtomicInteger();
  private LoginThrottle throttle = new LoginThrottle(new LoginThrottle.Limits(5, 20), () -> now);

  private enum Outcome {
    IN,
    WRONG
  }

  /** IN, WRONG, or the seconds to wait. */
  private Object login(String user, String origin, boolean isRight) {
    try {
      Boolean done =
          throttle.attempt(
              user,
              origin,
              () -> {
                checks.incrementAndGet();
                return isRight ? true : null;
              });
      return done == null ? Outcome.WRONG : Outcome.IN;
    } catch (Refused refused) {
      assertThat(refused.refusal()).isInstanceOf(Refusal.TooManyRequests.class);
      Refusal.TooManyRequests tooMany = (Refusal.TooManyRequests) refused.refusal();
      assertThat(tooMany.limit()).isEqualTo(Limit.LOGIN);
      assertThat(tooMany.delay()).isPositive();
      return Math.ceilDiv(tooMany.delay().toMillis(), 1000L);
    }
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  /** Guesses as often as it may for a time. Returns how often the password was checked. */
  private int guess(String user, String origin, Duration time) {
    int before = checks.get();
    long end = now + time.toNanos();
    while (now < end) {
      Object outcome = login(user, origin, false);
      if (outcome instanceof Long seconds) {
        assertThat(seconds).isBetween(1L, 3600L / 5);
        pass(Duration.ofSeconds(seconds));
      } else {
        pass(Duration.ofMillis(50));
      }
    }
    return checks.get() - before;
  }

  @Test
  void theFirstFailuresCostNothingAndEachFurtherOneDoublesTheWait() {
    for (int i = 0; i < 5; i++) {
      assertThat(login("alice", HOME, false)).isEqualTo(Outcome.WRONG);
    }
    List<Object> waits = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Object wait = login("alice", HOME, false);
      waits.add(wait);
      pass(Duration.ofSeconds((long) wait));
      assertThat(login("alice", HOME, false)).isEqualTo(Outcome.WRONG);
    }
    assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L);
  }

  @Test
  void whoHasToWaitIsNotChecked() {
    for (int i = 0; i < 5; i++) {
      login("alice", HOME, false);
    }
    assertThat(login("alice", HOME, true)).isEqualTo(1L);
    assertThat(checks).hasValue(5);
    pass(Duration.ofSeconds(1));
    assertThat(login("alice", HOME, true)).isEqualTo(Outcome.IN);
  }

  @Test
  void aSuccessForgetsTheFailuresAtItsAddress() {
    for (int i = 0; i < 100; i++) {
      assertThat(login("alice", HOME, i % 5 == 4))
          .isEqualTo(i % 5 == 4 ? Outcome.IN : Outcome.WRONG);
    }
  }

  @Test
  void failuresAreForgottenWithTime() {
    guess("alice", HOME, Duration.ofMinutes(5));
    pass(Duration.ofHours(3));
    for (int i = 0; i < 5; i++) {
      assertThat(login("alice", HOME, false)).isEqualTo(Outcome.WRONG);
    }
    assertThat(login("alice", HOME, false)).isInstanceOf(Long.class);
  }

  @Test
  void inTheLongRunThereAreAsManyGuessesAsAreFree() {
    assertThat(guess("alice", ATTACKER, Duration.ofHours(24))).isBetween(5 * 24, 5 * 24 + 20);
  }

  @Test
  void aStrangerElsewhereDelaysNobody() {
    guess("alice", ATTACKER, Duration.ofHours(3));

    assertThat(login("alice", HOME, true)).isEqualTo(Outcome.IN);
  }

  /** From where the user has logged in, all is as ever; elsewhere one attempt is free. */
  @Test
  void manyStrangersLeaveTheUserItsAddressesAndOneAttemptAtOthers() {
    login("alice", HOME, true);
    for (int i = 0; i < 200; i++) {
      assertThat(login("alice", "attacker " + i, false)).isEqualTo(Outcome.WRONG);
    }

    assertThat(login("alice", "attacker 199", false)).isEqualTo(1L);
    for (int i = 0; i < 5; i++) {
      assertThat(login("alice", HOME, false)).isEqualTo(Outcome.WRONG);
    }
    assertThat(login("alice", "a hotel", true)).isEqualTo(Outcome.IN);
    assertThat(login("bob", "attacker 199", false)).isEqualTo(Outcome.WRONG);
  }

  @Test
  void onePasswordForManyUsersWaitsToo() {
    login("alice", ATTACKER, true);
    for (int i = 0; i < 20; i++) {
      assertThat(login("user " + i, ATTACKER, false)).isEqualTo(Outcome.WRONG);
    }

    assertThat(login("another", ATTACKER, true)).isEqualTo(1L);
    assertThat(login("another", HOME, true)).isEqualTo(Outcome.IN);
    assertThat(login("alice", ATTACKER, true)).isEqualTo(Outcome.IN);
  }

  @Test
  void afterAWaitOneOfManyAtOnceIsChecked() {
    for (int i = 0; i < 6; i++) {
      login("alice", HOME, false);
      pass(Duration.ofSeconds(1));
    }
    pass(Duration.ofSeconds(60));
    int before = checks.get();
    throttle.attempt(
        "alice",
        HOME,
        () -> {
          checks.incrementAndGet();
          // As long as this takes, nothing else is checked.
          assertThat(login("alice", HOME, true)).isInstanceOf(Long.class);
          return null;
        });
    assertThat(checks.get() - before).isEqualTo(1);
  }

  @Test
  void withoutLimitsNobodyWaits() {
    throttle = new LoginThrottle(LoginThrottle.Limits.NONE, () -> now);
    for (int i = 0; i < 1000; i++) {
      assertThat(login("alice", HOME, false)).isEqualTo(Outcome.WRONG);
    }
    assertThat(login("alice", HOME, true)).isEqualTo(Outcome.IN);
  }
}
