package dev.vitrine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The texts of the console, as they stand in the sources. */
@NullMarked
class TextsTest {
  private static final Path SOURCES = Path.of("src/main/web");
  private static final Pattern TEXT = Pattern.compile("(?m)^  '([^']+)': (.+),$");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\w+}");

  /** The codes that say why a delivery failed. */
  private static final Path FAILURES =
      Path.of("../core/src/main/java/dev/vitrine/webhook/Failure.java");

  private static final Pattern FAILURE = Pattern.compile("(?m)^  ([A-Z_]+)\\(\"");

  private static final Path OPERATIONS =
      Path.of("../core/src/main/java/dev/vitrine/operation/Operation.java");

  private static final Pattern OPERATION = Pattern.compile("(?m)^  ([A-Z][A-Z0-9_]+)\\(");

  /** A text by its key, and one by a word of the API. */
  private static final Pattern USE = Pattern.compile("\\bt\\('([^']+)'");

  private static final Pattern GROUP = Pattern.compile("\\bword\\('([^']+)'");

  private static final Map<String, String> ENGLISH = texts("en.js");
  private static final Map<String, String> CHINESE = texts("zh.js");

  @Test
  void bothLanguagesHaveTheSameKeysInTheSameOrder() {
    assertThat(CHINESE.keySet()).containsExactlyElementsOf(ENGLISH.keySet());
  }

  @Test
  void bothLanguagesSayTheSameValues() {
    ENGLISH.forEach(
        (key, text) ->
            assertThat(placeholders(CHINESE.getOrDefault(key, "")))
                .as(key)
                .isEqualTo(placeholders(text)));
  }

  @Test
  void everyTextIsUsedAndEveryUsedTextIsThere() {
    String code = code();
    Set<String> used = found(USE, code);
    Set<String> groups = found(GROUP, code);
    // status(group, value) has a group of its own for each kind of thing.
    Set<String> statuses =
        Stream.of("image", "member", "job", "key", "webhook", "delivery")
            .map("status."::concat)
            .collect(Collectors.toSet());

    assertThat(ENGLISH.keySet()).containsAll(used);
    assertThat(ENGLISH.keySet())
        .allMatch(
            key ->
                used.contains(key)
                    || Stream.concat(groups.stream(), statuses.stream())
                        .anyMatch(group -> key.startsWith(group + ".")));
  }

  /** So that a reader of Chinese does not read the server's English. */
  @Test
  void eachReasonWhyADeliveryFailsHasWords() {
    assertThat(ENGLISH.keySet().stream().filter(key -> key.startsWith("failure.")))
        .containsExactlyInAnyOrderElementsOf(
            found(FAILURE, read(FAILURES)).stream()
                .map(code -> "failure." + code.toLowerCase(Locale.ROOT))
                .toList());
  }

  /** Refusals and explanations name any of them. */
  @Test
  void eachOperationHasWords() {
    assertThat(ENGLISH.keySet().stream().filter(key -> key.startsWith("operation.")))
        .containsExactlyInAnyOrderElementsOf(
            found(OPERATION, read(OPERATIONS)).stream().map("operation."::concat).toList());
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    assertThat(code()).doesNotContain("http://", "https://");
  }

  private static Set<String> placeholders(String text) {
    return found(PLACEHOLDER, text);
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(found.groupCount()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, String> texts(String file) {
    Map<String, String> texts = new LinkedHashMap<>();
    List<MatchResult> lines =
        TEXT.matcher(read(SOURCES.resolve("text").resolve(file))).results().toList();
    lines.forEach(
        line -> assertThat(texts.put(line.group(1), line.group(2))).as(line.group(1)).isNull());
    assertThat(texts).hasSizeGreaterThan(200);
    return texts;
  }

  /** All scripts but the texts. */
  private static String code() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".js"))
          .filter(file -> !file.toString().matches(".*/text/(en|zh)\\.js"))
          .map(TextsTest::read)
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
