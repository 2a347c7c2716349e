package dev.vitrine.server.keystone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wherever a password or secret is checked, guesses have to wait. Requests come by a proxy, which
 * names their addresses.
 */
@NullMarked
class LoginThrottleTest {
  private static final String ATTACKER = "198.51.100.1";

  @RegisterExtension
  static final TestServer SERVER =
      new TestServer(
          List.of(
              "--trusted-proxies=127.0.0.1",
              "--login.failures=3",
              "--login.address-failures=1000"));

  private static Response post(String path, String origin, String body) {
    return SERVER.send("POST", path, null, body, "X-Forwarded-For: " + origin + "\r\n");
  }

  private static Response login(String origin, String user, String password) {
    return post(
        "/v3/auth/tokens",
        origin,
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user":
          {"name": "%s", "password": "%s", "domain": {"name": "%s"}}}}}}
        """
            .formatted(user, password, user));
  }

  private static List<Integer> statuses(int times, Supplier<Response> request) {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      statuses.add(request.get().status());
    }
    return statuses;
  }

  @Test
  void guessesOfAPasswordWait() {
    assertThat(statuses(4, () -> login(ATTACKER, "alice", "wrong")))
        .containsExactly(401, 401, 401, 429);

    Response refused = login(ATTACKER, "alice", SERVER.password("alice"));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(refused.json().at("/error/code").asInt()).isEqualTo(429);
    assertThat(refused.json().at("/error/title").asText()).isEqualTo("Too Many Requests");
    assertThat(login("203.0.113.1", "alice", SERVER.password("alice")).status()).isEqualTo(201);
  }

  /** Whether it exists or not: otherwise the counts would tell. */
  @ParameterizedTest
  @ValueSource(strings = {"bob", "nobody-at-all"})
  void guessesCountTogetherHoweverAUserIsNamed(String name) {
    String origin = "198.51.100.33";
    String domain = SERVER.look("select domain_id from domain where name = 'bob'").getFirst();
    String byName = "\"name\": \"%s\", \"domain\": {\"name\": \"bob\"}".formatted(name);
    String byDomain = "\"name\": \"%s\", \"domain\": {\"id\": \"%s\"}".formatted(name, domain);
    for (int i = 0; i < 4; i++) {
      String user = i % 2 == 0 ? byName : byDomain;
      assertThat(guess(origin, user)).as("%d", i).isEqualTo(i == 3 ? 429 : 401);
    }
    if (name.equals("bob")) {
      String id = SERVER.look("select user_id from user_account where name = 'bob'").getFirst();
      assertThat(guess(origin, "\"id\": \"" + id + "\"")).isEqualTo(429);
    }
  }

  private static int guess(String origin, String user) {
    return post(
            "/v3/auth/tokens",
            origin,
            """
            {"auth": {"identity": {"methods": ["password"], "password": {"user": {%s, "password": "wrong"}}}}}
            """
                .formatted(user))
        .status();
  }

  @Test
  void aUserThatDoesNotExistIsToldTheSame() {
    Response refused = login("198.51.100.2", "nobody", "wrong");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(statuses(3, () -> login("198.51.100.2", "nobody", "wrong")))
        .containsExactly(401, 401, 429);
  }

  @Test
  void guessesOfTheOldPasswordCountWithThoseOfALoginById() {
    String token = SERVER.token("bob");
    String bob =
        SERVER.subject("GET", "/v3/auth/tokens", token, token).json().at("/token/user/id").asText();
    String change = "{\"user\": {\"original_password\": \"x\", \"password\": \"y\"}}";

    assertThat(statuses(4, () -> post("/v3/users/" + bob + "/password", "198.51.100.3", change)))
        .containsExactly(401, 401, 401, 429);
    assertThat(
            post(
                    "/v3/auth/tokens",
                    "198.51.100.3",
                    """
                    {"auth": {"identity": {"methods": ["password"], "password":
                      {"user": {"id": "%s", "password": "%s"}}}}}
                    """
                        .formatted(bob, SERVER.password("bob")))
                .status())
        .isEqualTo(429);
    assertThat(login("198.51.100.3", "bob", SERVER.password("bob")).status())
        .as("nor by name")
        .isEqualTo(429);
  }

  @Test
  void guessesOfTheSecretOfAnApplicationCredentialWait() {
    assertThat(
            statuses(
                4,
                () ->
                    post(
                        "/v3/auth/tokens",
                        "198.51.100.4",
                        """
                        {"auth": {"identity": {"methods": ["application_credential"],
                          "application_credential": {"id": "0123", "secret": "wrong"}}}}
                        """)))
        .containsExactly(401, 401, 401, 429);
  }

  /** Whoever has the whole of an IPv6 network is one client. */
  @Test
  void addressesOfOneNetworkCountTogether() {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      statuses.add(login("2001:db8:0:1::" + i, "bob", "wrong").status());
    }
    assertThat(statuses).containsExactly(401, 401, 401, 429);
    assertThat(login("2001:db8:0:2::1", "bob", "wrong").status()).isEqualTo(401);
  }
}
