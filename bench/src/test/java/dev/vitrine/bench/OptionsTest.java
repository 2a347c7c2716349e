package dev.vitrine.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class OptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --seconds 0               | --seconds takes a positive number, not 0
          --seconds -5              | --seconds takes a positive number, not -5
          --tries many              | --tries takes a positive number, not many
          --connections 16,x        | --connections takes a positive number, not x
          --seconds 99999999999     | --seconds takes a positive number, not 99999999999
          --seconds                 | --seconds takes a value
          --seconds --quick         | --seconds takes a value
          --fast 1                  | unknown option --fast
          --only requests,nothing   | unknown value nothing
          --work put,nothing        | unknown value nothing
          --against glance          | --against takes a URL such as http://127.0.0.1:5000/v3, not glance
          """)
  void whatCannotBeUsedIsRefused(String arguments, String message) {
    assertThatThrownBy(() -> Options.parse(List.of(arguments.split(" ")), Path.of("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void quickGivesWayToWhatIsSaid() {
    Options options =
        Options.parse(List.of("--seconds", "3", "--quick", "--tries", "2"), Path.of(""));

    assertThat(List.of(options.seconds(), options.tries(), options.warm()))
        .containsExactly(3, 2, 1);
  }
}
