package dev.vitrine.server.testdouble;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class FaultTest {

  @ParameterizedTest
  @CsvSource({
    "     , /v2/images,          GET, /v2/images,           true",
    "GET  , /v2/images,          GET, /v2/images,           true",
    "POST , /v2/images,          GET, /v2/images,           false",
    "     , /v2/images,          GET, /v2/images/1,         false",
    "     , /v2/images/*,        GET, /v2/images/1,         true",
    "     , /v2/images/*,        GET, /v2/images/1/members, false",
    "     , /v2/images/*/file,   PUT, /v2/images/1/file,    true",
    "     , /v2/**,              GET, /v2/images/1/members, true",
    "     , **,                  GET, /v3,                  true",
    "     , /v2.,                GET, /v2x,                 false",
    "     , /v2/im*s,            GET, /v2/images,           true",
  })
  void matchesAPathByItsPattern(
      @Nullable String method, String pattern, String requested, String path, boolean hits) {
    Fault fault = new Fault(Fault.Kind.DROP, method, pattern, null, null);

    assertThat(fault.hits(requested, path)).isEqualTo(hits);
  }
}
