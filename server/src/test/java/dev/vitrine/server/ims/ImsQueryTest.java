package dev.vitrine.server.ims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.RequestHead;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers and flags in the queries of IMS (docs/grammars.md; contract/ims.md 1.13). */
@NullMarked
class ImsQueryTest {

  /** The value, or the refusal. */
  private static String read(String query, Function<ImsQuery, @Nullable Object> read) {
    try {
      return String.valueOf(read.apply(new ImsQuery(RequestHead.query(query).query())));
    } catch (Refused e) {
      return e.refusal().toString();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 7",
        "other=3 | 7",
        "n=1 | 1",
        "n=500 | 500",
        "n=0500 | 500",
        "n=3&n=4 | 4",
        "n=x&n=4 | 4",
        // Beyond the range, or beyond all ranges.
        "n=0 | InvalidParameter[name=n]",
        "n=501 | InvalidParameter[name=n]",
        "n=-1 | InvalidParameter[name=n]",
        "n=2147483648 | InvalidParameter[name=n]",
        "n=99999999999999999999999 | InvalidParameter[name=n]",
        // No decimal number.
        "n | InvalidParameter[name=n]",
        "n= | InvalidParameter[name=n]",
        "n=x | InvalidParameter[name=n]",
        "n=1.0 | InvalidParameter[name=n]",
        "n=1e2 | InvalidParameter[name=n]",
        "n=0x10 | InvalidParameter[name=n]",
        "n=1_0 | InvalidParameter[name=n]",
        "n=%2B1 | InvalidParameter[name=n]",
        "n=+1 | InvalidParameter[name=n]",
        "n=1%20 | InvalidParameter[name=n]",
        "n=%EF%BC%91 | InvalidParameter[name=n]",
        "n=%D9%A1 | InvalidParameter[name=n]",
        "n=4&n=x | InvalidParameter[name=n]"
      })
  void aNumberFrom1To500(String query, String expected) {
    assertThat(read(query, parameters -> parameters.integer("n", 1, 500, 7))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | null",
        "other=true | null",
        "f=true | true",
        "f=false | false",
        "f=false&f=true | true",
        "f | InvalidParameter[name=f]",
        "f= | InvalidParameter[name=f]",
        "f=True | InvalidParameter[name=f]",
        "f=FALSE | InvalidParameter[name=f]",
        "f=1 | InvalidParameter[name=f]",
        "f=0 | InvalidParameter[name=f]",
        "f=no | InvalidParameter[name=f]",
        "f=true+ | InvalidParameter[name=f]",
        "f=true&f=x | InvalidParameter[name=f]"
      })
  void aFlag(String query, String expected) {
    assertThat(read(query, parameters -> parameters.flag("f"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"'' | null", "a=1 | 1", "a=1&a=2 | 2", "a=1&a | ''", "A=1 | null"})
  void theLastValueCounts(String query, String expected) {
    assertThat(read(query, parameters -> parameters.last("a"))).isEqualTo(expected);
  }
}
