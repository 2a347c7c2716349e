package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112, 7.1 and 7.1.1: a size that two programs read in two ways hides a request. */
@NullMarked
class ChunkSizeTest {
  private static long read(String line) {
    return read(Unpooled.copiedBuffer(line, StandardCharsets.ISO_8859_1), 0, line.length());
  }

  private static long read(ByteBuf in, int start, int end) {
    int reader = in.readerIndex();
    long size = ChunkSize.read(in, start, end);
    assertThat(in.readerIndex()).as("nothing is taken").isEqualTo(reader);
    return size;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "000, 0",
    "5, 5",
    "9, 9",
    "a, 10",
    "A, 10",
    "f, 15",
    "10, 16",
    "dEaD, 57005",
    "7fffffff, 2147483647",
    "7FFFFFFF, 2147483647",
    "000000000000000000000000000000000000005, 5",
    "80000000, -1",
    "ffffffff, -1",
    "100000000, -1",
    // These overflow 32 and 64 bits to something small.
    "100000005, -1",
    "10000000000000005, -1",
    "7fffffffffffffff, -1"
  })
  void digitsAreHexadecimalUpToTheLargestInteger(String line, long size) {
    assertThat(read(line)).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", " 5", "\t5", "+5", "-5", "-0", "0x5", "x", "g", "5g", "5 5", "5,", "5.", "5_0",
        ";a", "5\r", "5\n", "5\0", "5\u000b", "\u0665", "\u00b2", "5\u00a0", "5\u0085"
      })
  void anythingElseIsNoSize(String line) {
    assertThat(read(line)).isEqualTo(-1);
  }

  /** Blanks are the optional ones around {@code ;} and {@code =}, and at the end (as Netty's). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "5;a",
        "5;a=b",
        "5;a;b;c=d",
        "5 ;a",
        "5\t; \ta = b ; c",
        "5 ",
        "5\t ",
        "5;a ",
        "5;!#$%&'*+.^_`|~09AZaz-=x",
        "5;a=\"\"",
        "5;a=\"b c\"",
        "5;a=\"b;c\"",
        "5;a=\"b\\\"c\"",
        "5;a=\"\\\\\"",
        "5;a=\"\u00e9\"",
        "5;a=\"b\";c"
      })
  void extensionsAreIgnored(String line) {
    assertThat(read(line)).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5;",
        "5;;",
        "5;a;",
        "5;=b",
        "5;a=",
        "5;a==b",
        "5;a b",
        "5;a=b c",
        "5;a=\"",
        "5;a=\"b",
        "5;a=b\"",
        "5;a=\"b\"c",
        "5;a=\"\\\"",
        "5;a=\"b\"\"c\"",
        "5;a=\"\r\"",
        "5;a=\"\n\"",
        "5;a=\"\0\"",
        "5;a=\"\\\n\"",
        "5;a=\"\\\u0001\"",
        "5;a=\"\\\u007f\"",
        "5;a=\"\u007f\"",
        "5;a\r",
        "5;a\n",
        "5;\u00e9",
        "5;a=\u00e9",
        "5;a(b)",
        "5 a"
      })
  void malformedExtensionsMakeItNoSize(String line) {
    assertThat(read(line)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 60_000})
  void longExtensionsAreRead(int length) {
    assertThat(
            List.of(
                read("5;a=\"" + "x".repeat(length) + "\""),
                read("5;a=\"" + "\\x".repeat(length / 2) + "\""),
                read("5" + ";a".repeat(length / 2))))
        .containsOnly(5L);
  }

  @Test
  void onlyTheLineIsLookedAt() {
    ByteBuf in = Unpooled.copiedBuffer("ff5;a\r\nfff", StandardCharsets.ISO_8859_1);

    assertThat(read(in, 2, 5)).isEqualTo(5);
    assertThat(read(in, 2, 3)).isEqualTo(5);
    assertThat(read(in, 0, 3)).isEqualTo(0xff5);
    assertThat(read(in, 3, 3)).isEqualTo(-1);
  }
}
