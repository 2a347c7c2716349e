package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ASCII digits and nothing else (docs/grammars.md). */
@NullMarked
class WholeNumberTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "7, 7",
    "0007, 7",
    "00, 0",
    "1234567890, 1234567890",
    "4294967296, 4294967296",
    "9223372036854775806, 9223372036854775806",
    "9223372036854775807, 9223372036854775807",
    "0009223372036854775806, 9223372036854775806",
    "9223372036854775808, 9223372036854775807",
    "9223372036854775810, 9223372036854775807",
    "18446744073709551617, 9223372036854775807",
    "99999999999999999999999999999999999999999, 9223372036854775807"
  })
  void aNumber(String text, long number) {
    assertThat(WholeNumber.of(text)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "+1",
        "-1",
        "-0",
        "+",
        "-",
        "1 ",
        " 1",
        "1.0",
        "1e2",
        "0x1",
        "1_0",
        "1,000",
        "1\0",
        "１",
        "١",
        "٣",
        "१",
        "𝟏",
        "²",
        "Ⅷ",
        "/",
        ":",
        "99999999999999999999x"
      })
  void whatIsNoNumber(String text) {
    assertThat(WholeNumber.of(text)).isNull();
    assertThat(WholeNumber.within(text, 0, Integer.MAX_VALUE)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "3, 3",
        "5, 5",
        "005, 5",
        "2, null",
        "6, null",
        "0, null",
        "null, null",
        "4294967300, null",
        "18446744073709551620, null"
      })
  void aNumberFrom3To5(@Nullable String text, @Nullable Integer number) {
    assertThat(WholeNumber.within(text, 3, 5)).isEqualTo(number);
  }
}
