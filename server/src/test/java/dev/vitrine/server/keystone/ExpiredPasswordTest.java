package dev.vitrine.server.keystone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The password that the first start gave the administrator must be changed before a login. */
class ExpiredPasswordTest {
  @RegisterExtension
  static final TestServer SERVER = new TestServer(List.of("--admin.must-change=true"));

  @Test
  void servesOnlyToChangeIt() {
    String first = SERVER.password("admin");

    // keystone/exception.py: PasswordExpired
    Response expired = login(first);
    assertThat(expired.status()).isEqualTo(401);
    assertThat(expired.header("WWW-Authenticate")).contains("/v3");
    String message = expired.json().at("/error/message").asText();
    assertThat(message)
        .startsWith("The password is expired and needs to be changed for user: ")
        .endsWith(".");
    String user = message.substring(message.lastIndexOf(' ') + 1, message.length() - 1);

    // Only whoever knows the password learns that.
    assertThat(login("wrong").body()).contains("requires authentication");

    assertThat(change(user, first, first).status()).isEqualTo(400);
    assertThat(login(first).status()).isEqualTo(401);
    assertThat(change(user, first, "another one").status()).isEqualTo(204);

    Response loggedIn = login("another one");
    assertThat(loggedIn.status()).isEqualTo(201);
    String token = TestServer.issued(loggedIn);
    assertThat(
            SERVER
                .send("GET", "/v3/users/" + user, token, null)
                .json()
                .at("/user/password_expires_at")
                .isNull())
        .isTrue();

    SERVER.execute("update user_account set password_expires_at = '2026-01-02' where name = 'bob'");
    String bob = "/v3/users/" + SERVER.id(token, "users", "bob");
    Response shown = SERVER.send("GET", bob, token, null);
    assertThat(shown.json().at("/user/password_expires_at").asText())
        .isEqualTo("2026-01-02T00:00:00.000000Z");
    Response set =
        SERVER.send("PATCH", bob, token, "{\"user\": {\"password\": \"by the administrator\"}}");
    assertThat(set.json().at("/user/password_expires_at").isNull()).as(set.body()).isTrue();
    assertThat(SERVER.login("bob", "by the administrator", "bob", "{\"unscoped\": {}}").status())
        .isEqualTo(201);
  }

  @Test
  void othersLogInAsEver() {
    assertThat(SERVER.token("alice")).isNotEmpty();
  }

  private static Response login(String password) {
    return SERVER.login("admin", password, "Default", TestServer.project("admin", "Default"));
  }

  private static Response change(String user, String old, String fresh) {
    return SERVER.send(
        "POST",
        "/v3/users/" + user + "/password",
        null,
        "{\"user\": {\"original_password\": \"%s\", \"password\": \"%s\"}}".formatted(old, fresh));
  }
}
