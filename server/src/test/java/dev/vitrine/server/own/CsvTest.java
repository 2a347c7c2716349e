package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
  private static String line(String value) {
    String csv =
        Csv.of(List.of(JsonNodeFactory.instance.objectNode().put("a", value).put("b", "end")));
    assertThat(csv).startsWith("a,b\r\n").endsWith(",end\r\n");
    return csv.substring("a,b\r\n".length(), csv.length() - ",end\r\n".length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=1+1",
        "+1",
        "-1",
        "@a",
        " =1+1",
        "\u00a0=1+1",
        "\ufeff=1+1",
        "\u3000=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠a"
      })
  void aFormulaBeginsWithAnApostrophe(String value) {
    assertThat(line(value)).isEqualTo("'" + value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\t=1", "\r=1", "\n=1", "\tplain", "\nplain"})
  void soDoesWhatBeginsWithAnotherCellOrLine(String value) {
    assertThat(line(value)).isEqualTo("\"'" + value + '"');
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b", "a;=1+1", "a\t=1+1", "a\r\nb", "a\nb"})
  void whatSeparatesIsQuoted(String value) {
    assertThat(line(value)).isEqualTo('"' + value + '"');
  }

  @Test
  void quotesAreDoubled() {
    assertThat(line("say \"a\"")).isEqualTo("\"say \"\"a\"\"\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a=b", "2026-11-30T00:00:00Z", "a-b", "镜像"})
  void allElseIsAsItIs(String value) {
    assertThat(line(value)).isEqualTo(value);
  }
}
