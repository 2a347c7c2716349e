package dev.vitrine.server.keystone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vitrine.client.Response;
import dev.vitrine.login.KeyGenerationStore;
import dev.vitrine.login.KeyRing;
import dev.vitrine.login.KeyRotation;
import dev.vitrine.login.Keys;
import dev.vitrine.login.SecretCipher;
import dev.vitrine.login.Tokens;
import dev.vitrine.postgres.login.PostgresAccessKeys;
import dev.vitrine.postgres.login.PostgresKeyGenerations;
import dev.vitrine.postgres.webhook.PostgresWebhooks;
import dev.vitrine.server.TestServer;
import dev.vitrine.server.http.SignedDraft;
import dev.vitrine.server.http.SignedDraft.Signer;
import dev.vitrine.server.iam.AccessKeyTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys are replaced under a server that runs, and another node of its database. */
class KeyRotationTest {
  private static final Duration LIFETIME = Duration.ofHours(24);

  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static KeyGenerationStore generations;
  private static Node server;

  /** What a node knows of keys. */
  private record Node(KeyRing ring, KeyRotation rotation, Tokens tokens) {
    static Node with(KeyRing ring) {
      return new Node(
          ring,
          new KeyRotation(
              SERVER.keys(),
              ring,
              generations,
              List.of(
                  new PostgresAccessKeys(SERVER.database()),
                  new PostgresWebhooks(SERVER.database())),
              LIFETIME),
          new Tokens(ring, InstantSource.system()));
    }

    static Node another() {
      Node node = with(new KeyRing(SERVER.keys()));
      node.rotation().refresh();
      return node;
    }

    /** A token of this node for the caller of another token. */
    String again(String token) {
      return tokens.issue(tokens.verify(token));
    }
  }

  @BeforeAll
  static void node() {
    generations = new PostgresKeyGenerations(SERVER.database());
    server = Node.with(SERVER.ring());
    server.rotation().refresh();
  }

  private static int newest() {
    return generations.all().getLast().generation();
  }

  private static int make() {
    int next = newest() + 1;
    assertThat(KeyRotation.make(generations, SERVER.keys(), next)).isTrue();
    return next;
  }

  /** Lets the time of a new generation come. */
  private static void pass() {
    SERVER.execute("update key_generation set signs_from = signs_from - interval '1 minute'");
  }

  private static int rotate() {
    int made = make();
    pass();
    return made;
  }

  private static int generation(String token) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
    return bytes.get(0) == 1 ? 0 : bytes.getInt(1);
  }

  @Test
  void aTokenFromBeforeStaysValidAndANewOneHasTheNewKeys() {
    String before = SERVER.token("alice");
    int made = rotate();
    assertThat(server.rotation().refresh()).isTrue();
    String after = SERVER.token("alice");

    assertThat(generation(before)).isLessThan(made);
    assertThat(generation(after)).isEqualTo(made);
    assertThat(SERVER.alive(before)).isEqualTo(200);
    assertThat(SERVER.alive(after)).isEqualTo(200);
    assertThat(server.rotation().refresh()).isFalse();
  }

  @Test
  void allNodesKnowAGenerationBeforeOneSignsWithIt() {
    String token = SERVER.token("alice");
    int made = make();
    server.rotation().refresh();
    assertThat(generation(SERVER.token("alice"))).isLessThan(made);

    pass();
    String ofAnother = Node.another().again(token);
    assertThat(generation(ofAnother)).isEqualTo(made);
    assertThat(SERVER.alive(ofAnother)).isEqualTo(200);
    server.rotation().refresh();
  }

  @Test
  void aNodeThatDoesNotKnowAGenerationYetAsksToTryAgain() {
    String token = SERVER.token("alice");
    Signer key = key();
    rotate();
    Node another = Node.another();
    String ofAnother = another.again(token);
    another.rotation().encryptAgain();

    Response early = SERVER.send("GET", "/v2/images", ofAnother, null);
    assertThat(early.status()).isEqualTo(503);
    assertThat(early.header("Retry-After")).isNotNull();
    assertThat(SERVER.alive(ofAnother)).isEqualTo(503);
    assertThat(signed(key)).isEqualTo(503);

    server.rotation().refresh();
    assertThat(SERVER.alive(ofAnother)).isEqualTo(200);
    assertThat(signed(key)).isEqualTo(200);
  }

  @Test
  void aGenerationThatNobodyMadeIsNoReasonToTryAgain() {
    String token = SERVER.token("alice");
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    byte[] forged =
        ByteBuffer.allocate(bytes.length + 4)
            .put((byte) 2)
            .putInt(9_999)
            .put(bytes, 1, bytes.length - 1)
            .array();
    assertThat(SERVER.alive(Base64.getUrlEncoder().withoutPadding().encodeToString(forged)))
        .isEqualTo(401);
  }

  @Test
  void secretsAreEncryptedAgainAlsoWhenTheNodeThatBeganIsKilled() {
    Signer one = key();
    int made = rotate();
    server.rotation().refresh();
    // The node is killed here, before it has encrypted the first secret again.
    Signer two = key();
    assertThat(SERVER.look("select distinct secret_generation from access_key"))
        .hasSizeGreaterThan(1);
    assertThat(signed(one)).isEqualTo(200);

    assertThat(Node.another().rotation().next()).isFalse();
    assertThat(SERVER.look("select distinct secret_generation from access_key"))
        .containsExactly(Integer.toString(made));
    assertThat(signed(one)).isEqualTo(200);
    assertThat(signed(two)).isEqualTo(200);
  }

  @Test
  void secretsOfWebhooksAreEncryptedAgain() {
    String made =
        SERVER
            .send(
                "POST",
                "/vitrine/v1/webhooks",
                SERVER.token("alice"),
                "{\"url\": \"https://example.org\"}")
            .json()
            .at("/webhook/secret")
            .asText();
    int next = rotate();
    server.rotation().refresh();
    age(Duration.ofDays(100));
    generations.removeUnused(Tokens.EXPIRED_WINDOW);
    server.rotation().sweep();

    assertThat(SERVER.look("select distinct secret_generation from webhook_secret"))
        .containsExactly(Integer.toString(next));
    String id = SERVER.look("select webhook_id from webhook").getFirst();
    new PostgresWebhooks(SERVER.database())
        .secrets(id)
        .forEach(
            (secret, encrypted) ->
                assertThat(new SecretCipher(SERVER.ring()).decrypt(secret, encrypted))
                    .isEqualTo(made));
    SERVER.execute("delete from webhook");
  }

  @Test
  void theIdOfARefusalIsReadWithTheKeysThatSignedIt() {
    String alice = SERVER.token("alice");
    Response refused = SERVER.send("POST", "/v3/domains", alice, "{\"domain\": {\"name\": \"x\"}}");
    assertThat(refused.status()).as(refused.body()).isEqualTo(403);
    String id = refused.header("X-Vitrine-Explanation");
    rotate();
    server.rotation().refresh();
    Response read = SERVER.send("GET", "/vitrine/v1/explanations/" + id, alice, null);
    assertThat(read.status()).as(read.body()).isEqualTo(200);
  }

  @Test
  void aGenerationGoesWhenAllThatItSignedHasExpired() {
    String token = SERVER.token("alice");
    int old = generation(token);
    rotate();
    server.rotation().refresh();
    Duration needed = LIFETIME.plus(Tokens.EXPIRED_WINDOW);

    age(needed.minusMinutes(10));
    server.rotation().sweep();
    assertThat(numbers()).contains(old);
    age(Duration.ofMinutes(11));
    server.rotation().sweep();
    assertThat(numbers()).doesNotContain(old);

    server.rotation().refresh();
    assertThat(SERVER.alive(token)).isEqualTo(401);
    assertThat(SERVER.alive(SERVER.token("alice"))).isEqualTo(200);
  }

  @Test
  void aGenerationStaysWhileASecretNeedsIt() {
    Signer key = key();
    int old = newest();
    rotate();
    age(Duration.ofDays(100));
    generations.removeUnused(Tokens.EXPIRED_WINDOW);
    assertThat(numbers()).contains(old);
    server.rotation().refresh();
    assertThat(signed(key)).isEqualTo(200);
    server.rotation().sweep();
    assertThat(numbers()).doesNotContain(old);
    assertThat(signed(key)).isEqualTo(200);
  }

  @Test
  void theLongestLifetimeOfANodeCounts() {
    new KeyRotation(
            SERVER.keys(),
            new KeyRing(SERVER.keys()),
            generations,
            List.of(new PostgresAccessKeys(SERVER.database())),
            Duration.ofDays(30))
        .refresh();
    int old = newest();
    rotate();
    server.rotation().refresh();
    age(Duration.ofDays(31));
    server.rotation().sweep();
    assertThat(numbers()).contains(old);
  }

  @Test
  void otherKeysThanThoseOfTheFileUnwrapNothing() {
    make();
    Keys others = Keys.random();
    KeyRotation rotation =
        new KeyRotation(
            others,
            new KeyRing(others),
            generations,
            List.of(new PostgresAccessKeys(SERVER.database())),
            LIFETIME);
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(rotation::refresh);
    pass();
    server.rotation().refresh();
  }

  private static void age(Duration by) {
    SERVER.execute(
        "update key_generation set signs_from = signs_from - interval '%d seconds'"
            .formatted(by.toSeconds()));
  }

  private static List<Integer> numbers() {
    return generations.all().stream().map(KeyGenerationStore.Row::generation).toList();
  }

  private static int users;

  private static Signer key() {
    String admin = SERVER.admin();
    String name = "signer-" + users++;
    String user = SERVER.make(admin, "users", "{\"user\": {\"name\": \"%s\"}}".formatted(name));
    String project =
        SERVER.make(admin, "projects", "{\"project\": {\"name\": \"%s\"}}".formatted(name));
    String role = SERVER.id(admin, "roles", "member");
    SERVER.send(
        "PUT", "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, role), admin, null);
    return AccessKeyTest.create(SERVER, admin, user);
  }

  private static int signed(Signer key) {
    return new SignedDraft("GET", "/v2/images", SERVER.host()).sign(key).send(SERVER).status();
  }
}
