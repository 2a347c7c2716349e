package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An address has five requests an hour, a user four. Requests come by a proxy, which names their
 * addresses; logins of tests come from addresses of their own.
 */
@NullMarked
class RateLimitTest {
  @RegisterExtension
  static final TestServer SERVER =
      new TestServer(
          List.of("--trusted-proxies=127.0.0.1", "--rate.address=5/h", "--rate.caller=4/h"));

  private static int addresses;

  /** An address that nobody has used. */
  private static String address() {
    addresses++;
    return "203.0.113." + addresses;
  }

  private static Response get(String path, String from, String token) {
    return SERVER.send("GET", path, token, null, "X-Forwarded-For: " + from + "\r\n");
  }

  private static String token(String user) {
    Response answer =
        SERVER.send(
            "POST",
            "/v3/auth/tokens",
            null,
            """
            {"auth": {"identity": {"methods": ["password"], "password": {"user":
              {"name": "%s", "password": "%s", "domain": {"name": "%s"}}}},
              "scope": {"project": {"name": "RegionOne", "domain": {"name": "%s"}}}}}
            """
                .formatted(user, SERVER.password(user), user, user),
            "X-Forwarded-For: " + address() + "\r\n");
    return TestServer.issued(answer);
  }

  /** In the shape of each protocol, and before the token is looked at. */
  @ParameterizedTest
  @CsvSource({
    "/v2/images, 429 Too Many Requests",
    "/v3/users, '\"title\":\"Too Many Requests\"'",
    "/v2/cloudimages, APIGW.0308",
    "/v3.0/OS-CREDENTIAL/credentials, APIGW.0308",
    "/vitrine/v1/jobs, '\"title\":\"Too Many Requests\"'",
  })
  void anAddressHasItsRate(String path, String body) {
    String address = address();
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      statuses.add(get(path, address, "none").status());
    }
    assertThat(statuses).containsOnly(401);

    Response refused = get(path, address, "none");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body().replace(": ", ":")).contains(body);
    // A fifth of an hour, less what has passed.
    assertThat(Integer.parseInt(String.valueOf(refused.header("Retry-After")))).isBetween(600, 721);
    assertThat(get(path, address(), "none").status()).isEqualTo(401);
  }

  @Test
  void aUserHasItsRateWhereverItIs() {
    String alice = token("alice");
    for (int i = 0; i < 4; i++) {
      assertThat(get("/v2/images", address(), alice).status()).isEqualTo(200);
    }

    Response refused = get("/v2/images", address(), alice);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isNotNull();
    assertThat(get("/v2/images", address(), token("alice")).status()).isEqualTo(429);
    assertThat(get("/v2/images", address(), token("bob")).status()).isEqualTo(200);
  }
}
