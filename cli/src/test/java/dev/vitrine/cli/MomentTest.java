package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times as users write them: ISO 8601, as tables print them, and how long ago. */
class MomentTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T15:00:00Z, 2026-01-31T15:00:00Z",
    "2026-01-31T15:00:00.123456Z, 2026-01-31T15:00:00.123456Z",
    "2026-01-31T15:00+02:00, 2026-01-31T13:00:00Z",
    "2026-01-31T15:00-02:00, 2026-01-31T17:00:00Z",
    "2026-01-31T15:00, 2026-01-31T07:00:00Z",
    "2026-01-31 15:00:01, 2026-01-31T07:00:01Z",
    "2026-01-31, 2026-01-30T16:00:00Z",
    "90m, 2026-03-10T10:30:00Z",
    "36h, 2026-03-09T00:00:00Z",
    "2d, 2026-03-08T12:00:00Z",
    "1w, 2026-03-03T12:00:00Z",
  })
  void aTimeIsRead(String text, Instant time) {
    assertThat(Moment.read("--since", text, NOW, ZONE)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "2026",
        "2026-13-01",
        "2026-01-31T25:00",
        "2 d",
        "d",
        "-1d",
        "1s",
        "1234567d"
      })
  void whatIsNoTimeIsRefused(String text) {
    Problem problem =
        catchThrowableOfType(Problem.class, () -> Moment.read("--since", text, NOW, ZONE));

    assertThat(problem.code()).isEqualTo(ExitCode.USAGE);
  }
}
