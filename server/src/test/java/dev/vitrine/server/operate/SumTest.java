package dev.vitrine.server.operate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.server.data.StartFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumTest {
  private static final String HASH = "0".repeat(128);

  @Test
  void aLineIsReadAsItWasWritten() {
    Sum sum = new Sum(HASH, "store/ab/cd/a b");

    assertThat(Sum.parse(new String(sum.line(), UTF_8).strip())).isEqualTo(sum);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "..", "../data/keys", "store/../../keys", "store/./a"})
  void aPathOutOfTheBackupIsRefused(String path) {
    assertThatThrownBy(() -> Sum.parse(HASH + "  " + path)).isInstanceOf(StartFailure.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0  a", "x  store/a", "store/a"})
  void anythingElseIsRefused(String line) {
    assertThatThrownBy(() -> Sum.parse(line))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("malformed line");
  }
}
