package dev.vitrine.server.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.json.Json;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations of a JSON patch (RFC 6902) on one attribute, named by a JSON pointer (RFC 6901). */
@NullMarked
class PatchOperationTest {
  private static JsonNode json(String text) throws JsonProcessingException {
    return Json.read(Buffer.buffer(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        // RFC 6901, 5: its examples of one segment.
        "/foo|foo",
        "/|``",
        "/a~1b|a/b",
        "/c%d|c%d",
        "/e^f|e^f",
        "/i\\j|i\\j",
        "/k\"l|k\"l",
        "/ |` `",
        "/m~0n|m~n",
        // RFC 6901, 4: ~01 is ~1, not a slash.
        "/~01|~1",
        "/~10|/0",
        "/~0~1~0|~/~",
        "/名|名"
      })
  void aPointerNamesAnAttribute(String pointer, String name) {
    assertThat(PatchOperation.attribute(TextNode.valueOf(pointer))).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "foo", "#/foo", "/foo/0", "//", "/foo/", "/~", "/~2", "/a~", "/~~0"})
  void whatNamesNone(String pointer) {
    Refused refused =
        catchThrowableOfType(
            Refused.class, () -> PatchOperation.attribute(TextNode.valueOf(pointer)));

    assertThat(refused.refusal()).isInstanceOf(Refusal.Invalid.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        "{\"op\": \"add\", \"path\": \"/n\", \"value\": \"x\"} | add | \"x\"",
        "{\"op\": \"replace\", \"path\": \"/n\", \"value\": 1} | replace | 1",
        "{\"op\": \"replace\", \"path\": \"/n\", \"value\": null} | replace | null",
        "{\"op\": \"remove\", \"path\": \"/n\"} | remove | -",
        // RFC 6902, 4: members that an operation does not define are ignored.
        "{\"op\": \"remove\", \"path\": \"/n\", \"value\": 1} | remove | -",
        "{\"value\": 1, \"path\": \"/n\", \"xyz\": 2, \"op\": \"add\"} | add | 1"
      })
  void anOperation(String text, String verb, @Nullable String value) throws Exception {
    assertThat(PatchOperation.read(json(text)))
        .isEqualTo(new PatchOperation(verb, "n", value == null ? null : json(value)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"add\"",
        "{\"path\": \"/n\", \"value\": 1}",
        "{\"op\": 1, \"path\": \"/n\", \"value\": 1}",
        "{\"op\": \"Add\", \"path\": \"/n\", \"value\": 1}",
        "{\"op\": \"test\", \"path\": \"/n\", \"value\": 1}",
        "{\"op\": \"move\", \"path\": \"/n\", \"from\": \"/m\"}",
        "{\"op\": \"add\", \"value\": 1}",
        "{\"op\": \"add\", \"path\": null, \"value\": 1}",
        "{\"op\": \"add\", \"path\": [\"n\"], \"value\": 1}",
        "{\"op\": \"add\", \"path\": \"/n\"}"
      })
  void whatIsNone(String text) throws Exception {
    JsonNode operation = json(text);
    Refused refused = catchThrowableOfType(Refused.class, () -> PatchOperation.read(operation));

    assertThat(refused.refusal()).isInstanceOf(Refusal.Invalid.class);
  }
}
