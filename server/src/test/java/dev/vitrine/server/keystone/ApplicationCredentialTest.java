package dev.vitrine.server.keystone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An application credential stands for its user, for some of its roles, in one project. */
class ApplicationCredentialTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  /** A user with password {@code p} and two roles at a project of its own name. */
  private record Someone(String admin, String name, String user, String project, String role) {
    static Someone make(String name, String actions) {
      String admin = SERVER.admin();
      String user =
          SERVER.make(
              admin,
              "users",
              "{\"user\": {\"name\": \"%s\", \"password\": \"p\"}}".formatted(name));
      String project =
          SERVER.make(admin, "projects", "{\"project\": {\"name\": \"%s\"}}".formatted(name));
      String role =
          SERVER.make(admin, "roles", "{\"role\": {\"name\": \"role of %s\"}}".formatted(name));
      SERVER.allow(role, actions);
      Someone someone = new Someone(admin, name, user, project, role);
      someone.grant("PUT", role);
      someone.grant("PUT", SERVER.id(admin, "roles", "member"));
      return someone;
    }

    void grant(String method, String granted) {
      String path = "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, granted);
      assertThat(SERVER.send(method, path, admin, null).status()).isEqualTo(204);
    }

    String token() {
      return SERVER.token(name, "p", "Default", TestServer.project(name, "Default"));
    }

    String path() {
      return "/v3/users/" + user + "/application_credentials";
    }

    Credential create(String json) {
      Response answer =
          SERVER.send("POST", path(), token(), "{\"application_credential\": %s}".formatted(json));
      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
      return new Credential(
          answer.json().at("/application_credential/id").asText(),
          answer.json().at("/application_credential/secret").asText());
    }
  }

  private record Credential(String id, String secret) {
    Response login() {
      return SERVER.send(
          "POST",
          "/identity/v3/auth/tokens",
          null,
          """
          {"auth": {"identity": {"methods": ["application_credential"],
            "application_credential": {"id": "%s", "secret": "%s"}}}}
          """
              .formatted(id, secret));
    }

    String token() {
      Response answer = login();
      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
      return TestServer.issued(answer);
    }
  }

  private static int status(String method, String path, String token) {
    return SERVER.send(method, path, token, null).status();
  }

  @Test
  void itsTokenIsForItsProjectAndItsRoles() {
    Someone someone = Someone.make("described", "iam:users:*");
    Credential credential =
        someone.create("{\"name\": \"c\", \"roles\": [{\"name\": \"member\"}]}");
    Response token = credential.login();
    assertThat(token.json().at("/token/project/id").asText()).isEqualTo(someone.project());
    assertThat(token.json().at("/token/roles").findValuesAsText("name")).containsExactly("member");
    assertThat(token.json().at("/token/methods/0").asText()).isEqualTo("application_credential");
    assertThat(token.json().at("/token/application_credential/id").asText())
        .isEqualTo(credential.id());
    assertThat(token.json().at("/token/application_credential/restricted").asBoolean()).isTrue();
    Response shown =
        SERVER.send("GET", someone.path() + "/" + credential.id(), someone.token(), null);
    assertThat(shown.json().at("/application_credential").has("secret")).isFalse();
    assertThat(new Credential(credential.id(), credential.secret() + "x").login().status())
        .isEqualTo(401);
  }

  @Test
  void itMayDoWhatItsRolesAllowAndNoMore() {
    Someone someone = Someone.make("some", "iam:users:listUsers");
    Credential all = someone.create("{\"name\": \"all\"}");
    Credential member =
        someone.create("{\"name\": \"member\", \"roles\": [{\"name\": \"member\"}]}");
    assertThat(status("GET", "/v3/users", someone.token())).isEqualTo(200);
    assertThat(status("GET", "/v3/users", all.token())).isEqualTo(200);
    assertThat(status("GET", "/v3/users", member.token())).isEqualTo(403);
  }

  @Test
  void whatIsDeniedToItsUserIsDeniedToIt() {
    Someone someone = Someone.make("denied", "iam:users:listUsers");
    String deny = SERVER.make(someone.admin(), "roles", "{\"role\": {\"name\": \"denies users\"}}");
    SERVER.deny(deny, "iam:users:listUsers");
    Credential credential =
        someone.create(
            "{\"name\": \"c\", \"roles\": [{\"id\": \"%s\"}]}".formatted(someone.role()));
    String token = credential.token();
    assertThat(status("GET", "/v3/users", token)).isEqualTo(200);
    someone.grant("PUT", deny);
    assertThat(status("GET", "/v3/users", token)).isEqualTo(403);
  }

  /** The domain's account may do everything; its credentials only what their roles allow. */
  @Test
  void anAccountsCredentialIsNoAccount() {
    String alice = SERVER.token("alice");
    String user = SERVER.id(alice, "users", "alice");
    Response made =
        SERVER.send(
            "POST",
            "/v3/users/" + user + "/application_credentials",
            alice,
            "{\"application_credential\": {\"name\": \"robot\", \"unrestricted\": true}}");
    String token =
        new Credential(
                made.json().at("/application_credential/id").asText(),
                made.json().at("/application_credential/secret").asText())
            .token();
    assertThat(status("GET", "/v3/users", alice)).isEqualTo(200);
    assertThat(status("GET", "/v3/users", token)).isEqualTo(403);
  }

  @Test
  void aCloudAdministratorsCredentialAdministersWithTheRoleOnly() {
    Someone someone = Someone.make("operator", "iam:users:getUser");
    someone.grant("PUT", SERVER.id(someone.admin(), "roles", "admin"));
    Credential without = someone.create("{\"name\": \"a\", \"roles\": [{\"name\": \"member\"}]}");
    Credential with = someone.create("{\"name\": \"b\", \"roles\": [{\"name\": \"admin\"}]}");
    String other = SERVER.token("bob");
    assertThat(validate(without.token(), other)).isEqualTo(403);
    assertThat(validate(with.token(), other)).isEqualTo(200);
  }

  @Test
  void aRestrictedOneMakesChangesAndDeletesNoCredentials() {
    Someone someone = Someone.make("restricted", "iam:*:*");
    Credential restricted = someone.create("{\"name\": \"restricted\"}");
    Credential free = someone.create("{\"name\": \"free\", \"unrestricted\": true}");
    String other = "{\"application_credential\": {\"name\": \"other\"}}";
    String token = restricted.token();
    assertThat(SERVER.send("POST", someone.path(), token, other).status()).isEqualTo(403);
    assertThat(status("DELETE", someone.path() + "/" + free.id(), token)).isEqualTo(403);
    assertThat(
            SERVER
                .send(
                    "PATCH",
                    "/v3/users/" + someone.user(),
                    token,
                    "{\"user\": {\"password\": \"q\"}}")
                .status())
        .isEqualTo(403);
    assertThat(status("GET", someone.path(), token)).isEqualTo(200);
    assertThat(SERVER.send("POST", someone.path(), free.token(), other).status()).isEqualTo(201);
    assertThat(status("DELETE", someone.path() + "/" + restricted.id(), free.token()))
        .isEqualTo(204);
    assertThat(SERVER.alive(token)).isEqualTo(401);
  }

  @Test
  void itsTokenIsExchangedForItsOwnProjectOnly() {
    Someone someone = Someone.make("exchanged", "iam:users:*");
    Someone elsewhere = Someone.make("elsewhere", "iam:users:*");
    String path =
        "/v3/projects/%s/users/%s/roles/%s"
            .formatted(elsewhere.project(), someone.user(), elsewhere.role());
    assertThat(status("PUT", path, someone.admin())).isEqualTo(204);
    Credential credential =
        someone.create("{\"name\": \"c\", \"roles\": [{\"name\": \"member\"}]}");
    String token = credential.token();
    assertThat(SERVER.rescope(token, TestServer.project("elsewhere", "Default")).status())
        .isEqualTo(403);
    assertThat(SERVER.rescope(token, "\"unscoped\"").status()).isEqualTo(403);
    Response same = SERVER.rescope(token, TestServer.project("exchanged", "Default"));
    assertThat(same.status()).isEqualTo(201);
    String exchanged = TestServer.issued(same);
    assertThat(status("GET", "/v3/users", exchanged)).isEqualTo(403);
    assertThat(status("DELETE", someone.path() + "/" + credential.id(), someone.token()))
        .isEqualTo(204);
    assertThat(SERVER.alive(exchanged)).isEqualTo(401);
  }

  @Test
  void withoutOneOfItsRolesItIsOfNoUse() {
    Someone someone = Someone.make("losing", "iam:users:listUsers");
    Credential credential = someone.create("{\"name\": \"c\"}");
    String token = credential.token();
    someone.grant("DELETE", someone.role());
    assertThat(credential.login().status()).isEqualTo(401);
    assertThat(status("GET", "/v3/users", token)).isEqualTo(403);
  }

  private static int validate(String token, String subject) {
    return SERVER.subject("GET", "/v3/auth/tokens", token, subject).status();
  }

  @Test
  void aServiceValidatesItsUsersTokensAlsoThoseExpiredOfLate() {
    Someone service = Someone.make("nova", "iam:users:*");
    String alice = SERVER.token("alice");
    String other = Someone.make("other service", "iam:*:*").token();
    assertThat(validate(service.token(), alice)).isEqualTo(403);
    service.grant("PUT", SERVER.id(service.admin(), "roles", "service"));
    String token = service.token();
    assertThat(validate(token, alice)).isEqualTo(200);
    assertThat(SERVER.subject("HEAD", "/v3/auth/tokens", token, alice).status()).isEqualTo(200);
    assertThat(SERVER.subject("DELETE", "/v3/auth/tokens", token, alice).status()).isEqualTo(403);
    assertThat(
            SERVER
                .subject("GET", "/v3/auth/tokens?nocatalog", token, alice)
                .json()
                .path("token")
                .has("catalog"))
        .isFalse();
    String expired = SERVER.expired(alice, 60);
    assertThat(validate(token, expired)).isEqualTo(404);
    String allowed = "/v3/auth/tokens?allow_expired=1";
    assertThat(SERVER.subject("GET", allowed, token, expired).status()).isEqualTo(200);
    assertThat(SERVER.subject("GET", allowed + "%20", token, expired).status()).isEqualTo(200);
    // Keystone (api/auth.py): a word that does not mean true allows nothing.
    assertThat(SERVER.subject("GET", allowed + "2", token, expired).status()).isEqualTo(404);
    assertThat(SERVER.subject("GET", allowed, other, expired).status()).isEqualTo(403);
    assertThat(SERVER.subject("GET", allowed, token, SERVER.expired(alice, 172_801)).status())
        .isEqualTo(404);
    assertThat(SERVER.send("GET", "/v3/auth/catalog", expired, null).status()).isEqualTo(401);
  }

  /** What only it may give: whoever could, could use others' expired tokens. */
  @Test
  void onlyACloudAdministratorMakesServices() {
    String alice = SERVER.token("alice");
    String service = SERVER.id(SERVER.admin(), "roles", "service");
    String user = SERVER.make(alice, "users", "{\"user\": {\"name\": \"mine\"}}");
    String project = SERVER.make(alice, "projects", "{\"project\": {\"name\": \"mine\"}}");
    String grant = "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, service);
    assertThat(status("PUT", grant, alice)).isEqualTo(403);
    assertThat(status("PUT", grant, SERVER.admin())).isEqualTo(204);
    assertThat(
            SERVER
                .send("PATCH", "/v3/users/" + user, alice, "{\"user\": {\"password\": \"p\"}}")
                .status())
        .isEqualTo(403);
  }
}
