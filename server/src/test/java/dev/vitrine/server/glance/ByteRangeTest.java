package dev.vitrine.server.glance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.refusal.Refused;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, 14, as webob reads it for Glance. The image has 10,000 bytes. */
@NullMarked
class ByteRangeTest {
  private static final long SIZE = 10_000;

  /** First byte and length; or the name of the refusal. */
  private static String asked(
      @Nullable String range, @Nullable String ifRange, @Nullable String contentRange, long size) {
    try {
      ByteRange asked = ByteRange.asked(range, ifRange, contentRange, size);
      return "%d %d %s".formatted(asked.first(), asked.length(), asked.isPart() ? "part" : "whole");
    } catch (Refused e) {
      return e.refusal().getClass().getSimpleName();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // RFC 9110, 14.1.2: its examples.
        "bytes=0-499 | 0 500 part",
        "bytes=500-999 | 500 500 part",
        "bytes=-500 | 9500 500 part",
        "bytes=9500- | 9500 500 part",
        "bytes= 0-499 | 0 500 part",
        "bytes=0-0,-1 | Invalid",
        "bytes=0-999, 4500-5499, -1000 | Invalid",
        // Units are case-insensitive; empty elements of a list do not count (5.6.1).
        "BYTES=0-0 | 0 1 part",
        "bytes =0-0 | 0 1 part",
        "bytes=,0-0, | 0 1 part",
        "bytes=0 - 0 | 0 1 part",
        // The last byte is at most that of the image; so is the length of a suffix.
        "bytes=0- | 0 10000 part",
        "bytes=9999- | 9999 1 part",
        "bytes=0-9999 | 0 10000 part",
        "bytes=0-10000 | 0 10000 part",
        "bytes=-10000 | 0 10000 part",
        "bytes=-10001 | 0 10000 part",
        "bytes=0-99999999999999999999999 | 0 10000 part",
        "bytes=-99999999999999999999999 | 0 10000 part",
        "bytes=0000000000000000000000000001-1 | 1 1 part",
        // As in Glance, the whole image.
        "bytes=-0 | 0 10000 part",
        // 15.5.17: outside of the image, or no range.
        "bytes=10000- | RangeNotSatisfiable",
        "bytes=99999999999999999999999- | RangeNotSatisfiable",
        "bytes=2-1 | RangeNotSatisfiable",
        "bytes=- | RangeNotSatisfiable",
        "bytes= | RangeNotSatisfiable",
        "bytes=1 | RangeNotSatisfiable",
        "bytes=a-b | RangeNotSatisfiable",
        "bytes=+1-2 | RangeNotSatisfiable",
        "bytes=1--2 | RangeNotSatisfiable",
        "bytes 0-1 | RangeNotSatisfiable",
        "items=0-1 | RangeNotSatisfiable",
        "0-1 | RangeNotSatisfiable"
      })
  void aRange(String range, String expected) {
    assertThat(asked(range, null, null, SIZE)).isEqualTo(expected);
    assertThat(asked(range, "\"etag\"", null, SIZE))
        .as("If-Range never matches (13.1.5)")
        .isEqualTo("0 10000 whole");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // RFC 9110, 14.4: its examples, in requests as older Glance clients send them.
        "bytes 42-1233/10000 | 42 1192 part",
        "bytes 42-1233/* | 42 1192 part",
        "bytes 0-9999/10000 | 0 10000 part",
        "BYTES 0-0/* | 0 1 part",
        "bytes 0-10000/* | RangeNotSatisfiable",
        "bytes 0-10000/10001 | RangeNotSatisfiable",
        "bytes 2-1/* | RangeNotSatisfiable",
        "bytes 0-99999999999999999999999/* | RangeNotSatisfiable",
        "bytes */10000 | RangeNotSatisfiable",
        "bytes 0-/10000 | RangeNotSatisfiable",
        "bytes 0-1 | RangeNotSatisfiable",
        "bytes=0-1/2 | RangeNotSatisfiable"
      })
  void aContentRange(String contentRange, String expected) {
    assertThat(asked(null, null, contentRange, SIZE)).isEqualTo(expected);
    assertThat(asked("bytes=1-2", null, contentRange, SIZE))
        .as("Range comes first")
        .isEqualTo("1 2 part");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"bytes=0-", "bytes=-1", "bytes=-0"})
  void anEmptyImageHasNoRange(String range) {
    assertThat(asked(range, null, null, 0)).isEqualTo("RangeNotSatisfiable");
    assertThat(asked(null, null, null, 0)).isEqualTo("0 0 whole");
  }

  @ParameterizedTest
  @CsvSource({"bytes=0-499, bytes 0-499/10000", "bytes=-1, bytes 9999-9999/10000"})
  void theAnswerNamesIt(String range, String expected) {
    assertThat(ByteRange.asked(range, null, null, SIZE).contentRange()).isEqualTo(expected);
  }
}
