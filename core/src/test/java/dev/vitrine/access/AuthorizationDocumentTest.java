package dev.vitrine.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The table of operations that people read is the one that decides. */
@NullMarked
class AuthorizationDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "authorization.md");
  private static final String BEGIN = "<!-- generated from Operation -->\n";

  @Test
  void theDocumentListsEveryOperation() throws IOException {
    String text = Files.readString(DOCUMENT);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    String written = text.substring(0, begin) + table();
    if (Boolean.getBoolean("vitrine.docs.write")) {
      Files.writeString(DOCUMENT, written);
    }

    assertThat(Files.readString(DOCUMENT))
        .as(
            "mvn -pl core test -Dtest=AuthorizationDocumentTest -Dvitrine.docs.write=true writes"
                + " docs/authorization.md anew")
        .isEqualTo(written);
  }

  @Test
  void theHeadNamesEveryOperatorAndKey() throws IOException {
    String text = Files.readString(DOCUMENT);
    String head = text.substring(0, text.indexOf(BEGIN));

    assertThat(Operator.values()).allSatisfy(o -> assertThat(head).contains("`" + o.word() + "`"));
    assertThat(Circumstances.KEYS.keySet())
        .allSatisfy(key -> assertThat(head).contains("`" + key + "`"));
  }

  private static String table() {
    return Stream.of(Operation.values())
        .map(AuthorizationDocumentTest::row)
        .collect(
            Collectors.joining(
                "",
                "\n| operation | route | actions, all needed | scopes |\n|---|---|---|---|\n",
                ""));
  }

  private static String names(Requirement needed) {
    return "`"
        + needed.action()
        + "`"
        + needed.aliases().stream()
            .map(alias -> " or `" + alias + "`")
            .collect(Collectors.joining());
  }

  private static String row(Operation operation) {
    String actions =
        operation.requirements().stream()
            .map(AuthorizationDocumentTest::names)
            .collect(Collectors.joining(", "));
    String scopes =
        operation.requirements().stream()
            .map(
                needed ->
                    needed.scopes().stream().map(Enum::name).collect(Collectors.joining(", ")))
            .distinct()
            .collect(Collectors.joining("; "))
            .toLowerCase(Locale.ROOT)
            .replace('_', ' ');
    String none = operation.isOpen() ? "none, and no token" : "none: any live token";
    return "| `%s` | `%s %s` | %s | %s |\n"
        .formatted(
            operation.name(),
            operation.method(),
            operation.path(),
            actions.isEmpty() ? none : actions,
            scopes);
  }
}
