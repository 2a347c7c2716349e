package dev.vitrine.server.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import dev.vitrine.server.openapi.OpenApi;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /openapi.json} and its page, with {@code console=off} too. */
class OpenApiResourceTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  @RegisterExtension
  static final TestServer WITHOUT_CONSOLE = new TestServer(List.of("--console=off"));

  @Test
  void everybodyGetsTheDocument() {
    Response answer = get("");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.json()).isEqualTo(OpenApi.document());
    assertThat(WITHOUT_CONSOLE.send("GET", "/openapi.json", null, null).body())
        .isEqualTo(answer.body());
  }

  @Test
  void headHasTheSameHeadersWithoutABody() {
    Response head = SERVER.send("HEAD", "/openapi.json", null, null);

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("Content-Length")).isEqualTo(get("").header("Content-Length"));
  }

  @Test
  void itIsSentCompressedAndNotTwice() {
    String etag = Objects.requireNonNull(get("").header("ETag"));

    assertThat(
            SERVER
                .send("HEAD", "/openapi.json", null, null, "Accept-Encoding: gzip\r\n")
                .header("Content-Encoding"))
        .isEqualTo("gzip");
    assertThat(get("If-None-Match: " + etag + "\r\n").status()).isEqualTo(304);
  }

  /** The tag is the same in each coding, so it must be weak (RFC 9110, 8.8.3.3). */
  @Test
  void itsTagIsOfNoCoding() {
    Response small = SERVER.send("HEAD", "/openapi.json", null, null, "Accept-Encoding: gzip\r\n");

    assertThat(small.header("ETag")).startsWith("W/\"").isEqualTo(get("").header("ETag"));
  }

  @ParameterizedTest
  @CsvSource({
    "*, 304",
    "'\"x\", W/\"%s\"', 304",
    "'\"%s\"', 304",
    "'\"x%s\"', 200",
    "'\"x\"', 200",
    "%s, 200",
  })
  void tagsAreComparedAsTheStandardSays(String known, int status) {
    String etag = Objects.requireNonNull(get("").header("ETag"));
    String digits = etag.substring(3, etag.length() - 1);

    assertThat(get("If-None-Match: " + known.formatted(digits) + "\r\n").status())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi.json/", "/image/openapi.json", "/openapi.yaml", "/openapi"})
  void pathsBesideItAreGlancesAsBefore(String path) {
    assertThat(SERVER.send("GET", path, null, null).status()).isEqualTo(300);
  }

  @Test
  void thePageGoesWithTheConsole() {
    Response page = SERVER.send("GET", "/vitrine/api", null, null);

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Security-Policy")).contains("script-src 'self'");
    assertThat(WITHOUT_CONSOLE.send("GET", "/vitrine/api", null, null).status()).isEqualTo(404);
  }

  private static Response get(String more) {
    return SERVER.send("GET", "/openapi.json", null, null, more);
  }
}
