package dev.vitrine.server.keystone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who gets a token, and what ends it. */
class LoginTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String MEMBER = TestServer.project("p", "Default");

  /** A user with password {@code one} and the role member at a project of its own. */
  private record Someone(String admin, String name, String user, String project) {
    static Someone make(String name) {
      String admin = SERVER.admin();
      String user =
          SERVER.make(
              admin,
              "users",
              "{\"user\": {\"name\": \"%s\", \"password\": \"one\"}}".formatted(name));
      String project =
          SERVER.make(admin, "projects", "{\"project\": {\"name\": \"%s\"}}".formatted(name));
      Someone someone = new Someone(admin, name, user, project);
      someone.grant("PUT");
      return someone;
    }

    void grant(String method) {
      String role = SERVER.id(admin, "roles", "member");
      int status =
          SERVER
              .send(
                  method,
                  "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, role),
                  admin,
                  null)
              .status();
      assertThat(status).isEqualTo(204);
    }

    Response login(String password) {
      return SERVER.login(name, password, "Default", TestServer.project(name, "Default"));
    }

    String token() {
      return TestServer.issued(login("one"));
    }

    void patch(String path, String json) {
      assertThat(SERVER.send("PATCH", path, admin, json).status()).isEqualTo(200);
    }
  }

  @Test
  void aTokenIsDescribedAsKeystoneDoes() {
    Response answer = SERVER.login("alice", SERVER.password("alice"), "alice", aliceProject());
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Vary")).isEqualTo("X-Auth-Token");
    assertThat(answer.header("x-openstack-request-id")).startsWith("req-");
    JsonNode token = answer.json().path("token");
    assertThat(token.fieldNames())
        .toIterable()
        .containsExactly(
            "methods",
            "user",
            "audit_ids",
            "expires_at",
            "issued_at",
            "project",
            "is_domain",
            "roles",
            "catalog");
    assertThat(token.at("/user/domain/name").asText()).isEqualTo("alice");
    assertThat(token.at("/project/name").asText()).isEqualTo(TestServer.REGION);
    assertThat(token.at("/roles/0/name").asText()).isEqualTo("member");
    assertThat(token.path("expires_at").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    assertThat(token.path("catalog").findValuesAsText("type"))
        .containsExactlyInAnyOrder("image", "identity", "ims");
    assertThat(token.at("/catalog/0/endpoints").findValuesAsText("interface"))
        .containsExactly("public", "internal", "admin");
  }

  @Test
  void theThreeFailuresOfALoginAreOne() {
    Someone disabled = Someone.make("disabled");
    disabled.patch("/v3/users/" + disabled.user(), "{\"user\": {\"enabled\": false}}");
    SERVER.make(disabled.admin(), "users", "{\"user\": {\"name\": \"no-password\"}}");
    Response wrong = SERVER.login("alice", "wrong", "alice", aliceProject());
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.header("WWW-Authenticate"))
        .isEqualTo("Keystone uri=\"" + SERVER.url() + "/v3\"");
    for (Response other :
        List.of(
            SERVER.login("nobody", "wrong", "alice", aliceProject()),
            SERVER.login("alice", "wrong", "no-such-domain", aliceProject()),
            disabled.login("one"),
            SERVER.login("no-password", "", "Default", null))) {
      assertThat(other.status()).isEqualTo(401);
      assertThat(other.body()).isEqualTo(wrong.body());
    }
  }

  @Test
  void aScopeIsForThoseWhomAGrantReaches() {
    String alice = SERVER.password("alice");
    assertThat(
            SERVER.login("alice", alice, "alice", TestServer.project("RegionOne", "bob")).status())
        .isEqualTo(401);
    assertThat(SERVER.login("alice", alice, "alice", "{\"domain\": {\"name\": \"bob\"}}").status())
        .isEqualTo(401);
    assertThat(
            SERVER.login("alice", alice, "alice", "{\"domain\": {\"name\": \"alice\"}}").status())
        .isEqualTo(201);
    Someone someone = Someone.make("granted");
    assertThat(someone.login("one").status()).isEqualTo(201);
    someone.grant("DELETE");
    assertThat(someone.login("one").status()).isEqualTo(401);
  }

  @Test
  void withoutAScopeItIsTheDefaultProjectOrNone() {
    Response byDefault = SERVER.login("alice", SERVER.password("alice"), "alice", null);
    assertThat(byDefault.json().at("/token/project/name").asText()).isEqualTo("RegionOne");
    for (String nothing : List.of("\"unscoped\"", "{\"unscoped\": {}}")) {
      JsonNode token =
          SERVER.login("alice", SERVER.password("alice"), "alice", nothing).json().path("token");
      assertThat(token.has("project")).isFalse();
      assertThat(token.has("catalog")).isFalse();
      assertThat(token.has("roles")).isFalse();
    }
  }

  @Test
  void aTokenChangesItsScopeButNotItsEnd() {
    Response unscoped =
        SERVER.login("alice", SERVER.password("alice"), "alice", "{\"unscoped\": {}}");
    Response scoped = SERVER.rescope(TestServer.issued(unscoped), aliceProject());
    assertThat(scoped.status()).isEqualTo(201);
    assertThat(scoped.json().at("/token/expires_at"))
        .isEqualTo(unscoped.json().at("/token/expires_at"));
    assertThat(scoped.json().at("/token/methods").toString()).isEqualTo("[\"password\",\"token\"]");
    assertThat(SERVER.rescope("nonsense", aliceProject()).status()).isEqualTo(401);
  }

  @Test
  void aProjectNamedWithoutADomainIsInTheUsers() {
    Response answer =
        SERVER.login(
            "alice", SERVER.password("alice"), "alice", "{\"project\": {\"name\": \"RegionOne\"}}");
    assertThat(answer.json().at("/token/project/domain/name").asText()).isEqualTo("alice");
  }

  @Test
  void aRevokedTokenIsDeadAtOnceAndNoOther() {
    Someone someone = Someone.make("revoking");
    String revoked = someone.token();
    String kept = someone.token();
    assertThat(subject("DELETE", revoked, revoked).status()).isEqualTo(204);
    assertThat(SERVER.alive(revoked)).isEqualTo(401);
    assertThat(SERVER.rescope(revoked, MEMBER).status()).isEqualTo(401);
    assertThat(SERVER.alive(kept)).isEqualTo(200);
    assertThat(subject("GET", kept, revoked).status()).isEqualTo(404);
    assertThat(subject("DELETE", kept, revoked).status()).isEqualTo(404);
  }

  @Test
  void aTokenIsExplainedToItsUserAndToTheCloudAdministrator() {
    String alice = SERVER.token("alice");
    String bob = SERVER.token("bob");
    Response own = subject("GET", alice, alice);
    assertThat(own.status()).isEqualTo(200);
    assertThat(TestServer.issued(own)).isEqualTo(alice);
    assertThat(subject("HEAD", alice, alice).status()).isEqualTo(200);
    assertThat(subject("GET", SERVER.admin(), alice).json()).isEqualTo(own.json());
    assertThat(subject("GET", bob, alice).status()).isEqualTo(403);
    assertThat(subject("DELETE", bob, alice).status()).isEqualTo(403);
    assertThat(subject("GET", alice, "nonsense").status()).isEqualTo(404);
  }

  @Test
  void whatEndsATokenEndsItAtOnceAndForGood() {
    Someone someone = Someone.make("ending");
    for (String thing : List.of("users/" + someone.user(), "projects/" + someone.project())) {
      String kind = thing.startsWith("users") ? "user" : "project";
      String token = someone.token();
      assertThat(SERVER.alive(token)).isEqualTo(200);
      someone.patch("/v3/" + thing, "{\"%s\": {\"enabled\": false}}".formatted(kind));
      assertThat(SERVER.alive(token)).isEqualTo(401);
      assertThat(someone.login("one").status()).isEqualTo(401);
      someone.patch("/v3/" + thing, "{\"%s\": {\"enabled\": true}}".formatted(kind));
      assertThat(SERVER.alive(token)).isEqualTo(401);
      assertThat(SERVER.alive(someone.token())).isEqualTo(200);
    }
    String byAdmin = someone.token();
    someone.patch("/v3/users/" + someone.user(), "{\"user\": {\"password\": \"one\"}}");
    assertThat(SERVER.alive(byAdmin)).isEqualTo(401);
    String orphan = someone.token();
    assertThat(
            SERVER
                .send("DELETE", "/v3/projects/" + someone.project(), someone.admin(), null)
                .status())
        .isEqualTo(204);
    assertThat(SERVER.alive(orphan)).isEqualTo(401);
    String unscoped = SERVER.token(someone.name(), "one", "Default", null);
    SERVER.send("DELETE", "/v3/users/" + someone.user(), someone.admin(), null);
    assertThat(SERVER.alive(unscoped)).isEqualTo(401);
  }

  @Test
  void aDisabledDomainEndsItsTokens() {
    String admin = SERVER.admin();
    String bob = SERVER.token("bob");
    String domain = SERVER.id(admin, "domains", "bob");
    SERVER.send("PATCH", "/v3/domains/" + domain, admin, "{\"domain\": {\"enabled\": false}}");
    assertThat(SERVER.alive(bob)).isEqualTo(401);
    SERVER.send("PATCH", "/v3/domains/" + domain, admin, "{\"domain\": {\"enabled\": true}}");
    assertThat(SERVER.alive(bob)).isEqualTo(401);
    assertThat(SERVER.alive(SERVER.token("bob"))).isEqualTo(200);
  }

  @Test
  void onesOwnPasswordIsChangedWithTheOldOne() {
    Someone someone = Someone.make("changing");
    String token = someone.token();
    String path = "/v3/users/" + someone.user() + "/password";
    String right = "{\"user\": {\"original_password\": \"one\", \"password\": \"two\"}}";
    String wrong = "{\"user\": {\"original_password\": \"x\", \"password\": \"two\"}}";
    assertThat(SERVER.send("POST", path, token, wrong).status()).isEqualTo(401);
    assertThat(SERVER.send("POST", path, null, wrong).status()).isEqualTo(401);
    assertThat(SERVER.send("POST", path, SERVER.token("alice"), wrong).status()).isEqualTo(401);
    assertThat(SERVER.send("POST", path, null, right).status()).isEqualTo(204);
    assertThat(SERVER.send("POST", path, null, right).status()).isEqualTo(401);
    assertThat(SERVER.alive(token)).isEqualTo(401);
    assertThat(someone.login("one").status()).isEqualTo(401);
    assertThat(someone.login("two").status()).isEqualTo(201);
  }

  /** Logins with the old password race with its change: none of their tokens survives it. */
  @Test
  void noTokenOutlivesThePasswordItWasGivenFor() throws Exception {
    Someone someone = Someone.make("racing");
    String token = someone.token();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 10; round++) {
        String old = round % 2 == 0 ? "one" : "two";
        String fresh = round % 2 == 0 ? "two" : "one";
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Response>> logins =
            IntStream.range(0, 8)
                .mapToObj(
                    i ->
                        threads.submit(
                            () -> {
                              start.await();
                              Thread.sleep(i);
                              return someone.login(old);
                            }))
                .toList();
        start.countDown();
        someone.patch(
            "/v3/users/" + someone.user(), "{\"user\": {\"password\": \"%s\"}}".formatted(fresh));
        for (Future<Response> login : logins) {
          if (login.get().status() == 201) {
            assertThat(SERVER.alive(TestServer.issued(login.get()))).isEqualTo(401);
          }
        }
        assertThat(SERVER.alive(token)).isEqualTo(401);
      }
    }
  }

  private static String aliceProject() {
    return TestServer.project(TestServer.REGION, "alice");
  }

  private static Response subject(String method, String token, String subject) {
    return SERVER.subject(method, "/v3/auth/tokens", token, subject);
  }
}
