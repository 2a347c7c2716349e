package dev.vitrine.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.webhook.Failure.Said;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sentences are stored, and each is found again. */
@NullMarked
class FailureTest {
  @ParameterizedTest
  @EnumSource
  void aSentenceTellsWhatFailed(Failure failure) {
    boolean tellsStatus = failure == Failure.STATUS || failure == Failure.REDIRECT;

    assertThat(Failure.in(failure.sentence(418)))
        .isEqualTo(new Said(failure, tellsStatus ? 418 : null));
  }

  @Test
  void aSentenceOfAnotherVersionTellsNothing() {
    assertThat(Failure.in("The receiver is on fire.")).isNull();
    assertThat(Failure.in("The connection failed. Again.")).isNull();
    assertThat(Failure.in(null)).isNull();
  }
}
