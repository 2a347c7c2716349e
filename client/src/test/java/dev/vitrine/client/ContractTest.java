package dev.vitrine.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.client.Contract.Sent;
import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the check of traffic against an OpenAPI document notices. */
@NullMarked
class ContractTest {
  private static final Contract CONTRACT =
      new Contract(
          Json.read(
              """
              {"openapi": "3.1.1", "info": {"title": "t", "version": "1"},
               "paths": {"/v2/things/{id}": {"put": {
                 "parameters": [{"name": "dry", "in": "query", "schema": {"type": "string"}}],
                 "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                 "responses": {
                   "200": {"description": "", "headers": {"Location": {"schema": {"type": "string"}}},
                     "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                   "404": {"$ref": "#/components/responses/Refusal"}}}}},
               "components": {
                 "responses": {"Refusal": {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}}},
                 "schemas": {"Thing": {"type": "object", "required": ["at"], "additionalProperties": false,
                   "properties": {"at": {"type": "string", "format": "date-time"}}}}}}
              """));

  private static final String THING = "{\"at\": \"2026-01-01T00:00:00Z\"}";

  @Test
  void whatMatchesPasses() {
    assertThatCode(() -> check("PUT", "/image/v2/things/a%2Fb?dry=1", THING, 200, THING))
        .doesNotThrowAnyException();
  }

  @Test
  void aRefusedRequestNeedNotMatch() {
    Response refused =
        new Response(404, headers(Map.of("Content-Type", "text/plain; charset=UTF-8")), "no");

    assertThatCode(
            () -> CONTRACT.check(new Sent("PUT", "/v2/things/1?x=y", "text/plain", "{"), refused))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          PUT  | /v2/things/1     | {}                               | 200 | {"at": "2026-01-01T00:00:00Z"}         | request: : required property 'at'
          PUT  | /v2/things/1     | {"at": "2026-01-01T00:00:00Z"}   | 200 | {"at": "2026-01-01T00:00:00Z", "b": 1} | answer: : property 'b'
          PUT  | /v2/things/1     | {"at": "2026-01-01T00:00:00Z"}   | 200 | {"at": "now"}                          | answer: /at: does not match the date-time pattern
          PUT  | /v2/things/1     | {"at": "2026-01-01T00:00:00Z"}   | 200 | at                                     | answer that is not JSON
          PUT  | /v2/things/1     | {"at": "2026-01-01T00:00:00Z"}   | 201 | {"at": "2026-01-01T00:00:00Z"}         | no such status
          PUT  | /v2/things/1?x=1 | {"at": "2026-01-01T00:00:00Z"}   | 200 | {"at": "2026-01-01T00:00:00Z"}         | parameter x
          POST | /v2/things/1     | {"at": "2026-01-01T00:00:00Z"}   | 200 | {"at": "2026-01-01T00:00:00Z"}         | no such operation
          PUT  | /v2/things/1/2   | {"at": "2026-01-01T00:00:00Z"}   | 200 | {"at": "2026-01-01T00:00:00Z"}         | no such operation
          """)
  void whatDoesNotMatchFails(
      String method, String target, String body, int status, String answer, String why) {
    assertThatThrownBy(() -> check(method, target, body, status, answer))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(why);
  }

  @Test
  void aMissingHeaderAndAnotherMediaTypeFail() {
    Response answer = new Response(200, headers(Map.of("Content-Type", "text/plain")), "x");

    assertThatThrownBy(
            () ->
                CONTRACT.check(new Sent("PUT", "/v2/things/1", "application/json", THING), answer))
        .hasMessageContaining("no header Location")
        .hasMessageContaining("answer of type text/plain");
  }

  private static void check(
      String method, String target, @Nullable String body, int status, String answer) {
    CONTRACT.check(
        new Sent(method, target, "application/json", body == null ? "" : body),
        new Response(
            status,
            headers(Map.of("Content-Type", "application/json", "Location", "/here")),
            answer));
  }

  private static HttpHeaders headers(Map<String, String> headers) {
    Map<String, List<String>> lists = new HashMap<>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    return HttpHeaders.of(lists, (name, value) -> true);
  }
}
