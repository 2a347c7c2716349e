package dev.vitrine.server.glance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.glance.Fault.Form;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which form of an error {@code Accept} asks for (RFC 9110, 12.4.2 and 12.5.1; docs/grammars.md).
 */
@NullMarked
class FaultTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "- | PLAIN",
        "`` | PLAIN",
        "*/* | HTML",
        "text/* | HTML",
        "text/html | HTML",
        "text/plain | PLAIN",
        "application/json | JSON",
        "application/* | JSON",
        "Application/JSON | JSON",
        "application/xml | PLAIN",
        // RFC 9110, 12.5.1: its examples.
        "audio/*; q=0.2, audio/basic | PLAIN",
        "text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c | HTML",
        "text/*, text/plain, text/plain;format=flowed, */* | HTML",
        "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, */*;q=0.5 | HTML",
        // The highest quality wins, HTML among equals.
        "text/html;q=0.5, application/json | JSON",
        "application/json;q=0.9, text/html;q=0.8 | JSON",
        "text/html;q=0.8, application/json;q=0.9 | JSON",
        "application/json;q=0.5, text/html;q=0.5 | HTML",
        "application/json, */* | HTML",
        "application/json;q=0.001 | JSON",
        "application/json ; Q=1.000 | JSON",
        "application/json;q=0 | PLAIN",
        "application/json;q=0.000 | PLAIN",
        // 12.4.2: what is no quality makes the range match nothing.
        "application/json;q=1.001 | PLAIN",
        "application/json;q=0.1234 | PLAIN",
        "application/json;q=2 | PLAIN",
        "application/json;q= | PLAIN",
        "application/json;q=-1 | PLAIN",
        // Parameters of the media type match nothing; those after q do not belong to it.
        "application/json;charset=utf-8 | PLAIN",
        "application/json;q=0.5;x=y | JSON",
        // 5.6.1 and 5.6.4: empty elements, and separators in quoted strings.
        ", ,application/json,, | JSON",
        "text/x;a=\",text/html,\", application/json | JSON",
        "text/x;a=\"\\\",text/html\", application/json | JSON",
        "json | PLAIN",
        "* | PLAIN"
      })
  void theForm(@Nullable String accept, Form expected) {
    assertThat(Fault.form(accept)).isEqualTo(expected);
  }
}
