package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries, lists in header lines, and the media type (docs/grammars.md). */
@NullMarked
class RequestTest {

  /** WHATWG URL, 5.1, and the cases of its test suite (urlencoded-parser). */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "''|{}",
        "test|{test=[]}",
        "test=|{test=[]}",
        "a=b|{a=[b]}",
        "a=b&c=d|{a=[b], c=[d]}",
        "a=b&a=c|{a=[b, c]}",
        "a&b&c|{a=[], b=[], c=[]}",
        "c=1&a=2&b=3|{c=[1], a=[2], b=[3]}",
        // Empty pairs do not count, an empty name does.
        "&|{}",
        "&&&a=b&&&&c=d&|{a=[b], c=[d]}",
        "=|{=[]}",
        "=b|{=[b]}",
        // The first equals sign ends the name; a semicolon and a question mark end nothing.
        "a=b=c|{a=[b=c]}",
        "a==|{a=[=]}",
        "a==b|{a=[=b]}",
        "a=b;c=d|{a=[b;c=d]}",
        "a?b=c?d|{a?b=[c?d]}",
        // A plus is a space, before escapes are decoded.
        "a+b=c+d|{a b=[c d]}",
        "a=+|{a=[ ]}",
        "a=%2B|{a=[+]}",
        "%61+%4d%4D=|{a MM=[]}",
        // Pairs are split before escapes are decoded, and escapes are decoded once.
        "a%3Db=c|{a=b=[c]}",
        "a=b%26c=d|{a=[b&c=d]}",
        "a=%2526|{a=[%26]}",
        "a=%25%32%36|{a=[%26]}",
        // UTF-8; a byte order mark is a character.
        "%C3%AF=%E2%98%83|{ï=[☃]}",
        "a=%F0%9F%98%80|{a=[😀]}",
        "%EF%BB%BFtest=%EF%BB%BF|{\uFEFFtest=[\uFEFF]}",
        "%EF%BF%BF=%EF%BF%BF|{\uFFFF=[\uFFFF]}"
      })
  void aQuery(String query, String expected) {
    assertThat(RequestHead.query(query).query().toString()).isEqualTo(expected);
  }

  /** An empty value is one value, not none. */
  @Test
  void aValueMayBeEmpty() {
    assertThat(RequestHead.query("a&a=&a=b").query()).isEqualTo(Map.of("a", List.of("", "", "b")));
    assertThat(RequestHead.query(null).query()).isEmpty();
  }

  /** What WHATWG's parser keeps as it is, or replaces. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "id=0&value=%",
        "b=%2sf%2a",
        "a=%4",
        "a=%GG",
        "%=a",
        "%zz",
        "a=%%41",
        "a=%+41",
        "a=%u2603",
        // No UTF-8.
        "%FE%FF",
        "a=%FF",
        "a=%C3",
        "a=%C3x",
        "a=%C0%AF",
        "a=%ED%A0%80",
        "a=%F4%90%80%80"
      })
  void aQueryThatIsNotWellEncoded(String query) {
    Refused refused = catchThrowableOfType(Refused.class, () -> RequestHead.query(query).query());

    assertThat(refused.refusal()).isInstanceOf(Refusal.Invalid.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "a=1 | 1",
        "a=1&a=2 | 2",
        "a=1&b=3&a=2&c=4 | 2",
        "a | ''",
        "a=1&a | ''",
        "b=1 | null",
        "A=1 | null",
        "'' | null"
      })
  void theLastValueOfANameCounts(String query, @Nullable String expected) {
    assertThat(RequestHead.query(query).query("a")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "'' | null",
        "a=1 | null",
        "b=1&a=2 | null",
        "c=1 | c",
        "a=1&c=1&d=1 | c",
        "a=1&b=2&a=1 | a",
        "A=1 | A",
        "%61=1 | null"
      })
  void theFirstUnexpectedParameter(String query, @Nullable String expected) {
    assertThat(RequestHead.query(query).unexpectedParameter(Set.of("a", "b"))).isEqualTo(expected);
  }

  /** RFC 9110, 5.3: lines of one name are one list, in their order; names ignore case. */
  @Test
  void aListInSeveralLines() {
    Request request =
        RequestHead.headers(
            "Accept", "text/html", "Range", "bytes=0-1", "accept", "a/b, c/d", "ACCEPT", "");

    assertThat(request.list("Accept")).isEqualTo("text/html, a/b, c/d, ");
    assertThat(request.list("accept")).isEqualTo("text/html, a/b, c/d, ");
    assertThat(request.list("Range")).isEqualTo("bytes=0-1");
    assertThat(request.list("Content-Range")).isNull();
    assertThat(RequestHead.headers("Accept", "").list("Accept")).isEmpty();
  }

  /** RFC 9110, 8.3.1: its examples are one type. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html;charset=utf-8 | text/html",
        "Text/HTML;Charset=\"utf-8\" | text/html",
        "text/html; charset=\"utf-8\" | text/html",
        "text/html;charset=UTF-8 | text/html",
        "text/html ; a=\"b;c\" | text/html",
        "APPLICATION/JSON | application/json",
        "application/openstack-images-v2.1-json-patch | application/openstack-images-v2.1-json-patch",
        "; | ''",
        "'' | ''"
      })
  void aMediaType(String header, String expected) {
    assertThat(RequestHead.headers("Content-Type", header).mediaType()).isEqualTo(expected);
    assertThat(RequestHead.headers().mediaType()).isNull();
  }
}
