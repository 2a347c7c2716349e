package dev.vitrine.server.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.RequestHead;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Idempotency-Key}: 1 to 255 visible ASCII characters (docs/grammars.md). */
@NullMarked
class BatchMembersResourceTest {
  private static Stream<String> keys() {
    return Stream.of(
        "a",
        "!",
        "~",
        "8e03978e-40d5-43e8-bc93-6894a57f9324",
        // The IETF's draft has a quoted string: the quotes are part of the key.
        "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"",
        "a,b;c=d",
        "x".repeat(255),
        IntStream.rangeClosed('!', '~')
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString());
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKey(String key) {
    assertThat(BatchMembersResource.key(RequestHead.headers("idempotency-key", key)))
        .isEqualTo(key);
  }

  private static Stream<String> others() {
    return Stream.of(
        "",
        " ",
        "a b",
        "a\tb",
        " a",
        "a ",
        "a\n",
        "a\0",
        "\u007F",
        "\u0080",
        "ï",
        "☃",
        "１",
        "x".repeat(256));
  }

  @ParameterizedTest
  @MethodSource("others")
  void whatIsNoKey(String key) {
    Refused refused =
        catchThrowableOfType(
            Refused.class,
            () -> BatchMembersResource.key(RequestHead.headers("Idempotency-Key", key)));

    assertThat(refused.refusal()).isInstanceOf(Refusal.Invalid.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b", ""})
  void aSecondKeyIsRefused(String second) {
    Refused refused =
        catchThrowableOfType(
            Refused.class,
            () ->
                BatchMembersResource.key(
                    RequestHead.headers("Idempotency-Key", "a", "idempotency-key", second)));

    assertThat(refused.refusal())
        .isEqualTo(new Refusal.Invalid("Idempotency-Key is given more than once."));
  }

  @Test
  void aKeyIsOptional() {
    assertThat(BatchMembersResource.key(RequestHead.headers())).isNull();
  }
}
