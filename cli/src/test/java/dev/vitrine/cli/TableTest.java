package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How values are laid out. */
class TableTest {
  @Test
  void chineseTextTakesTwoCells() {
    assertThat(Table.rows(List.of("名称", "B"), List.of(List.of("a", "x"), List.of("镜像甲", "y"))))
        .isEqualTo(
            """
            名称    B
            a       x
            镜像甲  y
            """);
  }

  @Test
  void aCombiningMarkTakesNone() {
    assertThat(Table.width("e\u0301")).isEqualTo(1);
  }

  @Test
  void aNameCannotSteerTheTerminal() {
    assertThat(Table.safe("a\u001b[2J\nb\u202ec")).isEqualTo("a\\u001b[2J\\u000ab\\u202ec");
  }

  @ParameterizedTest
  @CsvSource({"0,0 B", "1023,1023 B", "1024,1.0 KiB", "1048575,1.0 MiB", "1610612736,1.5 GiB"})
  void sizesAreInBinaryUnits(long bytes, String text) {
    assertThat(Table.size(bytes)).isEqualTo(text);
  }
}
