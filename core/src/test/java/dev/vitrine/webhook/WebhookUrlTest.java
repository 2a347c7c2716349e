package dev.vitrine.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which URLs a webhook may have, and how they are taken apart. */
class WebhookUrlTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          https://example.org, example.org, 443, /
          https://example.org/, example.org, 443, /
          https://example.org:8443/a/b?c=d&e, example.org, 8443, /a/b?c=d&e
          https://example.org?c, example.org, 443, /?c
          http://10.0.0.1/x, 10.0.0.1, 80, /x
          http://[2001:db8::1]:444/x, [2001:db8::1], 444, /x
          https://xn--bcher-kva.example/%20, xn--bcher-kva.example, 443, /%20
          """)
  void aUrlHasHostPortAndTarget(String text, String host, int port, String target) {
    WebhookUrl url = new WebhookUrl(text);

    assertThat(url.host()).isEqualTo(host);
    assertThat(url.port()).isEqualTo(port);
    assertThat(url.target()).isEqualTo(target);
    assertThat(url.isSecure()).isEqualTo(text.startsWith("https:"));
  }

  /** What programs read in different ways, or what could carry something hidden. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "//example.org",
        "ftp://example.org",
        "HTTPS://example.org",
        "https:example.org",
        "https:///path",
        "https://",
        "https://user@example.org",
        "https://user:secret@example.org",
        "https://example.org/#part",
        "https://example.org:0",
        "https://example.org:65536",
        "https://example.org:",
        "https://example.org:80a",
        "https://example.org/ space",
        "https://example.org/\nHost: other",
        "https://example.org\\@other.example",
        "https://exämple.org",
        "https://example。org",
        "https://exa%6dple.org",
        "https://2130706433",
        "https://0x7f000001",
        "https://0x7f.1",
        "https://127.1",
        "https://127.0.0.1.",
        "https://0177.0.0.1",
        "https://256.1.1.1",
        "https://[fe80::1%25eth0]",
        "http://[fe80::1%25eth0]",
        "https://[::1",
        "https://[2001:db8::1]/",
        "https://localhost./",
      })
  void othersAreRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WebhookUrl(text))
        .satisfies(refused -> assertThat(refused).message().startsWith("must "));
  }

  @Test
  void aLongOneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WebhookUrl("https://example.org/" + "x".repeat(2_048)))
        .withMessage("must have at most 2048 characters");
  }
}
