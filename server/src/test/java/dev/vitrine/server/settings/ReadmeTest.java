package dev.vitrine.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables of settings in the READMEs are those of {@link Setting}. */
@NullMarked
class ReadmeTest {
  private static final String BEGIN = "<!-- settings -->\n";
  private static final String END = "<!-- /settings -->\n";

  enum Language {
    ENGLISH("README.md", "| setting | default | description |", Words::english),
    CHINESE("README.zh-CN.md", "| 设置 | 默认值 | 含义 |", Words::chinese);

    final Path readme;
    final String head;
    final Function<Words, String> words;

    Language(String readme, String head, Function<Words, String> words) {
      this.readme = Path.of("..", readme);
      this.head = head;
      this.words = words;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theTableIsGenerated(Language language) throws IOException {
    String text = Files.readString(language.readme);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END, begin);
    if (Boolean.getBoolean("vitrine.docs.write")) {
      Files.writeString(
          language.readme, text.substring(0, begin) + table(language) + text.substring(end));
      return;
    }

    assertThat(text.substring(begin, end))
        .as(
            "mvn -pl server -am test -Dtest=ReadmeTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dvitrine.docs.write=true regenerates the table")
        .isEqualTo(table(language));
  }

  private static String table(Language language) {
    return Setting.GROUPS.stream()
        .map(group -> rows(group, language))
        .collect(Collectors.joining("", "\n" + language.head + "\n|---|---|---|\n", "\n"));
  }

  private static String rows(SettingGroup group, Language language) {
    return group.settings().stream()
        .map(setting -> row(setting, language))
        .collect(
            Collectors.joining(
                "", "| **" + language.words.apply(group.title()) + "** | | |\n", ""));
  }

  private static String row(Setting<?> setting, Language language) {
    Words otherwise = setting.otherwise().words();
    return "| `%s` |%s | %s |\n"
        .formatted(
            setting.name(),
            otherwise == null ? "" : " " + language.words.apply(otherwise),
            language.words.apply(setting.about()));
  }
}
