package dev.vitrine.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, durations and addresses of settings. */
@NullMarked
class ValueTypeTest {
  @ParameterizedTest
  @CsvSource({
    "0B, 0",
    "7B, 7",
    "64KiB, 65536",
    "1MiB, 1048576",
    "1GiB, 1073741824",
    "2047MiB, 2146435072"
  })
  void aSize(String text, int bytes) {
    assertThat(DataSize.parse(text)).isEqualTo(new DataSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "KiB",
        "1kib",
        "1KB",
        "1 KiB",
        " 1KiB",
        "-1B",
        "+1B",
        "1.5MiB",
        "2GiB",
        "2048MiB",
        "1000000000B",
        "１B"
      })
  void whatIsNoSize(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> DataSize.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "off,",
    "0B, 0",
    "50GiB, 53687091200",
    "2TiB, 2199023255552",
    "8191PiB, 9222246136947933184"
  })
  void anAmountOfAnySizeOrOff(String text, @Nullable Long bytes) {
    assertThat(ValueType.BYTES_OR_OFF.parser().apply(text))
        .isEqualTo(bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1", "Off", "1TB", "8192PiB", "999999999PiB"})
  void whatIsNoAmount(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ValueType.BYTES_OR_OFF.parser().apply(text));
  }

  @ParameterizedTest
  @CsvSource({"off,", "0, 0", "100, 100"})
  void aCountOrOff(String text, @Nullable Long count) {
    assertThat(ValueType.COUNT_OR_OFF.parser().apply(text))
        .isEqualTo(count == null ? OptionalLong.empty() : OptionalLong.of(count));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "many", "1.5", "99999999999"})
  void whatIsNoCount(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ValueType.COUNT_OR_OFF.parser().apply(text));
  }

  @ParameterizedTest
  @CsvSource({
    "45s, PT45S",
    "30m, PT30M",
    "24h, PT24H",
    "30d, PT720H",
    "999999999s, PT277777H46M39S"
  })
  void aDuration(String text, Duration expected) {
    assertThat(ValueType.DURATION.parser().apply(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0s",
        "01s",
        "1",
        "s",
        "1S",
        "1w",
        "1h30m",
        "1.5h",
        "-1s",
        "1 s",
        "1000000000s"
      })
  void whatIsNoDuration(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ValueType.DURATION.parser().apply(text));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:9292, 127.0.0.1, 9292",
    "localhost:0, localhost, 0",
    "images.example.org:65535, images.example.org, 65535",
    "[::1]:80, ::1, 80",
    "[fe80::1%1]:80, fe80::1%1, 80",
    "[::ffff:127.0.0.1]:80, ::ffff:127.0.0.1, 80"
  })
  void anAddress(String text, String host, int port) {
    ListenAddress address = ListenAddress.parse(text);

    assertThat(address).isEqualTo(new ListenAddress(host, port));
    assertThat(address.toString()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "localhost",
        "localhost:",
        "localhost:65536",
        "localhost:100000",
        "localhost:-1",
        "::1:80",
        "[::1]",
        "[]:80",
        "[host]:80",
        "a b:80",
        "user@host:80",
        "http://host:80",
        "host/path:80"
      })
  void whatIsNoAddress(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ListenAddress.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:4318/v1/traces",
        "https://collector.example.org",
        "http://[::1]/"
      })
  void aUrl(String text) {
    assertThat(ValueType.URL.parser().apply(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1:4318",
        "collector",
        "grpc://collector:4317",
        "http:///v1/traces",
        "http://user:password@collector/",
        "http://collector/?key=secret",
        "http://collector/#traces",
        "http://a b/"
      })
  void whatIsNoUrl(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ValueType.URL.parser().apply(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "0.01, 0.01", "1.0, 1", "0.000000001, 0.000000001"})
  void aFraction(String text, double fraction) {
    assertThat(ValueType.FRACTION.parser().apply(text)).isEqualTo(fraction);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-0.1", "1.1", "2", "1%", ".5", "1e-3", "NaN", "0,1"})
  void whatIsNoFraction(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ValueType.FRACTION.parser().apply(text));
  }
}
