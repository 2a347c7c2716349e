package dev.vitrine.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That JSON is read and written as Jackson's mapper does. */
class JsonTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"\\u0000é\uD83D\uDE00\"",
        "null",
        "true",
        "[1, -1, 2147483648, 9223372036854775808, 1.5, 1e400, 0.1]",
        "{\"a\": {\"b\": [false, null, [], {}]}, \"a b\": \"\"}",
        "{\"a\": 1, \"a\": 2}"
      })
  void aTextIsReadAndWrittenAsTheMapperDoes(String text) throws IOException {
    assertThat(Json.read(text)).isEqualTo(MAPPER.readTree(text));
    assertThat(Json.write(Json.read(text)))
        .isEqualTo(MAPPER.writeValueAsString(MAPPER.readTree(text)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1", "{} {}", "<html>", "{\"a\"}", "[1,]", "tru", "\"a"})
  void whatIsNotJsonIsRefused(String text) {
    assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> Json.read(text));
  }

  @Test
  void anEmptyTextIsAMissingNode() {
    assertThat(Json.read("").isMissingNode()).isTrue();
  }

  private record Point(int x, double y) {}

  @Test
  void valuesOfJavaAreWritten() {
    assertThat(Json.write(List.of("a", 1, 2L, true, Map.of("b", new Point(1, 0.5)))))
        .isEqualTo("[\"a\",1,2,true,{\"b\":{\"x\":1,\"y\":0.5}}]");
  }
}
