package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.history.AccessEvent;
import dev.vitrine.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets the console, and with which headers. */
class ConsoleTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String BROWSER =
      "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

  private static final Pattern SCRIPT = Pattern.compile("src=\"(/vitrine/console/main-[^\"]+)\"");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET  | /         | text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | page
          HEAD | /         | text/html                                      | page
          GET  | /         | TEXT/HTML ; q=0.001                            | page
          GET  | /         | application/json, text/html;q=0.1              | page
          GET  | /         |                                                | versions
          GET  | /         | */*                                            | versions
          GET  | /         | text/*                                         | versions
          GET  | /         | application/json                               | versions
          HEAD | /         | */*                                            | versions
          GET  | /         | text/html;q=0, */*                             | versions
          GET  | /         | text/html;q=2                                  | versions
          GET  | /         | text/htmlx                                     | versions
          GET  | /image/   | text/html                                      | api
          GET  | /image    | text/html                                      | api
          GET  | /versions | text/html                                      | api
          GET  | /nowhere  | text/html                                      | api
          """)
  void whoAsksForHtmlGetsThePage(String method, String path, String accept, String what) {
    Response answer = ask(method, path, accept == null ? "" : "Accept: " + accept + "\r\n");

    switch (what) {
      case "page" -> {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(headers(answer))
            .containsEntry("content-type", "text/html; charset=UTF-8")
            .containsEntry("vary", "Accept");
      }
      case "versions" -> {
        assertThat(answer.status()).isEqualTo(300);
        assertThat(headers(answer))
            .containsEntry("content-type", "application/json")
            .containsEntry("vary", "Accept");
      }
      default -> {
        assertThat(answer.status()).isIn(200, 300);
        assertThat(headers(answer))
            .containsEntry("content-type", "application/json")
            .doesNotContainKey("vary");
      }
    }
  }

  @Test
  void thePageAllowsNothingFromElsewhereAndNothingInline() {
    assertThat(headers(page()))
        .containsEntry(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src"
                + " 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("referrer-policy", "no-referrer")
        .containsEntry("cache-control", "no-cache");
  }

  /** Whoever may read a part of the history of an account has a way to it. */
  @Test
  void theConsoleOffersTheHistoryToItsReaders() throws IOException {
    String source = Files.readString(Path.of("../console/src/main/web/account-rights.js"));
    Matcher list = Pattern.compile("OF_HISTORY = \\[([^\\]]*)\\]").matcher(source);
    assertThat(list.find()).isTrue();

    assertThat(Pattern.compile("\\w+").matcher(list.group(1)).results().map(MatchResult::group))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(AccessEvent.Kind.values())
                .map(kind -> kind.reader().name())
                .collect(Collectors.toSet()));
  }

  @Test
  void whoHasThePageIsNotSentItAgain() {
    String etag = Objects.requireNonNull(page().header("ETag"));

    Response again = ask("GET", "/", "Accept: text/html\r\nIf-None-Match: " + etag + "\r\n");
    Response other = ask("GET", "/", "Accept: text/html\r\nIf-None-Match: \"other\"\r\n");

    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(headers(again)).containsEntry("etag", etag).containsEntry("vary", "Accept");
    assertThat(other.status()).isEqualTo(200);
  }

  @Test
  void assetsAreKeptForEverAndSentCompressed() {
    String script = script();

    Response plain = ask("GET", script, "");
    Response small = ask("GET", script, "Accept-Encoding: br, gzip;q=0.8\r\n");
    Response refused = ask("GET", script, "Accept-Encoding: gzip;q=0\r\n");

    assertThat(headers(plain))
        .containsEntry("content-type", "text/javascript; charset=UTF-8")
        .containsEntry("cache-control", "public, max-age=31536000, immutable")
        .containsEntry("vary", "Accept-Encoding")
        .containsEntry("x-content-type-options", "nosniff")
        .doesNotContainKey("content-encoding");
    assertThat(headers(small)).containsEntry("content-encoding", "gzip");
    assertThat(headers(refused)).doesNotContainKey("content-encoding");
    assertThat(length(small)).isLessThan(length(plain) / 2);
  }

  @ParameterizedTest
  @CsvSource({"''", "?v=2", "?v=2&v=3"})
  void aQueryOnAnAssetIsHarmlessAndHeadHasNoBody(String query) {
    String script = script() + query;

    Response get = ask("GET", script, "");
    Response head = ask("HEAD", script, "");

    assertThat(get.status()).isEqualTo(200);
    assertThat(get.body()).isEqualTo(ask("GET", script(), "").body());
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(headers(head)).containsAllEntriesOf(comparable(headers(get)));
  }

  private static Map<String, String> comparable(Map<String, String> headers) {
    Map<String, String> kept = new HashMap<>(headers);
    kept.keySet().retainAll(Set.of("content-type", "content-length", "cache-control", "vary"));
    assertThat(kept).hasSize(4);
    return kept;
  }

  @ParameterizedTest
  @CsvSource({
    "/vitrine/console/index.html",
    "/vitrine/console/assets.txt",
    "/vitrine/console/..%2Findex.html",
    "/vitrine/console/",
    "/vitrine/console"
  })
  void nothingElseIsServed(String path) {
    assertThat(ask("GET", path, "").status()).isEqualTo(404);
    assertThat(ask("HEAD", path, "").status()).isEqualTo(404);
  }

  @Test
  void theLoginPageKnowsTheDemoUsers() {
    assertThat(page().body()).contains("<meta name=\"vitrine-demo\" content=\"alice/alice\">");
  }

  private static String script() {
    Matcher script = SCRIPT.matcher(page().body());
    assertThat(script.find()).isTrue();
    return script.group(1);
  }

  private static Response page() {
    return ask("GET", "/", "Accept: " + BROWSER + "\r\n");
  }

  /** The headers by their names in lower case. */
  private static Map<String, String> headers(Response answer) {
    return answer.headers().map().entrySet().stream()
        .collect(
            Collectors.toMap(
                header -> header.getKey().toLowerCase(Locale.ROOT),
                header -> String.join(", ", header.getValue())));
  }

  private static int length(Response answer) {
    return Integer.parseInt(Objects.requireNonNull(answer.header("Content-Length")));
  }

  private static Response ask(String method, String path, String more) {
    return SERVER.exchange(
        "%s %s HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n"
            .formatted(method, path, SERVER.host(), more),
        new byte[0]);
  }
}
