package dev.vitrine.server.glance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values after {@code in:} (OpenStack API guideline on filters). */
@NullMarked
class ImageQueryReaderTest {
  private static Stream<Arguments> lists() {
    return Stream.of(
        arguments("a", List.of("a")),
        arguments("a,b", List.of("a", "b")),
        arguments(" a , b ", List.of(" a ", " b ")),
        // The guideline: a value with a comma is quoted; a backslash escapes a quote.
        arguments("\"a,b\"", List.of("a,b")),
        arguments("\"a,b\",c", List.of("a,b", "c")),
        arguments("c,\"a,b\"", List.of("c", "a,b")),
        arguments("\"a\\\"b\"", List.of("a\"b")),
        arguments("\"a\\\\b\"", List.of("a\\b")),
        arguments("\"\"", List.of("")),
        arguments("", List.of()),
        arguments("a,", List.of("a")),
        arguments(",a", List.of("", "a")),
        arguments("a,,b", List.of("a", "", "b")));
  }

  @ParameterizedTest
  @MethodSource("lists")
  void aList(String text, List<String> values) {
    assertThat(ImageQueryReader.list(text)).isEqualTo(values);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "\"a", "\"a,b", "\"a\"b", "\"a\"b,c", "a\"b\"", "\"a\\\""})
  void whatIsQuotedWrongly(String text) {
    Refused refused = catchThrowableOfType(Refused.class, () -> ImageQueryReader.list(text));

    assertThat(refused.refusal()).isInstanceOf(Refusal.Invalid.class);
  }
}
