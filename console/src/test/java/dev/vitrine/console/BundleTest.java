package dev.vitrine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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
    for (String asset : assetsOf("index.html")) {
      bytes += Files.size(MADE.resolve(asset + ".gz"));
    }

    assertThat(bytes).isLessThan(MOST);
  }

  @Test
  void thePagesNameEveryAssetByItsContent() throws IOException {
    assertThat(assets()).allMatch(asset -> asset.matches("[\\w-]+-[0-9a-f]{12}\\.(js|css|svg)"));
    assertThat(assetsOf("index.html")).hasSize(3);
    assertThat(assetsOf("api.html")).hasSize(5);
    assertThat(Stream.of("index.html", "api.html").flatMap(page -> assetsOf(page).stream()))
        .containsOnlyOnceElementsOf(
            assets().stream().filter(asset -> !asset.startsWith("icon")).toList());
  }

  @Test
  void nothingInThePagesIsInline() throws IOException {
    for (String page : List.of("index.html", "api.html")) {
      assertThat(Files.readString(MADE.resolve(page)))
          .doesNotContain("<style", "style=", "onload=", "javascript:")
          .doesNotContainPattern("<script(?![^>]*src=)");
    }
  }

  private static List<String> assetsOf(String page) {
    try {
      String text = Files.readString(MADE.resolve(page));
      return assets().stream()
          .filter(asset -> text.contains("\"/vitrine/console/" + asset + "\""))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> assets() throws IOException {
    return Files.readAllLines(MADE.resolve("assets.txt"));
  }
}
