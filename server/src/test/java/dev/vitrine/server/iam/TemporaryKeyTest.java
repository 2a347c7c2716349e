package dev.vitrine.server.iam;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import dev.vitrine.server.http.SignedDraft;
import dev.vitrine.server.http.SignedDraft.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Temporary access keys (IAM: 通过token获取临时访问密钥和securitytoken). */
@NullMarked
class TemporaryKeyTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String ROUTE = "/v3.0/OS-CREDENTIAL/securitytokens";
  private static final String BY_TOKEN =
      "{\"auth\": {\"identity\": {\"methods\": [\"token\"], \"token\": {%s}}}}";
  private static final String KEYS = "/v3.0/OS-CREDENTIAL/credentials";

  private static String admin = "";
  private static int users;

  @BeforeAll
  static void login() {
    admin = SERVER.token("admin");
  }

  /** A temporary key. */
  private record Temporary(Signer signer, String securityToken, Instant expiresAt) {
    static Temporary of(String loginToken) {
      return of(expect(201, SERVER.send("POST", ROUTE, loginToken, BY_TOKEN.formatted(""))));
    }

    static Temporary of(Response answer) {
      JsonNode credential = answer.json().path("credential");
      return new Temporary(
          new Signer(credential.path("access").asText(), credential.path("secret").asText()),
          credential.path("securitytoken").asText(),
          Instant.parse(credential.path("expires_at").asText()));
    }

    SignedDraft draft(String method, String path) {
      return new SignedDraft(method, path, SERVER.host()).header("X-Security-Token", securityToken);
    }

    Response get(String path) {
      return draft("GET", path).sign(signer).send(SERVER);
    }
  }

  /** A user of the default domain with two projects. */
  private record Someone(String name, String id, String first, String second) {
    static Someone make() {
      String name = "temporary-" + ++users;
      String id = made("users", "{\"user\": {\"name\": \"%s\", \"password\": \"one\"}}", name);
      String first = made("projects", "{\"project\": {\"name\": \"%s\"}}", name + "-first");
      String second = made("projects", "{\"project\": {\"name\": \"%s\"}}", name + "-second");
      Someone someone = new Someone(name, id, first, second);
      for (String project : List.of(first, second)) {
        administer(204, "PUT", someone.grant(project), null);
      }
      return someone;
    }

    private static String made(String plural, String json, String name) {
      Response answer = administer(201, "POST", "/v3/" + plural, json.formatted(name));
      return answer.json().elements().next().path("id").asText();
    }

    String grant(String project) {
      Response roles = SERVER.send("GET", "/v3/roles?name=member", admin, null);
      String role = roles.json().at("/roles/0/id").asText();
      return "/v3/projects/%s/users/%s/roles/%s".formatted(project, id, role);
    }

    String token(String project) {
      return SERVER.token(
          name, "one", "Default", "{\"project\": {\"id\": \"%s\"}}".formatted(project));
    }

    void patch(String json) {
      administer(200, "PATCH", "/v3/users/" + id, "{\"user\": %s}".formatted(json));
    }
  }

  private static Response administer(
      int status, String method, String path, @Nullable String body) {
    return expect(status, SERVER.send(method, path, admin, body));
  }

  private static Response expect(int status, Response answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return answer;
  }

  private static void refused(Response answer) {
    JsonNode body = expect(401, answer).json();
    assertThat(body.path("error_code").asText()).isEqualTo("APIGW.0301");
    assertThat(body.path("error_msg").asText()).endsWith("verify aksk signature fail");
  }

  @Test
  void anApplicationCredentialMakesNoKey() {
    Someone someone = Someone.make();
    String token = someone.token(someone.first());
    JsonNode made =
        expect(
                201,
                SERVER.send(
                    "POST",
                    "/v3/users/" + someone.id() + "/application_credentials",
                    token,
                    "{\"application_credential\": {\"name\": \"c\", \"unrestricted\": true}}"))
            .json()
            .path("application_credential");
    Response login =
        SERVER.send(
            "POST",
            "/v3/auth/tokens",
            null,
            """
            {"auth": {"identity": {"methods": ["application_credential"],
              "application_credential": {"id": "%s", "secret": "%s"}}}}
            """
                .formatted(made.path("id").asText(), made.path("secret").asText()));
    String own = TestServer.issued(expect(201, login));
    expect(403, SERVER.send("POST", ROUTE, own, BY_TOKEN.formatted("\"duration_seconds\": 900")));
  }

  @Test
  void aTokenInTheHeaderOrTheBodyGivesAKey() {
    Someone someone = Someone.make();
    String token = someone.token(someone.first());
    for (Response answer :
        List.of(
            SERVER.send("POST", ROUTE, token, BY_TOKEN.formatted("\"duration_seconds\": 900")),
            SERVER.send(
                "POST", ROUTE, token, "{\"auth\": {\"identity\": {\"methods\": [\"token\"]}}}"),
            SERVER.send("POST", ROUTE, null, BY_TOKEN.formatted("\"id\": \"" + token + "\"")),
            // The header outweighs the body.
            SERVER.send("POST", ROUTE, token, BY_TOKEN.formatted("\"id\": \"none\"")))) {
      expect(201, answer);
      assertThat(answer.json().fieldNames()).toIterable().containsExactly("credential");
      assertThat(answer.json().path("credential").fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("access", "secret", "expires_at", "securitytoken");
      assertThat(answer.json().at("/credential/expires_at").asText())
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
      Temporary key = Temporary.of(answer);
      assertThat(key.expiresAt())
          .isBetween(
              Instant.now().plus(Duration.ofMinutes(14)),
              Instant.now().plus(Duration.ofMinutes(16)));
      expect(200, key.get("/v2/images"));
    }
  }

  @ParameterizedTest
  @CsvSource({"899,400", "900,201", "86400,201", "86401,400", "-1,400", "'\"900\"',400", "9.5,400"})
  void itLivesFromFifteenMinutesToADay(String seconds, int status) {
    Someone someone = Someone.make();
    Response answer =
        SERVER.send(
            "POST",
            ROUTE,
            someone.token(someone.first()),
            BY_TOKEN.formatted("\"duration_seconds\": " + seconds));
    expect(status, answer);
  }

  /** A quirk: at the vendor it may. A revoked token is remembered to its own end only. */
  @Test
  void itNeverOutlivesItsToken() {
    Someone someone = Someone.make();
    String token = someone.token(someone.first());
    String end =
        SERVER
            .send("GET", "/v3/auth/tokens", token, null, "X-Subject-Token: " + token + "\r\n")
            .json()
            .at("/token/expires_at")
            .asText();
    Temporary key =
        Temporary.of(
            SERVER.send("POST", ROUTE, token, BY_TOKEN.formatted("\"duration_seconds\": 86400")));
    assertThat(key.expiresAt()).isEqualTo(Instant.parse(end));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"auth\": {}}",
        "{\"auth\": {\"identity\": {}}}",
        "{\"auth\": {\"identity\": {\"methods\": []}}}",
        "{\"auth\": {\"identity\": {\"methods\": \"token\"}}}",
        "{\"auth\": {\"identity\": {\"methods\": [\"token\", \"token\"]}}}",
        "{\"auth\": {\"identity\": {\"methods\": [\"password\"]}}}",
        "{\"auth\": {\"identity\": {\"methods\": [\"token\"], \"token\": []}}}",
        "{\"auth\": {\"identity\": {\"methods\": [\"token\"], \"token\": {\"ids\": \"x\"}}}}",
        "{\"auth\": {\"identity\": {\"methods\": [\"token\"], \"scope\": {}}}}",
        "{\"auth\": {\"identity\": {\"methods\": [\"token\"]}, \"scope\": {}}}"
      })
  void whatIsNotUnderstoodIsRefused(String body) {
    Someone someone = Someone.make();
    expect(400, SERVER.send("POST", ROUTE, someone.token(someone.first()), body));
  }

  @Test
  void agenciesAndPoliciesAreRefusedInWords() {
    Someone someone = Someone.make();
    String token = someone.token(someone.first());
    for (String body :
        List.of(
            "{\"auth\": {\"identity\": {\"methods\": [\"assume_role\"], \"assume_role\": {}}}}",
            "{\"auth\": {\"identity\": {\"methods\": [\"token\", \"assume_role\"]}}}",
            "{\"auth\": {\"identity\": {\"methods\": [\"token\"], \"assume_role\": {}}}}")) {
      assertThat(expect(400, SERVER.send("POST", ROUTE, token, body)).body())
          .contains("assume_role is not supported");
    }
    String narrowed =
        "{\"auth\": {\"identity\": {\"methods\": [\"token\"], \"policy\": {\"Version\":"
            + " \"1.1\"}}}}";
    assertThat(expect(400, SERVER.send("POST", ROUTE, token, narrowed)).body())
        .contains("policy is not supported");
  }

  @Test
  void withoutALiveTokenThereIsNoKey() {
    Someone someone = Someone.make();
    String token = someone.token(someone.first());
    expect(400, SERVER.send("POST", ROUTE, null, BY_TOKEN.formatted("")));
    expect(401, SERVER.send("POST", ROUTE, "none", BY_TOKEN.formatted("")));
    expect(401, SERVER.send("POST", ROUTE, null, BY_TOKEN.formatted("\"id\": \"\"")));
    Temporary key = Temporary.of(token);
    expect(401, SERVER.send("POST", ROUTE, key.securityToken(), BY_TOKEN.formatted("")));
    someone.patch("{\"password\": \"two\"}");
    expect(401, SERVER.send("POST", ROUTE, token, BY_TOKEN.formatted("")));
  }

  /** The vendor's SDKs sign all requests, this one as well. */
  @Test
  void aSignedRequestForAKeyMustBeSignedWell() {
    Someone someone = Someone.make();
    Signer permanent = AccessKeyTest.create(SERVER, admin, someone.id());
    SignedDraft draft =
        new SignedDraft("POST", ROUTE, SERVER.host())
            .json(BY_TOKEN.formatted("\"id\": \"" + someone.token(someone.first()) + "\""));
    expect(201, draft.sign(permanent).send(SERVER));
    refused(draft.sign(new Signer(permanent.access(), "wrong")).send(SERVER));
  }

  @Test
  void aKeyAndItsSecurityTokenBelongTogether() {
    Someone someone = Someone.make();
    Temporary one = Temporary.of(someone.token(someone.first()));
    Temporary two = Temporary.of(someone.token(someone.first()));
    Signer permanent = AccessKeyTest.create(SERVER, admin, someone.id());
    expect(200, one.get("/v2/images"));
    refused(two.draft("GET", "/v2/images").sign(one.signer()).send(SERVER));
    refused(one.draft("GET", "/v2/images").sign(permanent).send(SERVER));
    refused(
        one.draft("GET", "/v2/images")
            .sign(new Signer(one.signer().access(), permanent.secret()))
            .send(SERVER));
    refused(
        one.draft("GET", "/v2/images")
            .sign(new Signer(permanent.access(), one.signer().secret()))
            .send(SERVER));
    refused(
        one.draft("GET", "/v2/images").without("X-Security-Token").sign(one.signer()).send(SERVER));
    // Changed in one character, signed or not.
    String other = one.securityToken().substring(1);
    refused(
        one.draft("GET", "/v2/images")
            .header("X-Security-Token", "B" + other)
            .sign(one.signer())
            .send(SERVER));
    // Some tools add it after signing; the secret is bound to it.
    expect(
        200,
        one.draft("GET", "/v2/images")
            .without("X-Security-Token")
            .sign(one.signer())
            .header("X-Security-Token", one.securityToken())
            .send(SERVER));
    refused(
        one.draft("GET", "/v2/images")
            .without("X-Security-Token")
            .sign(one.signer())
            .header("X-Security-Token", two.securityToken())
            .send(SERVER));
    // A security token is no login token.
    expect(401, SERVER.send("GET", "/v2/images", one.securityToken(), null));
  }

  @Test
  void itStaysInTheProjectOfItsToken() {
    Someone someone = Someone.make();
    Temporary key = Temporary.of(someone.token(someone.first()));
    assertThat(owner(key, null)).isEqualTo(someone.first());
    assertThat(owner(key, someone.first())).isEqualTo(someone.first());
    refused(
        key.draft("GET", "/v2/images")
            .header("X-Project-Id", someone.second())
            .sign(key.signer())
            .send(SERVER));
    refused(
        key.draft("GET", "/v3/auth/projects")
            .header("X-Domain-Id", "default")
            .sign(key.signer())
            .send(SERVER));
  }

  /** Of a token without a project, it is for any project that its user may have. */
  @Test
  void ofAnUnscopedTokenItIsForTheProjectThatItAsksFor() {
    Someone someone = Someone.make();
    Temporary key = Temporary.of(SERVER.token(someone.name(), "one", "Default", "\"unscoped\""));
    assertThat(owner(key, someone.first())).isEqualTo(someone.first());
    assertThat(owner(key, someone.second())).isEqualTo(someone.second());
    refused(key.get("/v2/images"));
    expect(200, key.get("/v3/auth/projects"));
    refused(
        key.draft("GET", "/v2/images")
            .header("X-Project-Id", Someone.make().first())
            .sign(key.signer())
            .send(SERVER));
  }

  private static String owner(Temporary key, @Nullable String project) {
    SignedDraft draft = key.draft("POST", "/v2/images").json("{}");
    if (project != null) {
      draft.header("X-Project-Id", project);
    }
    return expect(201, draft.sign(key.signer()).send(SERVER)).json().path("owner").asText();
  }

  /** On every route, also where a handler would not have asked. */
  private static void ended(Temporary key) {
    for (String path : List.of("/v2/images", "/v3/auth/projects", "/v2/nothing", KEYS)) {
      refused(key.get(path));
    }
  }

  @Test
  void whateverEndsItsTokenEndsIt() {
    Someone revoked = Someone.make();
    String token = revoked.token(revoked.first());
    Temporary key = Temporary.of(token);
    Temporary other = Temporary.of(revoked.token(revoked.first()));
    expect(200, key.get("/v2/images"));
    expect(
        204,
        SERVER.send(
            "DELETE", "/v3/auth/tokens", token, null, "X-Subject-Token: " + token + "\r\n"));
    ended(key);
    expect(200, other.get("/v2/images"));

    revoked.patch("{\"password\": \"two\"}");
    ended(other);

    Someone disabled = Someone.make();
    key = Temporary.of(disabled.token(disabled.first()));
    expect(200, key.get("/v2/images"));
    disabled.patch("{\"enabled\": false}");
    ended(key);
    disabled.patch("{\"enabled\": true}");
    ended(key);

    Someone homeless = Someone.make();
    key = Temporary.of(homeless.token(homeless.first()));
    expect(200, key.get("/v2/images"));
    String project = "/v3/projects/" + homeless.first();
    administer(200, "PATCH", project, "{\"project\": {\"enabled\": false}}");
    ended(key);
    administer(200, "PATCH", project, "{\"project\": {\"enabled\": true}}");
    ended(key);

    Someone expelled = Someone.make();
    key = Temporary.of(expelled.token(expelled.first()));
    expect(200, key.get("/v2/images"));
    administer(204, "DELETE", expelled.grant(expelled.first()), null);
    refused(key.get("/v2/images"));
  }

  @Test
  void itMakesNoPermanentKey() {
    Someone someone = Someone.make();
    String own = "{\"credential\": {\"user_id\": \"%s\"}}".formatted(someone.id());
    Temporary key = Temporary.of(someone.token(someone.first()));
    Response answer = key.draft("POST", KEYS).json(own).sign(key.signer()).send(SERVER);
    assertThat(expect(403, answer).json().path("error_code").asText()).isEqualTo("IAM.0002");
    Temporary ofAdmin = Temporary.of(admin);
    expect(403, ofAdmin.draft("POST", KEYS).json(own).sign(ofAdmin.signer()).send(SERVER));
    assertThat(expect(200, key.get(KEYS)).json().path("credentials")).isEmpty();
    // Nor another temporary one: that takes a token.
    Response again =
        key.draft("POST", ROUTE)
            .json("{\"auth\": {\"identity\": {\"methods\": [\"token\"]}}}")
            .sign(key.signer())
            .send(SERVER);
    expect(400, again);
  }
}
