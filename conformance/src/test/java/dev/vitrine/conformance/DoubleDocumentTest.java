package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list of differences in {@code docs/double.md} is that of {@code docs/quirks.yaml}. */
class DoubleDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "double.md");
  private static final String BEGIN = "<!-- quirks -->\n";
  private static final String END = "<!-- /quirks -->\n";

  @Test
  void theListOfDifferencesIsGenerated() throws IOException {
    String text = Files.readString(DOCUMENT);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END, begin);
    if (Boolean.getBoolean("vitrine.docs.write")) {
      Files.writeString(DOCUMENT, text.substring(0, begin) + table() + text.substring(end));
      return;
    }

    assertThat(text.substring(begin, end))
        .as(
            "mvn -pl conformance -am test -Dtest=DoubleDocumentTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dvitrine.docs.write=true regenerates it")
        .isEqualTo(table());
  }

  private static String table() {
    return Quirk.all().stream()
        .map(
            quirk ->
                "| %s | %s | %s | %s |\n"
                    .formatted(
                        quirk.api(), quirk.name(), cell(quirk.glance()), cell(quirk.vitrine())))
        .collect(
            Collectors.joining("", "\n| API | name | there | here |\n|---|---|---|---|\n", "\n"));
  }

  private static String cell(String text) {
    return text.strip().replace("|", "\\|").replaceAll("\\s*\n\\s*", " ");
  }
}
