package dev.vitrine.server.huawei;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.identity.UserId;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.RequestHead;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of lists, numbers, ids, texts and flags in the queries of IAM (docs/grammars.md). */
@NullMarked
class ParametersTest {

  /** The value; or, with an exclamation mark, the parameter that is refused. */
  private static String read(String query, Function<Request, @Nullable Object> read) {
    try {
      return String.valueOf(read.apply(RequestHead.query(query)));
    } catch (Refused e) {
      return "!" + ((Refusal.InvalidParameter) e.refusal()).name();
    }
  }

  /** IAM: 查询自定义策略列表: {@code page} from 1 on, {@code per_page} from 1 to 300, both or neither. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | Part[offset=0, limit=2147483647]",
        "page=1&per_page=10 | Part[offset=0, limit=10]",
        "page=2&per_page=10 | Part[offset=10, limit=10]",
        "per_page=300&page=4 | Part[offset=900, limit=300]",
        "page=2147483647&per_page=1 | Part[offset=2147483646, limit=1]",
        "page=7158278&per_page=300 | Part[offset=2147483100, limit=300]",
        "page=7158279&per_page=300 | !page",
        "page=2147483648&per_page=1 | !page",
        "page=1 | !per_page",
        "per_page=10 | !page",
        "page=0&per_page=10 | !page",
        "page=-1&per_page=10 | !page",
        "page=x&per_page=10 | !page",
        "page=&per_page=10 | !page",
        "page=1&per_page= | !per_page",
        "page=1&per_page=0 | !per_page",
        "page=1&per_page=301 | !per_page",
        "page=1&per_page=-10 | !per_page",
        "page=1&per_page=1e1 | !per_page",
        "page=1.0&per_page=10 | !page",
        "page=0&per_page=0 | !per_page"
      })
  void aPartOfAList(String query, String expected) {
    assertThat(read(query, request -> Parameters.part(request, 300))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "3 | 3",
        "7 | 7",
        "05 | 5",
        "2 | !n",
        "8 | !n",
        "-5 | !n",
        "+5 | !n",
        "５ | !n",
        "4294967301 | !n",
        "99999999999999999999999 | !n",
        "5.0 | !n",
        "0x5 | !n",
        "5_ | !n",
        "' 5' | !n",
        "five | !n",
        "'' | !n",
        "null | !n"
      })
  void aNumberFrom3To7(@Nullable String text, String expected) {
    assertThat(read("", request -> Parameters.number(text, 3, 7, Parameters.invalid("n"))))
        .isEqualTo(expected);
  }

  @Test
  void aNumberIsRefusedAsItsCallerWants() {
    Refused own = new Refusal.Busy().asException();

    assertThatThrownBy(() -> Parameters.number("8", 3, 7, own)).isSameAs(own);
    assertThatThrownBy(() -> Parameters.number("x", 3, 7, own)).isSameAs(own);
  }

  /** 1 to 64 visible ASCII characters. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | null",
        "other=a | null",
        "id=a | a",
        "id=a&id=b | b",
        "id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef "
            + "| 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0 | !id",
        "id= | !id",
        "id | !id",
        "id=a+b | !id",
        "id=a%00 | !id",
        "id=%E2%98%83 | !id"
      })
  void anId(String query, String expected) {
    assertThat(
            read(
                query,
                request -> {
                  UserId id = Parameters.id(request, "id", UserId::new);
                  return id == null ? null : id.value();
                }))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | null",
        "t=a+b | a b",
        "t=%E2%98%83 | ☃",
        "t= | ''",
        "t=a&t=b | b",
        "t=a%00b | !t",
        "t=%00 | !t"
      })
  void aText(String query, String expected) {
    assertThat(read(query, request -> Parameters.text(request, "t"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | default",
        "other=true | default",
        "f=true | true",
        "f=false | false",
        "f=true&f=false | false",
        "f= | !f",
        "f | !f",
        "f=True | !f",
        "f=1 | !f",
        "f=no | !f"
      })
  void aFlag(String query, String expected) {
    for (boolean otherwise : new boolean[] {true, false}) {
      assertThat(read(query, request -> Parameters.flag(request, "f", otherwise)))
          .isEqualTo(expected.equals("default") ? String.valueOf(otherwise) : expected);
    }
  }
}
