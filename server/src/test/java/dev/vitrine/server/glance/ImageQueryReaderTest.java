package dev.vitrine.server.glance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.vitrine.image.ImageQuery;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.RequestHead;
import dev.vitrine.sharing.NativeApi;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The values after {@code in:} (OpenStack API guideline on filters), and the order and the size of
 * a page as Glance reads them.
 */
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

  private static ImageQuery read(String query) {
    return new ImageQueryReader(RequestHead.query(query).query(), NativeApi.GLANCE).read();
  }

  /** The keys and directions, or the message of the refusal. */
  private static String sort(String query) {
    try {
      return read(query).sort().stream()
          .map(key -> key.attribute() + (key.descending() ? " desc" : " asc"))
          .collect(Collectors.joining(", "));
    } catch (Refused e) {
      return ((Refusal.Invalid) e.refusal()).message().split("\\. It must", 2)[0];
    }
  }

  /** Glance: the classic syntax, and that of all OpenStack APIs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | CREATED_AT desc",
        // One direction is that of all keys; several belong to the keys, one each.
        "sort_key=name | NAME desc",
        "sort_dir=asc | CREATED_AT asc",
        "sort_key=name&sort_dir=asc | NAME asc",
        "sort_key=name&sort_key=size | NAME desc, SIZE desc",
        "sort_key=name&sort_key=size&sort_dir=asc | NAME asc, SIZE asc",
        "sort_key=name&sort_dir=asc&sort_key=size&sort_dir=desc | NAME asc, SIZE desc",
        "sort_dir=desc&sort_dir=asc&sort_key=size&sort_key=name | SIZE desc, NAME asc",
        "sort_key=name&sort_dir=asc&sort_dir=asc "
            + "| Number of sort dirs does not match the number of sort keys",
        "sort_dir=asc&sort_dir=desc | Number of sort dirs does not match the number of sort keys",
        "sort_key=a | Invalid sort key: a",
        "sort_key= | Invalid sort key:",
        "sort_key=NAME | Invalid sort key: NAME",
        "sort_key=name,size | Invalid sort key: name,size",
        "sort_key=name&sort_dir=up | Invalid sort direction: up",
        "sort_key=name&sort_dir= | Invalid sort direction:",
        "sort_key=name&sort_dir=ASC | Invalid sort direction: ASC",
        // The new syntax: each key with its own direction, or none.
        "sort=name | NAME desc",
        "sort=name:asc | NAME asc",
        "sort=name:desc | NAME desc",
        "sort=name: | NAME desc",
        "sort=name:asc,size:desc | NAME asc, SIZE desc",
        "sort=name,size:asc,id | NAME desc, SIZE asc, ID desc",
        "sort=name%3Aasc%2Csize | NAME asc, SIZE desc",
        "sort=name:asc,+size:asc | NAME asc, SIZE asc",
        "sort=size&sort=name | NAME desc",
        "sort= | Invalid sort key:",
        "sort=, | Invalid sort key:",
        "sort=name, | Invalid sort key:",
        "sort=:asc | Invalid sort key:",
        "sort=a:asc | Invalid sort key: a",
        "sort=name:up | Invalid sort direction: up",
        "sort=name:asc:x | Invalid sort direction: asc:x",
        // Blanks around a key or a direction, in both.
        "sort_key=+name&sort_dir=asc+ | NAME asc",
        "sort_key=%09name%0A&sort_dir=%20asc | NAME asc",
        "sort_key=na+me | Invalid sort key: na me",
        "sort_key=+ | Invalid sort key:",
        "sort_key=+a+ | Invalid sort key: a",
        "sort_key=name&sort_dir=+ | Invalid sort direction:",
        "sort=name+:+asc | NAME asc",
        "sort=+name+:asc+,+size+ | NAME asc, SIZE desc",
        "sort=name:+ | NAME desc",
        "sort=name:+,size | Invalid sort direction:",
        "sort=name:a+sc | Invalid sort direction: a sc",
        // Not both.
        "sort=name&sort_key=id | Old and new sorting syntax cannot be combined",
        "sort=name&sort_dir=asc | Old and new sorting syntax cannot be combined",
        // The first mention of a key counts.
        "sort=name:asc,size,name:desc | NAME asc, SIZE desc",
        "sort_key=name&sort_key=name&sort_dir=asc&sort_dir=desc | NAME asc"
      })
  void anOrder(String query, String expected) {
    assertThat(sort(query).strip()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "status",
        "container_format",
        "disk_format",
        "size",
        "id",
        "created_at",
        "updated_at"
      })
  void eachKeyIsAnAttribute(String key) {
    assertThat(sort("sort=" + key + ":asc")).isEqualTo(key.toUpperCase(Locale.ROOT) + " asc");
    assertThat(sort("sort_key=" + key)).isEqualTo(key.toUpperCase(Locale.ROOT) + " desc");
  }

  /** A number of any size, as Python reads one in ASCII digits; -1 stands for a refusal. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 25",
        "limit=0 | 0",
        "limit=1 | 1",
        "limit=0010 | 10",
        "limit=+10+ | 10",
        "limit=%2B10 | 10",
        "limit=%09%2B10%0A | 10",
        "limit=-0 | 0",
        "limit=5&limit=6 | 6",
        "limit=1000 | 1000",
        "limit=1001 | 1000",
        "limit=99999999999999999999999 | 1000",
        "limit=-1 | -1",
        "limit= | -1",
        "limit=x | -1",
        "limit=1.0 | -1",
        "limit=1e2 | -1",
        "limit=0x10 | -1",
        "limit=1_0 | -1",
        "limit=%2B | -1",
        "limit=%2B%2B1 | -1",
        "limit=%2B-1 | -1",
        "limit=-%201 | -1",
        "limit=%D9%A3 | -1",
        "limit=%EF%BC%91 | -1"
      })
  void aLimit(String query, int expected) {
    int limit;
    try {
      limit = read(query).limit();
    } catch (Refused e) {
      assertThat(e.refusal()).isInstanceOf(Refusal.Invalid.class);
      limit = -1;
    }
    assertThat(limit).isEqualTo(expected);
  }

  /** Glance's {@code size_min} is a number as {@code limit} is; {@code size} matches no other. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "size_min=10 | NumberIs[attribute=SIZE, comparison=GTE, value=10]",
        "size_max=%2B10 | NumberIs[attribute=SIZE, comparison=LTE, value=10]",
        "size_min=-10 | NumberIs[attribute=SIZE, comparison=GTE, value=-10]",
        "size_min=+10 | NumberIs[attribute=SIZE, comparison=GTE, value=10]",
        "size_max=99999999999999999999 "
            + "| NumberIs[attribute=SIZE, comparison=LTE, value=9223372036854775807]",
        "size_min=%EF%BC%91 | Unable to filter on a range with a non-numeric value.",
        "size_min= | Unable to filter on a range with a non-numeric value.",
        "size=10 | NumberIs[attribute=SIZE, comparison=EQ, value=10]",
        "min_ram=%2B10 | NumberIs[attribute=MIN_RAM, comparison=EQ, value=10]",
        "size=%EF%BC%91 | Nothing[]",
        "size=ten | Nothing[]"
      })
  void aNumberInAFilter(String query, String expected) {
    String found;
    try {
      found = read(query).filters().getFirst().toString();
    } catch (Refused e) {
      found = ((Refusal.Invalid) e.refusal()).message();
    }
    assertThat(found).isEqualTo(expected);
  }
}
