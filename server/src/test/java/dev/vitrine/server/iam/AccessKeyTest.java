package dev.vitrine.server.iam;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import dev.vitrine.server.http.SignedDraft;
import dev.vitrine.server.http.SignedDraft.Signer;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may have, see and end access keys, and what a key can do. */
@NullMarked
public class AccessKeyTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final String KEYS = "/v3.0/OS-CREDENTIAL/credentials";

  private static String admin = "";

  @BeforeAll
  static void login() {
    admin = SERVER.token("admin");
  }

  /** A new key of a user. */
  public static Signer create(TestServer server, String token, String user) {
    Response answer = server.send("POST", KEYS, token, body(user));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    JsonNode key = answer.json().path("credential");
    return new Signer(key.path("access").asText(), key.path("secret").asText());
  }

  private static String body(String user) {
    return "{\"credential\": {\"user_id\": \"%s\", \"description\": \"d\"}}".formatted(user);
  }

  /** A user of the default domain, with password {@code one}; it can do nothing yet. */
  private record Someone(String name, String id) {
    static Someone make(String name) {
      return new Someone(
          name,
          make("users", "{\"user\": {\"name\": \"%s\", \"password\": \"one\"}}".formatted(name)));
    }

    static String make(String plural, String json) {
      Response answer = SERVER.send("POST", "/v3/" + plural, admin, json);
      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
      return answer.json().elements().next().path("id").asText();
    }

    /** A new project in which it has a role. */
    String project(String name, String role) {
      String project = make("projects", "{\"project\": {\"name\": \"%s\"}}".formatted(name));
      String roleId =
          SERVER
              .send("GET", "/v3/roles?name=" + role, admin, null)
              .json()
              .at("/roles/0/id")
              .asText();
      send(204, "PUT", "/v3/projects/%s/users/%s/roles/%s".formatted(project, id, roleId), null);
      return project;
    }

    void patch(String json) {
      send(200, "PATCH", "/v3/users/" + id, "{\"user\": %s}".formatted(json));
    }

    String token(String project) {
      return SERVER.token(
          name, "one", "Default", "{\"project\": {\"id\": \"%s\"}}".formatted(project));
    }

    Signer key() {
      return create(SERVER, admin, id);
    }
  }

  private static Response send(int status, String method, String path, @Nullable String body) {
    return expect(status, SERVER.send(method, path, admin, body));
  }

  private static Response expect(int status, Response answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return answer;
  }

  private static Response signed(Signer key, String path, @Nullable String project) {
    SignedDraft draft = new SignedDraft("GET", path, SERVER.host());
    if (project != null) {
      draft.header("X-Project-Id", project);
    }
    return draft.sign(key).send(SERVER);
  }

  private static void refused(Response answer) {
    assertThat(expect(401, answer).json().path("error_code").asText()).isEqualTo("APIGW.0301");
  }

  @Test
  void aKeyIsMadeShownChangedAndDeletedByItsUserAndItsSecretIsToldOnce() {
    Someone someone = Someone.make("self");
    String token = someone.token(someone.project("self", "reader"));
    JsonNode made =
        expect(201, SERVER.send("POST", KEYS, token, body(someone.id()))).json().path("credential");
    assertThat(made.path("access").asText()).matches("[A-Z0-9]{20}");
    assertThat(made.path("secret").asText()).matches("[A-Za-z0-9]{40}");
    assertThat(made.path("status").asText()).isEqualTo("active");
    assertThat(made.path("user_id").asText()).isEqualTo(someone.id());
    assertThat(made.path("create_time").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    String path = KEYS + "/" + made.path("access").asText();

    Response shown = expect(200, SERVER.send("GET", path, token, null));
    assertThat(shown.json().at("/credential/description").asText()).isEqualTo("d");
    assertThat(shown.body()).doesNotContain("secret");
    Response listed = expect(200, SERVER.send("GET", KEYS, token, null));
    assertThat(listed.json().path("credentials")).hasSize(1);
    assertThat(listed.body()).doesNotContain("secret");
    Response changed =
        expect(
            200,
            SERVER.send(
                "PUT",
                path,
                token,
                "{\"credential\": {\"status\": \"inactive\", \"description\": \"e\"}}"));
    assertThat(changed.json().at("/credential/status").asText()).isEqualTo("inactive");
    assertThat(changed.json().at("/credential/description").asText()).isEqualTo("e");
    expect(204, SERVER.send("DELETE", path, token, null));
    assertThat(
            expect(403, SERVER.send("GET", path, token, null)).json().path("error_code").asText())
        .isEqualTo("IAM.0003");
  }

  @Test
  void aUserHasTwoKeysAtMost() {
    Someone someone = Someone.make("greedy");
    String path = KEYS + "/" + someone.key().access();
    someone.key();
    assertThat(send(400, "POST", KEYS, body(someone.id())).body()).contains("akSkNumExceed");
    send(204, "DELETE", path, null);
    someone.key();
  }

  @Test
  void nobodyTouchesAnothersKeysButAnAdministratorOfItsDomain() {
    Someone someone = Someone.make("victim");
    Someone other = Someone.make("other");
    String plain = other.token(other.project("other", "member"));
    String path = KEYS + "/" + someone.key().access();
    for (String who : List.of(plain, SERVER.token("bob"))) {
      boolean isPlain = who.equals(plain);
      int status = isPlain ? 403 : 404;
      expect(status, SERVER.send("POST", KEYS, who, body(someone.id())));
      expect(status, SERVER.send("GET", KEYS + "?user_id=" + someone.id(), who, null));
      expect(status, SERVER.send("GET", path, who, null));
      expect(status, SERVER.send("PUT", path, who, "{\"credential\": {}}"));
      expect(status, SERVER.send("DELETE", path, who, null));
      // As for one that there is not.
      expect(status, SERVER.send("GET", KEYS + "/none", who, null));
    }
    send(200, "GET", path, null);
    send(204, "DELETE", path, null);
    expect(401, SERVER.send("GET", KEYS, null, null));
  }

  @Test
  void whoeverAdministersADomainCannotMakeAKeyOfItsAccount() {
    String alice = SERVER.token("alice");
    String domain =
        SERVER.send("GET", "/v3/auth/domains", alice, null).json().at("/domains/0/id").asText();
    String account =
        SERVER.send("GET", "/v3/users?name=alice", alice, null).json().at("/users/0/id").asText();
    String deputy =
        expect(
                201,
                SERVER.send(
                    "POST",
                    "/v3/users",
                    alice,
                    "{\"user\": {\"name\": \"deputy\", \"password\": \"p\"}}"))
            .json()
            .at("/user/id")
            .asText();
    String role =
        send(201, "POST", "/v3/roles", "{\"role\": {\"name\": \"keeper\"}}")
            .json()
            .at("/role/id")
            .asText();
    SERVER.allow(role, "iam:*:*");
    expect(
        204,
        SERVER.send(
            "PUT",
            "/v3/domains/%s/users/%s/roles/%s".formatted(domain, deputy, role),
            alice,
            null));
    String token = SERVER.token("deputy", "p", "alice", "{\"domain\": {\"name\": \"alice\"}}");
    expect(403, SERVER.send("POST", KEYS, token, body(account)));
    expect(200, SERVER.send("GET", KEYS + "?user_id=" + account, token, null));
    String path = KEYS + "/" + create(SERVER, alice, account).access();
    expect(403, SERVER.send("PUT", path, token, "{\"credential\": {\"status\": \"inactive\"}}"));
    expect(403, SERVER.send("DELETE", path, token, null));
  }

  @Test
  void aDisabledOrDeletedKeyUserProjectOrDomainRefusesTheVeryNextRequest() {
    Someone someone = Someone.make("ending");
    String project = someone.project("ending", "member");
    Signer key = someone.key();
    String path = KEYS + "/" + key.access();
    expect(200, signed(key, "/v2/images", project));

    send(200, "PUT", path, "{\"credential\": {\"status\": \"inactive\"}}");
    refused(signed(key, "/v2/images", project));
    send(200, "PUT", path, "{\"credential\": {\"status\": \"active\"}}");
    expect(200, signed(key, "/v2/images", project));

    someone.patch("{\"enabled\": false}");
    refused(signed(key, "/v2/images", project));
    someone.patch("{\"enabled\": true}");
    expect(200, signed(key, "/v2/images", project));

    String places = "/v3/projects/" + project;
    send(200, "PATCH", places, "{\"project\": {\"enabled\": false}}");
    refused(signed(key, "/v2/images", project));
    refused(signed(key, "/v2/images", null));
    send(200, "PATCH", places, "{\"project\": {\"enabled\": true}}");
    expect(200, signed(key, "/v2/images", project));
    send(204, "DELETE", places, null);
    refused(signed(key, "/v2/images", project));

    expect(200, signed(key, "/v3/auth/projects", null));
    send(204, "DELETE", path, null);
    refused(signed(key, "/v3/auth/projects", null));

    Signer second = someone.key();
    expect(200, signed(second, "/v3/auth/projects", null));
    send(204, "DELETE", "/v3/users/" + someone.id(), null);
    refused(signed(second, "/v3/auth/projects", null));
  }

  @Test
  void aDisabledDomainRefusesItsKeys() {
    String bob = SERVER.token("bob");
    JsonNode user = SERVER.send("GET", "/v3/users?name=bob", bob, null).json().at("/users/0");
    Signer key = create(SERVER, bob, user.path("id").asText());
    String domain = "/v3/domains/" + user.path("domain_id").asText();
    expect(200, signed(key, "/v2/images", null));
    send(200, "PATCH", domain, "{\"domain\": {\"enabled\": false}}");
    refused(signed(key, "/v2/images", null));
    refused(signed(key, "/v3/auth/domains", null));
    send(200, "PATCH", domain, "{\"domain\": {\"enabled\": true}}");
    expect(200, signed(key, "/v2/images", null));
  }

  @Test
  void aNewPasswordEndsTokensAndNoKeys() {
    Someone someone = Someone.make("renewing");
    String project = someone.project("renewing", "member");
    String token = someone.token(project);
    Signer key = someone.key();
    someone.patch("{\"password\": \"two\"}");
    expect(401, SERVER.send("GET", "/v2/images", token, null));
    expect(200, signed(key, "/v2/images", project));
  }

  /** Ruling 4: key and token of one user in one project give equal callers and decisions. */
  @Test
  void aKeyDoesWhatATokenOfItsUserDoes() {
    for (String role : List.of("reader", "member", "manager")) {
      Someone someone = Someone.make("as " + role);
      String project = someone.project("as " + role, role);
      String token = someone.token(project);
      Signer key = someone.key();
      String json = "{\"name\": \"equal\"}";
      for (List<String> asked :
          List.of(
              List.of("GET", "/v2/images", ""),
              List.of("POST", "/v2/images", json),
              List.of("GET", "/v2/images/none", ""),
              List.of("POST", "/v2/images/none/members", "{\"member\": \"x\"}"),
              List.of("GET", "/v2/schemas/image", ""),
              List.of("GET", "/v2/nothing", ""),
              List.of("PUT", "/v2/images", json),
              List.of("GET", "/v3/users", ""),
              List.of("GET", "/v3/projects", ""),
              List.of("GET", "/v3/projects/" + project, ""),
              List.of("GET", "/v3/auth/projects", ""),
              List.of("GET", "/v3.0/nothing", ""),
              List.of("GET", KEYS, ""),
              List.of("POST", "/v3/projects", "{\"project\": {\"name\": \"x\"}}"))) {
        String method = asked.get(0);
        String path = asked.get(1);
        Response byToken = SERVER.send(method, path, token, asked.get(2));
        Response byKey =
            new SignedDraft(method, path, SERVER.host())
                .header("X-Project-Id", project)
                .json(asked.get(2))
                .sign(key)
                .send(SERVER);
        assertThat(byKey.status()).as(role + asked + byKey.body()).isEqualTo(byToken.status());
        if (byKey.status() != 201) {
          assertThat(byKey.body()).isEqualTo(byToken.body());
        } else {
          assertThat(byKey.json().path("owner")).isEqualTo(byToken.json().path("owner"));
        }
      }
    }
  }

  /** Ruling 4: the project asked for, else the default one, else the only one, else none. */
  @Test
  void withoutAProjectAKeyActsInTheDefaultOrTheOnlyOne() {
    Someone someone = Someone.make("many");
    Signer key = someone.key();
    refused(signed(key, "/v2/images", null));
    String first = someone.project("first", "member");
    assertThat(owner(key, null)).isEqualTo(first);
    String second = someone.project("second", "member");
    refused(signed(key, "/v2/images", null));
    assertThat(owner(key, second)).isEqualTo(second);
    someone.patch("{\"default_project_id\": \"%s\"}".formatted(second));
    assertThat(owner(key, null)).isEqualTo(second);
    assertThat(owner(key, first)).isEqualTo(first);
    String foreign = Someone.make("projects", "{\"project\": {\"name\": \"foreign\"}}");
    someone.patch("{\"default_project_id\": \"%s\"}".formatted(foreign));
    refused(signed(key, "/v2/images", null));
  }

  private static String owner(Signer key, @Nullable String project) {
    SignedDraft draft = new SignedDraft("POST", "/v2/images", SERVER.host()).json("{}");
    if (project != null) {
      draft.header("X-Project-Id", project);
    }
    return expect(201, draft.sign(key).send(SERVER)).json().path("owner").asText();
  }

  /** What clients ask before they know any project (contract/ims.md 1.0.4). */
  @Test
  void discoveryWorksForAUserOfManyProjects() {
    Someone someone = Someone.make("explorer");
    Signer key = someone.key();
    String one = someone.project("region-one", "member");
    someone.project("region-two", "member");
    JsonNode found = expect(200, named(key, "region-one")).json();
    assertThat(found.path("projects")).hasSize(1);
    assertThat(found.at("/projects/0/id").asText()).isEqualTo(one);
    assertThat(found.at("/projects/0/enabled").isBoolean()).isTrue();
    expect(403, named(key, "admin"));
    assertThat(expect(200, signed(key, "/v3/auth/projects", null)).json().path("projects"))
        .hasSize(2);
    expect(200, signed(key, "/v3/auth/domains", null));
    expect(403, signed(key, "/v3/users", null));
  }

  private static Response named(Signer key, String name) {
    return new SignedDraft("GET", "/v3/projects", SERVER.host())
        .query("name", name)
        .sign(key)
        .send(SERVER);
  }

  @Test
  void aDomainThatTheUserMayHaveIsItsScope() {
    String alice = SERVER.token("alice");
    JsonNode user = SERVER.send("GET", "/v3/users?name=alice", alice, null).json().at("/users/0");
    Signer key = create(SERVER, alice, user.path("id").asText());
    SignedDraft draft =
        new SignedDraft("GET", "/v3/users", SERVER.host())
            .header("X-Domain-Id", user.path("domain_id").asText());
    expect(200, draft.sign(key).send(SERVER));
    draft.path = "/v2/images";
    expect(403, draft.sign(key).send(SERVER));
  }

  /** A body that the gateway's clients send with DELETE, in chunks, is part of the signature. */
  @Test
  void aDeletionMayCarryABody() {
    Someone someone = Someone.make("deleting");
    String project = someone.project("deleting", "member");
    Signer key = someone.key();
    SignedDraft draft =
        new SignedDraft("DELETE", KEYS + "/" + someone.key().access(), SERVER.host())
            .header("X-Project-Id", project)
            .json("{\"a\": 1}")
            .chunked()
            .sign(key);
    draft.body[5] ^= 1;
    refused(draft.send(SERVER));
    draft.body[5] ^= 1;
    expect(204, draft.send(SERVER));
  }

  @Test
  void noJsonIsMoreThanABadRequest() {
    Someone someone = Someone.make("clumsy");
    String path = KEYS + "/" + someone.key().access();
    for (String value : List.of("null", "true", "1", "[]", "{}", "\"\\u0000\"", "\"\"")) {
      for (String body :
          List.of(
              value,
              "{\"credential\": %s}".formatted(value),
              "{\"credential\": {\"user_id\": %s}}".formatted(value),
              "{\"credential\": {\"user_id\": \"%s\", \"description\": %s, \"status\": %s}}"
                  .formatted(someone.id(), value, value))) {
        assertThat(SERVER.send("POST", KEYS, admin, body).status()).as(body).isLessThan(500);
        assertThat(SERVER.send("PUT", path, admin, body).status()).as(body).isLessThan(500);
      }
    }
    send(400, "PUT", path, "{\"credential\": {\"status\": \"off\"}}");
    send(400, "POST", KEYS, "{");
    send(400, "GET", KEYS + "?access=x", null);
    send(404, "POST", KEYS, body("none"));
    send(404, "GET", KEYS + "/%00", null);
    send(404, "GET", KEYS + "?user_id=%00", null);
  }
}
