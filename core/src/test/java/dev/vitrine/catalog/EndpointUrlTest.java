package dev.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keystone: the URL of an endpoint, in which values of the token are substituted. */
@NullMarked
class EndpointUrlTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http://h/v2, http://h/v2, http://h/v2",
        "http://h/$(project_id)s, http://h/P, -",
        "http://h/%(project_id)s, http://h/P, -",
        "http://h/%(tenant_id)s/x, http://h/P/x, -",
        "http://h/$(user_id)s, http://h/U$1, http://h/U$1",
        "http://h/$(tenant_id)s/%(user_id)s/$(project_id)s, http://h/P/U$1/P, -",
        "http://h/AUTH_%(tenant_id)s, http://h/AUTH_P, -",
        // Neither is a place: a percent-encoded byte, a dollar sign.
        "http://h/%20$x, http://h/%20$x, http://h/%20$x"
      })
  void placesAreReplaced(String template, String inProject, @Nullable String unscoped) {
    EndpointUrl url = new EndpointUrl(template);

    assertThat(url.of("U$1", "P")).isEqualTo(inProject);
    assertThat(url.of("U$1", null)).isEqualTo(unscoped);
    assertThat(url.toString()).isEqualTo(template);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "http://h/$(domain_id)s",
        "http://h/%(PROJECT_ID)s",
        "http://h/$(project_id)",
        "http://h/$(project_id)d",
        "http://h/$(project_id",
        "http://h/%()s",
        "http://h/%(project id)s"
      })
  void whatIsNoUrlOfAnEndpoint(String template) {
    assertThatIllegalArgumentException().isThrownBy(() -> new EndpointUrl(template));
  }

  @Test
  void aUrlHasAtMost2048Characters() {
    String longest = "http://h/" + "x".repeat(2048 - 9);

    assertThat(new EndpointUrl(longest).of("U", null)).isEqualTo(longest);
    assertThatIllegalArgumentException().isThrownBy(() -> new EndpointUrl(longest + "x"));
  }
}
