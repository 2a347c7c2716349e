package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 3986, 2.1 to 2.5, and docs/grammars.md: what is no escape stays as it is. */
@NullMarked
class PercentEncodingTest {
  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      nullValues = "null",
      value = {
        "'',''",
        "plain,plain",
        "a%20b,a b",
        "a+b,a+b",
        "%2B,+",
        "%2F,/",
        "%2f,/",
        "a%2Fb%2Fc,a/b/c",
        "%2E%2E,..",
        "%25,%",
        // Decoded once, and no more.
        "%252F,%2F",
        "%25%32%46,%2F",
        "%E2%98%83,☃",
        "%e2%98%83,☃",
        "☃,☃",
        "%F0%9F%98%80,😀",
        "na%C3%AFve,naïve",
        "a%,a%",
        "a%4,a%4",
        "%4,%4",
        "%,%",
        "%%,%%",
        "%%41,%A",
        "%4%41,%4A",
        "%GG,%GG",
        "%4G,%4G",
        "%G4,%G4",
        "%+1,%+1",
        "% 1,% 1",
        "%２０,%２０",
        "%41,A",
        "x%41,xA",
        "%41x,Ax",
        // No UTF-8: alone, cut, too long, half a pair, beyond the last character.
        "%FF,null",
        "%80,null",
        "%E2%98,null",
        "%C3x,null",
        "%C0%AF,null",
        "%E0%80%AF,null",
        "%ED%A0%80,null",
        "%F4%90%80%80,null",
        "good%FFbad,null"
      })
  void aSegmentIsDecodedAsUtf8(String segment, @Nullable String decoded) {
    assertThat(PercentEncoding.decode(segment)).isEqualTo(decoded);
  }

  /** What may not be stored is refused by what reads it; it is not lost here. */
  @Test
  void nulIsDecoded() {
    assertThat(PercentEncoding.decode("a%00b")).isEqualTo("a\0b");
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "'',''",
        "AZaz09-_.~,AZaz09-_.~",
        "a b,a%20b",
        "a+b,a%2Bb",
        "a/b,a%2Fb",
        "%,%25",
        "%2F,%252F",
        "?#&=:@!$'()*;,%3F%23%26%3D%3A%40%21%24%27%28%29%2A%3B",
        "☃,%E2%98%83",
        "ï,%C3%AF",
        "😀,%F0%9F%98%80"
      })
  void everythingButUnreservedCharactersIsEncoded(String segment, String encoded) {
    assertThat(PercentEncoding.encode(segment)).isEqualTo(encoded);
  }

  @Test
  void whatIsEncodedIsDecodedToItself() {
    String all =
        IntStream.concat(IntStream.range(0, 0x300), IntStream.of(0xFFFD, 0x10000, 0x10FFFF))
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();

    assertThat(PercentEncoding.encode(all)).matches("([A-Za-z0-9._~-]|%[0-9A-F]{2})++");
    assertThat(PercentEncoding.decode(PercentEncoding.encode(all))).isEqualTo(all);
  }
}
