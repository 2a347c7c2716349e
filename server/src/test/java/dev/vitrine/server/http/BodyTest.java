package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.vitrine.client.Response;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.TestServer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies where none is taken, where a key is repeated, and requests that nobody serves. */
@NullMarked
class BodyTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String ABSENT = "00000000-0000-4000-8000-000000000000";

  private static String alice = "";

  @BeforeAll
  static void login() {
    alice = SERVER.token("alice");
  }

  /** Revoking one's token would end the test; streams are read by their handlers. */
  private static final Set<Operation> LEFT_OUT =
      EnumSet.of(Operation.REVOKE_TOKEN, Operation.UPLOAD_IMAGE, Operation.STAGE_IMAGE);

  private static Stream<Operation> bodiless() {
    return Arrays.stream(Operation.values())
        .filter(operation -> !operation.takesBody() && !LEFT_OUT.contains(operation));
  }

  @ParameterizedTest
  @MethodSource("bodiless")
  void whereNoneIsTakenAnObjectCountsForNothing(Operation operation) {
    String path = path(operation);
    String more = operation == Operation.VALIDATE_TOKEN ? subject() : "";

    int plain = SERVER.send(operation.method(), path, alice, null, more).status();

    for (String object : new String[] {"{}", "{\"delete_backup\": true}", " {\"a\": [1]}\n"}) {
      assertThat(SERVER.send(operation.method(), path, alice, object, more).status())
          .as(object)
          .isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @MethodSource("bodiless")
  void whereNoneIsTakenAnythingElseIsRefused(Operation operation) {
    for (String body :
        new String[] {"[]", "1", "\"a\"", "{bad", "a=b", "{} {}", "{\"a\":1,\"a\":2}"}) {
      Response answer = SERVER.send(operation.method(), path(operation), alice, body);

      assertThat(answer.status()).as(body + answer.body()).isEqualTo(400);
    }
  }

  /** All that reads a body refuses an empty one, or the row above would be missing it. */
  @ParameterizedTest
  @EnumSource(Operation.class)
  void whoeverTakesABodyWantsOne(Operation operation) {
    if (operation.takesBody() && !LEFT_OUT.contains(operation)) {
      Response answer = SERVER.send(operation.method(), path(operation), alice, null);

      assertThat(answer.status()).as(answer.body()).isIn(400, 403, 415);
    }
  }

  private static String path(Operation operation) {
    return operation
        .path()
        .replace("{image_id}", ABSENT)
        .replaceAll("\\{[a-z_]+\\}", "0123456789abcdef0123456789abcdef");
  }

  private static String subject() {
    return "X-Subject-Token: " + alice + "\r\n";
  }

  /** Readers differ in which value of a repeated key counts, so neither does. */
  private static Stream<Arguments> repeated() {
    return Stream.of(
        arguments("POST", "/v2/images", "{'name':'a','name':'b'}", "$.name"),
        arguments(
            "POST", "/v2/images/" + ABSENT + "/members", "{'member':'a','member':'b'}", "$.member"),
        arguments("POST", "/v1/cloudimages/members", "{'images':[],'images':[]}", "$.images"),
        arguments("PATCH", "/v2/cloudimages/" + ABSENT, "[{'op':'a','op':'b'}]", "$[0].op"),
        arguments("POST", "/v3/users", "{'user':{'name':'a','name':'a'}}", "$.user.name"),
        arguments(
            "POST",
            "/v3.0/OS-CREDENTIAL/credentials",
            "{'credential':{'user_id':'a','user_id':'b'}}",
            "$.credential.user_id"),
        arguments("POST", "/v1.0/enterprise-projects", "{'name':'a','name':{}}", "$.name"),
        arguments("POST", "/vitrine/v1/explain", "{'user_id':'a','user_id':'b'}", "$.user_id"),
        arguments(
            "POST",
            "/v3.0/OS-ROLE/roles",
            "{'role':{'policy':{'Version':'1.1','Statement':["
                + "{'Effect':'Allow','Action':['a']},"
                + "{'Effect':'Allow','Condition':{'StringEquals':{'a':['b'],'a':['c']}}}]}}}",
            "$.role.policy.Statement[1].Condition.StringEquals.a"),
        arguments(
            "POST",
            "/v3.0/OS-ROLE/roles",
            "{'role':{'policy':{'Statement':[{'Effect':'Deny','Effect':'Allow'}]}}}",
            "$.role.policy.Statement[0].Effect"));
  }

  @ParameterizedTest
  @MethodSource("repeated")
  void aRepeatedKeyIsRefusedAndNamed(String method, String path, String body, String key) {
    Response answer =
        SERVER.send(
            method, path, alice, body.replace('\'', '"'), "X-Openstack-Request-Id: req-1\r\n");

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("The key " + key + " is there more than once.");
  }

  /**
   * A 300 is success for SDKs: it is for reads (ruling 24), and for the vendor's families never.
   */
  @ParameterizedTest
  @CsvSource({
    "GET, /bogus, 300, versions",
    "HEAD, /bogus, 300, ''",
    "OPTIONS, /bogus, 300, versions",
    "POST, /bogus, 404, The resource could not be found.",
    "PUT, /v2.0/images, 404, The resource could not be found.",
    "PATCH, /V2/images/x, 404, The resource could not be found.",
    "DELETE, /v4, 404, The resource could not be found.",
    "GET, /, 300, versions",
    "POST, /, 405, not allowed",
    "DELETE, /versions, 405, not allowed",
    "POST, /v2.0, 405, not allowed",
    "GET, /v1, 300, versions",
    "POST, /v1, 404, The resource could not be found.",
    "GET, /v1.1, 404, APIGW.0101",
    "GET, /v1.1/x/cloudservers, 404, APIGW.0101",
    "POST, /v2.1/x/servers, 404, APIGW.0101",
    "GET, /v2.1, 404, APIGW.0101",
    "DELETE, /v5/x, 404, APIGW.0101",
    "GET, /v5, 404, APIGW.0101",
    "POST, /v1/bogus, 404, APIGW.0101",
    "GET, /v2.10, 300, versions",
    "GET, /v51, 300, versions",
    "POST, /v3/bogus, 404, The requested URL was not found",
    "POST, /v3.0/bogus, 404, The requested URL was not found",
    "POST, /v2/bogus, 404, The resource could not be found.",
  })
  void whatNobodyServesIsRefusedInItsFamilysShape(
      String method, String path, int status, String text) {
    Response answer = SERVER.send(method, path, alice, null);

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(text);
  }

  @Test
  void aMissingContentTypeIsSaidToBeMissing() {
    for (String path : new String[] {"/v2/images/" + ABSENT, "/v2/cloudimages/" + ABSENT}) {
      Response answer =
          SERVER.exchange(
              "PATCH %s HTTP/1.1\r\nHost: h\r\nX-Auth-Token: %s\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
                  .formatted(path, alice),
              new byte[] {'[', ']'});

      assertThat(answer.status()).isIn(400, 415);
      assertThat(answer.body()).contains("The Content-Type is missing: it must be application/");
    }
  }
}
