package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.TestCertificates;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.RawHttp2.Field;
import dev.vitrine.server.tls.Certificate;
import dev.vitrine.server.tls.CertificateFiles;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * However many clients send bodies, what these hold is bounded, and nobody keeps others from
 * sending theirs. Here callers share 600,000 bytes, strangers 200,000. A token is the name of its
 * user.
 */
@NullMarked
class BodyMemoryTest {
  private static final String OPEN = "/v3/auth/tokens";
  private static final String KNOWN = "/v3/users";
  private static final int LARGE = 180_000;

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private WebServer web;
  private int port;

  @BeforeEach
  void start() throws Exception {
    start(new Pace(Duration.ofMinutes(1), 1));
  }

  private void start(Pace pace) throws Exception {
    Routes routes =
        new Routes(UnaryOperator.identity())
            .on(Operation.ISSUE_TOKEN, request -> Reply.empty(201))
            .on(Operation.CREATE_USER, request -> Reply.empty(201))
            .on(Operation.CHECK_HEALTH, request -> Reply.empty(204))
            .streaming(Operation.UPLOAD_IMAGE, Callers::discard);
    web =
        new BareServer(vertx, routes)
            .authenticator(BodyMemoryTest::caller)
            .bodies(1_000_000, 800_000)
            .pace(pace)
            .build();
    port = web.listen("127.0.0.1", 0, 1);
  }

  @AfterEach
  void stop() {
    web.close();
    vertx.close().await();
  }

  private static Credentials caller(Request request) {
    String token = String.valueOf(request.header("X-Auth-Token"));
    return token.startsWith("claims-")
        ? new Credentials.Claimed(token, arrived -> Callers.named(token))
        : new Credentials.Proven(Callers.named(token));
  }

  @Test
  void whatIsAnnouncedHoldsNothing() throws Exception {
    try (Clients many = new Clients()) {
      for (int i = 0; i < 20; i++) {
        many.open().send(OPEN, "", 60_000, 1);
        many.open().send(KNOWN, "alice", 900_000, 1);
      }

      assertThat(many.open().whole(OPEN, "", 40_000)).isEqualTo(201);
      assertThat(many.open().whole(KNOWN, "alice", LARGE)).isEqualTo(201);
    }
  }

  @Test
  void nothingLargeIsTakenFromAStranger() throws Exception {
    try (Clients clients = new Clients()) {
      assertThat(clients.open().whole(OPEN, "", 65_536)).isEqualTo(201);

      Client larger = clients.open();
      larger.send(OPEN, "", 65_537, 0);
      assertThat(larger.status()).isEqualTo(413);
    }
  }

  @Test
  void strangersTakeNothingFromCallers() throws Exception {
    try (Clients strangers = new Clients();
        Clients callers = new Clients()) {
      for (int i = 0; i < 20; i++) {
        strangers.open().send(OPEN, "", 60_000, 59_999);
      }
      Client last = strangers.open();
      last.send(OPEN, "", 60_000, 59_999);
      assertThat(last.status()).isEqualTo(429);

      assertThat(callers.open().whole(KNOWN, "alice", LARGE)).isEqualTo(201);
    }
  }

  @Test
  void oneCallerTakesNotAllFromOthers() throws Exception {
    try (Clients greedy = new Clients();
        Clients others = new Clients()) {
      greedy.hold(KNOWN, "alice", LARGE);
      Client second = greedy.open();
      second.send(KNOWN, "alice", LARGE, LARGE);
      assertThat(second.status()).isEqualTo(429);
      assertThat(second.header("Retry-After")).isEqualTo("1");

      assertThat(others.open().whole(KNOWN, "bob", LARGE)).isEqualTo(201);
    }
  }

  /** Who only claims to be somebody takes nothing from who is, nor from who claims otherwise. */
  @Test
  void aClaimCountsByItsName() throws Exception {
    try (Clients claiming = new Clients();
        Clients others = new Clients()) {
      claiming.hold(KNOWN, "claims-alice", 60_000);
      Client second = claiming.open();
      second.send(KNOWN, "claims-alice", 60_000, 60_000);
      assertThat(second.status()).isEqualTo(429);

      assertThat(others.open().whole(KNOWN, "claims-bob", 60_000)).isEqualTo(201);
      assertThat(others.open().whole(KNOWN, "claims-alice", 10_000)).isEqualTo(201);
      assertThat(others.open().whole(KNOWN, "alice", LARGE)).isEqualTo(201);
    }
  }

  @Test
  void aSmallBodyAlwaysHasRoom() throws Exception {
    try (Clients clients = new Clients()) {
      clients.hold(KNOWN, "alice", LARGE);
      assertThat(clients.open().whole(KNOWN, "alice", 16 * 1024)).isEqualTo(201);
      assertThat(clients.open().whole(OPEN, "", 1_000)).isEqualTo(201);
    }
  }

  /** Of one connection only so much is small: HTTP/2 has a hundred bodies on it at a time. */
  @Test
  void smallBodiesOfOneConnectionCountTogether() {
    BodyMemory memory = new BodyMemory(800_000);
    BodyMemory.Allowance shared = new BodyMemory.Allowance();
    List<BodyMemory.Body> bodies = new ArrayList<>();
    int held = 0;
    for (int i = 0; i < 100; i++) {
      BodyMemory.Body body = memory.of(Callers.named("alice"), shared);
      bodies.add(body);
      held += body.growTo(8_000) && body.growTo(16_000) ? 1 : 0;
    }
    assertThat(held).isBetween(10, 25);
    assertThat(memory.of(Callers.named("alice"), new BodyMemory.Allowance()).growTo(16_000))
        .isTrue();

    bodies.forEach(BodyMemory.Body::giveBack);
    assertThat(memory.of(Callers.named("alice"), shared).growTo(16_000)).isTrue();
    assertThat(memory.of(Callers.named("alice"), new BodyMemory.Allowance()).growTo(300_000))
        .isTrue();
  }

  @Test
  void aHundredSmallBodiesOfOneConnectionAreRefusedWhenTheyHoldTooMuch() throws Exception {
    SSLContext trusting =
        TestCertificates.clientOf(TestCertificates.make(folder, "small", "-keyalg", "EC"));
    CertificateFiles files =
        new CertificateFiles(folder.resolve("small.pem"), folder.resolve("small.key"), null);
    int tls = web.listen("127.0.0.1", 0, 1, Certificate.read(vertx, files));

    List<String> answered =
        RawHttp2.sendUnfinished(
            trusting,
            "127.0.0.1",
            tls,
            head("POST", KNOWN),
            90,
            16_000,
            head("GET", "/healthcheck"));

    // 300,000 bytes are alice's share.
    assertThat(answered).hasSizeBetween(90 - 21, 90 - 15).containsOnly("other");
  }

  private static List<Field> head(String method, String path) {
    return List.of(
        new Field(":method", method),
        new Field(":scheme", "https"),
        new Field(":authority", "127.0.0.1"),
        new Field(":path", path),
        new Field("x-auth-token", "alice"));
  }

  @Test
  void whatAClientThatWentAwayHeldIsFreeAgain() throws Exception {
    try (Clients gone = new Clients()) {
      gone.hold(KNOWN, "alice", LARGE);
    }
    int status = 429;
    for (int i = 0; i < 100 && status == 429; i++) {
      try (Clients next = new Clients()) {
        status = next.open().whole(KNOWN, "alice", LARGE);
      }
    }
    assertThat(status).isEqualTo(201);
  }

  @Test
  void whoeverDribblesIsRefused() throws Exception {
    web.close();
    start(new Pace(Duration.ofMillis(1500), 1000));
    for (String path : List.of(OPEN, KNOWN, "/v2/images/x/file")) {
      try (Clients clients = new Clients()) {
        Client dribbling = clients.open();
        dribbling.send(path, "alice", 10_000, 1);
        for (int i = 0; i < 100 && !dribbling.isAnswered(); i++) {
          dribbling.sendMore(1);
          Thread.sleep(100);
        }
        assertThat(dribbling.status()).as(path).isEqualTo(408);
        assertThat(dribbling.header("Connection")).isEqualTo("close");
      }
    }
  }

  @Test
  void whoeverDribblesBeforeTheBodyIsRefused() throws Exception {
    web.close();
    start(new Pace(Duration.ofMillis(500), 1000));
    try (Clients clients = new Clients()) {
      Client dribbling = clients.open();
      dribbling.send("GET /v3/users HTTP/1.1\r\nX-A: ");
      for (int i = 0; i < 100 && !dribbling.isAnswered(); i++) {
        dribbling.send("a");
        Thread.sleep(50);
      }
      assertThat(dribbling.status()).isEqualTo(408);
    }
  }

  @Test
  void whoeverIsSlowButSendsEnoughIsNot() throws Exception {
    web.close();
    start(new Pace(Duration.ofMillis(500), 1000));
    for (String path : List.of(KNOWN, "/v2/images/x/file")) {
      try (Clients clients = new Clients()) {
        Client slow = clients.open();
        slow.send(path, "alice", 10_000, 4_000);
        Thread.sleep(2500);
        slow.sendMore(6_000);
        assertThat(slow.status()).as(path).isIn(201, 204);
      }
    }
  }

  private final class Clients implements AutoCloseable {
    private final List<Client> all = new ArrayList<>();

    Client open() throws IOException {
      Client client = new Client();
      all.add(client);
      return client;
    }

    /** One that sends all but the last byte, and waits until these are in the server. */
    void hold(String path, String user, int size) throws IOException, InterruptedException {
      for (int i = 0; i < 20; i++) {
        Client holding = open();
        holding.send(path, user, size, size - 1);
        Thread.sleep(100);
        try (Client probe = new Client()) {
          // The probe may have been first, and then it is the other that was refused.
          if (probe.whole(path, user, size) == 429 && !holding.isAnswered()) {
            return;
          }
        }
        holding.close();
      }
      throw new AssertionError("there is room for more than one");
    }

    @Override
    public void close() throws IOException {
      for (Client client : all) {
        client.close();
      }
    }
  }

  /** A client that may stop in the middle. */
  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader answers;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(10_000);
      answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    }

    /** Announces a body and sends the beginning of it. */
    void send(String path, String user, int announced, int sent) throws IOException {
      String head =
          "%s %s HTTP/1.1\r\nHost: test\r\nX-Auth-Token: %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(path.endsWith("file") ? "PUT" : "POST", path, user, announced);
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      sendMore(sent);
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    void sendMore(int sent) throws IOException {
      socket.getOutputStream().write(new byte[sent]);
    }

    /** The status of the answer to a whole body. */
    int whole(String path, String user, int size) throws IOException {
      send(path, user, size, size);
      return status();
    }

    boolean isAnswered() throws IOException {
      return answers.ready();
    }

    int status() throws IOException {
      return Integer.parseInt(answers.readLine().split(" ", -1)[1]);
    }

    /** Of the answer whose status has been read. */
    String header(String name) throws IOException {
      for (String line = answers.readLine(); !line.isEmpty(); line = answers.readLine()) {
        if (line.startsWith(name + ": ")) {
          return line.substring(name.length() + 2);
        }
      }
      throw new AssertionError("no " + name);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
