package dev.vitrine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What the build made of the console. */
@NullMarked
class BundleTest {
  private static final Path MADE = Path.of("target/classes/dev/vitrine/console");

  /** Bytes that a first visit loads at most. */
  private static final long MOST = 200 << 10;

  @Test
  void aFirstVisitLoadsLittle() throws IOException {
    long bytes = Files.size(MADE.resolve("index.html"));
    for (String asset : assets()) {
      bytes += Files.size(MADE.resolve(asset + ".gz"));
    }

    assertThat(bytes).isLessThan(MOST);
  }

  @Test
  void thePageNamesEveryAssetByItsContent() throws IOException {
    String page = Files.readString(MADE.resolve("index.html"));

    assertThat(assets())
        .hasSize(3)
        .allMatch(asset -> asset.matches("\\w+-[0-9a-f]{12}\\.(js|css|svg)"))
        .allMatch(asset -> page.contains("\"/vitrine/console/" + asset + "\""));
  }

  @Test
  void nothingInThePageIsInline() throws IOException {
    assertThat(Files.readString(MADE.resolve("index.html")))
        .doesNotContain("<style", "style=", "onload=", "javascript:")
        .containsOnlyOnce("<script type=\"module\" src=");
  }

  private static List<String> assets() throws IOException {
    return Files.readAllLines(MADE.resolve("assets.txt"));
  }
}
