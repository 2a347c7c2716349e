package dev.vitrine.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a delivery waits after an attempt that failed. */
class BackOffTest {
  /** At the longest; chance takes off up to a half. */
  @ParameterizedTest
  @CsvSource({"1, 5", "2, 10", "3, 20", "5, 80", "10, 2560", "11, 3600", "100, 3600"})
  void theDelayDoublesUpToAnHour(int attempt, long seconds) {
    for (int i = 0; i < 100; i++) {
      assertThat(Deliveries.delay(attempt, null))
          .isBetween(Duration.ofMillis(seconds * 500), Duration.ofSeconds(seconds));
    }
  }

  /** RFC 9110, 10.2.3, within an hour. */
  @ParameterizedTest
  @CsvSource({"-5, 5", "0, 5", "60, 60", "86400, 3600"})
  void theReceiverMayAskForMore(long asked, long atMost) {
    Duration delay = Deliveries.delay(1, Duration.ofSeconds(asked));

    assertThat(delay).isLessThanOrEqualTo(Duration.ofSeconds(atMost));
    assertThat(delay).isGreaterThanOrEqualTo(Duration.ofMillis(asked > 5 ? atMost * 1_000 : 2_500));
  }
}
