package dev.vitrine.server.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import io.vertx.core.buffer.Buffer;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.util.HexFormat;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is one JSON text (RFC 8259), in UTF-8, and in one reading (ruling 31). */
@NullMarked
class JsonTest {
  private static Buffer bytes(String text) {
    return Buffer.buffer(text.getBytes(UTF_8));
  }

  private static void assertNoJson(Buffer bytes) {
    assertThatThrownBy(() -> Json.read(bytes)).isInstanceOf(JsonProcessingException.class);
    assertThat(Json.isObject(bytes)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " \t\r\n{} \t\r\n",
        "[]",
        "null",
        "true",
        "0",
        "-0.5e-7",
        "\"\"",
        "{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}}",
        "{\"a\":1,\"A\":2,\"\":3}",
        "\"\\u0000\\\\ud800\"",
        "\"☃😀\""
      })
  void oneValueIsRead(String text) throws JsonProcessingException {
    assertThat(Json.read(bytes(text)).isMissingNode()).isFalse();
    assertThat(Json.isObject(bytes(text))).isEqualTo(text.strip().startsWith("{"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}}",
        "{} {}",
        "{},",
        "{}x",
        "1 2",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\"}",
        "{\"a\":}",
        "NaN",
        "Infinity",
        "01",
        "+1",
        ".5",
        "1.",
        "0x1",
        "tru",
        "True",
        "undefined",
        "\"",
        "\"a\nb\"",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12\"",
        "// c\n{}",
        "/* c */{}",
        "# c\n{}",
        "\u00a0{}",
        "\ufeff{}"
      })
  void anythingElseIsRefused(String text) {
    assertNoJson(bytes(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "22ff22",
        "2280",
        "22c3",
        "22c328 22",
        "22c0af22",
        "22e08080 22",
        "22eda08022",
        "22f490808022"
      })
  void bytesThatAreNoUtf8AreRefused(String hex) {
    assertNoJson(Buffer.buffer(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  /** The parser would recognize these by their first bytes. */
  @Test
  void otherEncodingsAreRefused() {
    for (Charset charset : new Charset[] {UTF_16LE, UTF_16BE, Charset.forName("UTF-32")}) {
      assertNoJson(Buffer.buffer("{\"a\":1}".getBytes(charset)));
    }
    assertNoJson(Buffer.buffer("\"é\"".getBytes(ISO_8859_1)));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{\"a\":1,\"a\":1}`, $.a",
        "`{\"a\":1,\"b\":2,\"a\":null}`, $.a",
        "`{\"a\":1,\"\\u0061\":2}`, $.a",
        "`{\"a\":{\"b\":1,\"b\":2}}`, $.a.b",
        "`{\"a\":[0,{\"b\":1,\"b\":2}]}`, $.a[1].b",
        "`[[{\"b\":1,\"b\":2}]]`, $[0][0].b"
      })
  void aKeyThatIsThereTwiceIsNamed(String text, String path) {
    assertThatThrownBy(() -> Json.read(bytes(text)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.refusal())
                    .isEqualTo(
                        new Refusal.Invalid(
                            "The key %s is there more than once.".formatted(path))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\ud800\"",
        "\"\\uDFFF\"",
        "\"a\\uD83Db\"",
        "\"\\ude00\\ud83d\"",
        "{\"a\":[1,{\"b\":\"\\ud800\"}]}",
        "{\"\\ud800\":1}",
        "{\"a\":{\"\\udc00\":1}}",
        "[[\"\\ud83d\"]]"
      })
  void halfASurrogatePairIsRefused(String text) {
    assertNoJson(bytes(text));
  }

  @Test
  void aWholeSurrogatePairIsACharacter() throws JsonProcessingException {
    assertThat(Json.read(bytes("\"\\uD83D\\uDE00\"")).textValue()).isEqualTo("😀");
    assertThat(Json.read(bytes("{\"\\ud83d\\ude00\":1}")).has("😀")).isTrue();
    assertThat(Json.read(bytes("\"\\\\ud800\"")).textValue())
        .as("a backslash, and no escape")
        .isEqualTo("\\ud800");
  }

  @Test
  void integersOfAnySizeAreExact() throws JsonProcessingException {
    String digits = "9".repeat(40);

    assertThat(Json.read(bytes(digits)).bigIntegerValue()).isEqualTo(new BigInteger(digits));
    assertThat(Json.read(bytes("7")).canConvertToLong()).isTrue();
    assertThat(Json.read(bytes("7")).isIntegralNumber()).isTrue();
  }

  /** There is nothing in an empty body: what reads one decides what that means. */
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n"})
  void nothingIsNoObject(String text) throws JsonProcessingException {
    assertThat(Json.read(bytes(text)).isMissingNode()).isTrue();
    assertThat(Json.isObject(bytes(text))).isFalse();
  }

  @Test
  void whatIsNestedDeeplyIsRefusedAndNotFollowed() {
    String deep = "[".repeat(100_000);

    assertNoJson(bytes(deep));
    assertNoJson(bytes(deep + "]".repeat(100_000)));
    assertNoJson(bytes("{\"a\":".repeat(100_000)));
  }
}
