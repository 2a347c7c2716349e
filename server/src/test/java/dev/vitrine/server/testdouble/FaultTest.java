package dev.vitrine.server.testdouble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.glance.Versions;
import dev.vitrine.server.http.Gate.Verdict;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.RequestHead;
import dev.vitrine.server.http.WireProtocol;
import dev.vitrine.server.start.Composition;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class FaultTest {
  private static final String URL = "http://127.0.0.1";

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

  @ParameterizedTest
  @CsvSource({
    "/v2/images,                 UNAVAILABLE, 503, Service Unavailable",
    "/v2/cloudimages,            UNAVAILABLE, 503, APIGW.0202",
    "/v3,                        UNAVAILABLE, 503, Service Unavailable",
    "/v3.0/OS-ROLE/roles,        UNAVAILABLE, 503, APIGW.0202",
    "/v1.0/enterprise-projects,  UNAVAILABLE, 503, APIGW.0202",
    "/vitrine/v1/history,        UNAVAILABLE, 503, Service Unavailable",
    "/v2/images,                 CONFLICT,    409, Conflict",
    "/v2/cloudimages,            CONFLICT,    409, IMG.0018",
    "/v3,                        CONFLICT,    409, Conflict",
    "/v3.0/OS-ROLE/roles,        CONFLICT,    409, IAM.0005",
    "/v1.0/enterprise-projects,  CONFLICT,    409, EPS.0010",
    "/vitrine/v1/history,        CONFLICT,    409, Conflict",
  })
  void refusesInTheWordsOfEachProtocol(String path, Fault.Kind kind, int status, String words) {
    Fault fault = new Fault(kind, null, path, null, null);
    WireProtocol protocol =
        Composition.protocols(URL, new Versions(URL)).stream()
            .filter(one -> one.owns(path))
            .findFirst()
            .orElseThrow();

    assertThat(fault.verdict())
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refused -> {
              Reply reply = protocol.refused(RequestHead.path(path), refused.refusal());
              assertThat(reply.status()).isEqualTo(status);
              assertThat(String.valueOf(reply.body())).contains(words);
            });
  }
}
