package dev.vitrine.server.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.json.Json;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of attributes, by the image schema: which values are of which type. */
@NullMarked
class ImageAttributesTest {
  private static String name(@Nullable Refused refused) {
    return refused == null ? "taken" : refused.refusal().getClass().getSimpleName();
  }

  /** JSON Schema, 4.2.3 and 6.1.1: an integer is any number without a fraction. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "1, 1",
    "-1, -1",
    "1.0, 1",
    "1e2, 100",
    "1E+2, 100",
    "100e-2, 1",
    "2147483648, 2147483648",
    "9223372036854775807, 9223372036854775807"
  })
  void anInteger(String json, long expected) throws Exception {
    assertThat(ImageAttributes.number("min_disk", Json.read(Buffer.buffer(json))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "min_disk | 1.5",
        "min_disk | 1e-1",
        "min_disk | 9223372036854775808",
        "min_disk | 1e30",
        "min_disk | \"1\"",
        "min_disk | true",
        "min_disk | null",
        "min_ram | [1]",
        "protected | \"true\"",
        "protected | 1",
        "protected | null",
        "os_hidden | \"false\"",
        "name | 1",
        "visibility | \"Public\"",
        "visibility | null",
        "disk_format | \"QCOW2\"",
        "container_format | \"\"",
        "tags | \"a\"",
        "tags | [1]",
        "tags | null",
        "owner | 1",
        "kernel_id | \"x\"",
        "kernel_id | \"aaaaaaaa-0000-4000-8000-00000000000\"",
        "colour | 1",
        "colour | null",
        "colour | \"a\\u0000b\""
      })
  void whatIsOfAnotherType(String name, String json) throws Exception {
    JsonNode value = Json.read(Buffer.buffer(json));
    Refused refused = catchThrowableOfType(Refused.class, () -> ImageAttributes.set(name, value));

    assertThat(name(refused)).isEqualTo(Refusal.Invalid.class.getSimpleName());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "name | null",
        "name | \"\"",
        "owner | null",
        "protected | true",
        "os_hidden | false",
        "visibility | \"community\"",
        "disk_format | \"zvhd2\"",
        "disk_format | null",
        "container_format | \"bare\"",
        "tags | []",
        "tags | [\"a\", \"a\"]",
        "kernel_id | null",
        "kernel_id | \"AAAAAAAA-0000-4000-8000-000000000001\"",
        "colour | \"\""
      })
  void whatIsOfItsType(String name, String json) throws Exception {
    JsonNode value = Json.read(Buffer.buffer(json));

    assertThat(name(catchThrowableOfType(Refused.class, () -> ImageAttributes.set(name, value))))
        .isEqualTo("taken");
  }

  /** Lengths count characters, not UTF-16 code units. */
  @ParameterizedTest
  @CsvSource({"name", "colour-property", "tag"})
  void aNameHasAtMost255Characters(String kind) {
    for (int length : new int[] {255, 256}) {
      String text = "𝄞".repeat(length);
      Refused refused =
          catchThrowableOfType(
              Refused.class,
              () -> {
                JsonNode value = Json.read(Buffer.buffer("\"" + text + "\""));
                switch (kind) {
                  case "name" -> ImageAttributes.set("name", value);
                  case "tag" -> ImageAttributes.tag(text);
                  default -> ImageAttributes.set(text, value);
                }
              });

      assertThat(name(refused)).isEqualTo(length == 255 ? "taken" : "Invalid");
    }
  }
}
