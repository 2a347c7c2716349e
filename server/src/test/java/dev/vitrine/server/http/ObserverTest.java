package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.identity.UserId;
import dev.vitrine.image.Blob;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever becomes of a request, the observer hears once that it is over, and what became of it.
 */
@NullMarked
@Timeout(60)
class ObserverTest {
  private static final String UPLOAD = "PUT /v2/images/x/file";
  private static final long HUGE = 1L << 30;

  @TempDir static Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<Exchange> ended = new LinkedBlockingQueue<>();

  /** What the routes that differ from test to test do. */
  private volatile Handler handler = request -> Reply.empty(204);

  private volatile boolean isObserverBroken;
  private @Nullable WebServer web;
  private int port;

  @BeforeEach
  void start() throws Exception {
    start(new Pace(Duration.ofMinutes(1), 1));
  }

  private void start(Pace pace) throws Exception {
    Routes routes =
        new Routes(UnaryOperator.identity())
            .on(
                Operation.CHECK_HEALTH,
                request -> Reply.text(200, "text/plain; charset=UTF-8", "OK"))
            .on(Operation.ISSUE_TOKEN, request -> Reply.empty(201))
            .on(Operation.LIST_USERS, request -> handler.handle(request))
            .on(Operation.CHECK_TOKEN, request -> handler.handle(request))
            .on(Operation.CREATE_USER, request -> handler.handle(request))
            .streaming(Operation.UPLOAD_IMAGE, Callers::discard);
    web =
        new BareServer(vertx, routes)
            .authenticator(ObserverTest::caller)
            .bodies(400_000, 800_000)
            .pace(pace)
            .observer(this::observe)
            .build();
    port = web.listen("127.0.0.1", 0, 1);
  }

  private void observe(Exchange exchange) {
    ended.add(exchange);
    if (isObserverBroken) {
      throw new IllegalStateException("the observer is broken");
    }
  }

  @AfterEach
  void stop() {
    Objects.requireNonNull(web).close();
    vertx.close().await();
  }

  private static Credentials caller(Request request) {
    String user = request.header("X-Auth-Token");
    if (user == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    return new Credentials.Proven(Callers.named(user));
  }

  /** The end of the one exchange that there was; nothing else is heard of it later. */
  private Exchange heard() throws Exception {
    Exchange exchange = ended.poll(10, TimeUnit.SECONDS);
    assertThat(exchange).as("what is heard").isNotNull();
    try (Client another = new Client()) {
      another.send("GET /healthcheck", "Connection: close");
      another.rest();
    }
    Exchange next = ended.poll(10, TimeUnit.SECONDS);
    assertThat(next).as("what is heard of another request").isNotNull();
    assertThat(Objects.requireNonNull(next).request().path()).isEqualTo("/healthcheck");
    assertThat(ended.poll(100, TimeUnit.MILLISECONDS)).as("what is heard twice").isNull();
    return Objects.requireNonNull(exchange);
  }

  private static void assertAnswered(Exchange exchange, int status, long bytes) {
    assertThat(exchange.status()).isEqualTo(status);
    assertThat(exchange.bytesSent()).isEqualTo(bytes);
    assertThat(exchange.isComplete()).isTrue();
    assertThat(exchange.nanos()).isBetween(1L, Duration.ofMinutes(1).toNanos());
  }

  private static void assertLost(Exchange exchange) {
    assertThat(exchange.status()).isZero();
    assertThat(exchange.reply()).isNull();
    assertThat(exchange.isComplete()).isFalse();
    assertThat(exchange.bytesSent()).isZero();
    assertThat(exchange.nanos()).isPositive();
  }

  @Test
  void anAnswer() throws Exception {
    try (Client client = new Client()) {
      client.send("GET /healthcheck", "X-Openstack-Request-Id: req-mine");
      String answer = client.head();

      Exchange exchange = heard();

      assertAnswered(exchange, 200, 2);
      assertThat(exchange.operation()).isEqualTo(Operation.CHECK_HEALTH);
      assertThat(exchange.caller()).isNull();
      assertThat(exchange.refusal()).isNull();
      assertThat(exchange.request().shownId()).isEqualTo("req-mine");
      assertThat(answer).contains("X-Request-Id: " + exchange.request().id());
      assertThat(exchange.protocol().owns("/healthcheck")).isTrue();
    }
  }

  @Test
  void itEndsWhenTheAnswerIsOutNotWhenTheConnectionCloses() throws Exception {
    try (Client client = new Client()) {
      for (int i = 0; i < 3; i++) {
        client.send("GET /healthcheck");
        client.head();
        assertAnswered(heard(), 200, 2);
        client.skip(2);
      }
    }
    assertThat(ended.poll(300, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void requestsInARow() throws Exception {
    try (Client client = new Client()) {
      for (String path : List.of("/healthcheck", "/v3/users")) {
        client.send("GET " + path, "X-Auth-Token: alice");
      }

      assertThat(ended.take().operation()).isEqualTo(Operation.CHECK_HEALTH);
      assertThat(heard().operation()).isEqualTo(Operation.LIST_USERS);
    }
  }

  @Test
  void aRefusalOfTheAuthenticator() throws Exception {
    try (Client client = new Client()) {
      client.send("GET /v3/users");
      int length = client.contentLength();

      Exchange exchange = heard();

      assertAnswered(exchange, 401, length);
      assertThat(exchange.refusal()).isEqualTo(new Refusal.Unauthenticated());
      assertThat(exchange.operation()).isEqualTo(Operation.LIST_USERS);
    }
  }

  @Test
  void aRefusalOfTheHandler() throws Exception {
    Refusal refusal = new Refusal.NotFound("not here");
    handler =
        request -> {
          throw refusal.asException();
        };
    try (Client client = new Client()) {
      client.send("GET /v3/users", "X-Auth-Token: alice");
      int length = client.contentLength();

      Exchange exchange = heard();

      assertAnswered(exchange, 404, length);
      assertThat(exchange.refusal()).isEqualTo(refusal);
      assertThat(Objects.requireNonNull(exchange.caller()).user()).isEqualTo(new UserId("alice"));
    }
  }

  @Test
  void aRequestIdThatIsTooLong() throws Exception {
    try (Client client = new Client()) {
      client.send("GET /healthcheck", "X-Openstack-Request-Id: " + "a".repeat(65));

      Exchange exchange = heard();

      assertThat(exchange.status()).isEqualTo(431);
      assertThat(exchange.request().shownId()).isEqualTo(exchange.request().id());
    }
  }

  @Test
  void aRouteThatIsNotThere() throws Exception {
    try (Client client = new Client()) {
      client.send("GET /v3/bogus");
      int length = client.contentLength();

      Exchange exchange = heard();

      assertAnswered(exchange, 404, length);
      assertThat(exchange.operation()).isNull();
      assertThat(exchange.refusal()).isNull();
    }
  }

  @Test
  void whatIsNoRequest() throws Exception {
    try (Client client = new Client()) {
      client.write("GET /healthcheck HTTP/1.2\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\n\r\n");
      client.rest();

      Exchange exchange = heard();

      assertThat(exchange.status()).isEqualTo(400);
      assertThat(exchange.isComplete()).isTrue();
      assertThat(exchange.refusal()).isInstanceOf(Refusal.Invalid.class);
    }
  }

  @Test
  void aRequestLineThatIsTooLong() throws Exception {
    try (Client client = new Client()) {
      client.send("GET /" + "a".repeat(17_000));
      client.rest();

      assertThat(heard().status()).isEqualTo(414);
    }
  }

  @Test
  void chunksThatAreMalformed() throws Exception {
    try (Client client = new Client()) {
      client.send("POST /v3/users", "X-Auth-Token: alice", "Transfer-Encoding: chunked");
      client.write("x\r\n");
      client.rest();

      assertThat(heard().status()).isEqualTo(400);
    }
  }

  @Test
  void anErrorOfOurs() throws Exception {
    handler =
        request -> {
          throw new IllegalStateException("tested");
        };
    try (Client client = new Client()) {
      client.send("GET /v3/users", "X-Auth-Token: alice");

      Exchange exchange = heard();

      assertThat(exchange.status()).isEqualTo(500);
      assertThat(exchange.refusal()).isNull();
    }
  }

  @Test
  void anAnswerThatCannotBeSent() throws Exception {
    handler = request -> Reply.empty(204).with("X-Bad", "a\r\nb");
    try (Client client = new Client()) {
      client.send("GET /v3/users", "X-Auth-Token: alice");
      assertThat(client.rest()).isEmpty();

      assertThat(heard().isComplete()).isFalse();
    }
  }

  @Test
  void anObserverThatFailsHarmsNobody() throws Exception {
    isObserverBroken = true;
    try (Logged logged = new Logged();
        Client client = new Client()) {
      client.send("GET /healthcheck");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      Exchange exchange = heard();
      client.skip(2);
      client.send("GET /healthcheck");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      assertThat(logged.messages).contains(exchange.request().id() + " could not be observed");
    }
  }

  /** What exchanges log. */
  private static final class Logged extends java.util.logging.Handler implements AutoCloseable {
    final Queue<String> messages = new ConcurrentLinkedQueue<>();
    private final Logger logger = Logger.getLogger(Exchange.class.getName());

    Logged() {
      logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
      messages.add(record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
    }
  }

  // ---- Streams and files

  /** Pieces of 1,000 bytes; the one with that number fails. */
  private static Reply parts(int count, int failing, RuntimeException failure) {
    return new Reply(
        200,
        Map.of(),
        new Reply.Body.Parts(
            new Iterator<>() {
              private int made;

              @Override
              public boolean hasNext() {
                return made < count;
              }

              @Override
              public Buffer next() {
                if (made++ == failing) {
                  throw failure;
                }
                return Buffer.buffer(new byte[1000]);
              }
            }));
  }

  @Test
  void aStreamedBody() throws Exception {
    handler = request -> parts(5, -1, new IllegalStateException());
    try (Client client = new Client()) {
      client.send("GET /v3/users", "X-Auth-Token: alice");

      assertAnswered(heard(), 200, 5000);
    }
  }

  @Test
  void aStreamedBodyThatIsRefusedInTheMiddle() throws Exception {
    Refusal refusal = new Refusal.Forbidden("not any more");
    handler = request -> parts(5, 3, refusal.asException());
    try (Client client = new Client()) {
      client.send("GET /v3/users", "X-Auth-Token: alice");
      assertThat(client.rest()).doesNotEndWith("0\r\n\r\n");

      Exchange exchange = heard();

      assertThat(exchange.status()).isEqualTo(200);
      assertThat(exchange.isComplete()).isFalse();
      assertThat(exchange.bytesSent()).isEqualTo(3000);
      assertThat(exchange.refusal()).isEqualTo(refusal);
    }
  }

  @Test
  void aStreamedBodyThatFails() throws Exception {
    handler = request -> parts(5, 0, new IllegalStateException("tested"));
    try (Client client = new Client()) {
      client.send("GET /v3/users", "X-Auth-Token: alice");
      client.rest();

      assertThat(heard().isComplete()).isFalse();
    }
  }

  private static Reply blob(Blob blob, long offset, long length) {
    return new Reply(200, Map.of(), new Reply.Body.BlobPart(blob, offset, length));
  }

  private static Blob file(long length) throws IOException {
    Path path = folder.resolve("of-" + length);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(length);
    }
    return new Blob.InFile(path, length);
  }

  @Test
  void aFile() throws Exception {
    Blob file = file(3_000_000);
    handler = request -> blob(file, 1000, 2_500_000);
    try (Client client = new Client()) {
      client.send("GET /v3/users", "X-Auth-Token: alice");
      assertThat(client.contentLength()).isEqualTo(2_500_000);
      client.skip(2_500_000);

      assertAnswered(heard(), 200, 2_500_000);
      client.send("GET /healthcheck");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aFileThatIsGone() throws Exception {
    handler = request -> blob(new Blob.InFile(folder.resolve("none"), 10), 0, 10);
    try (Client client = new Client()) {
      client.send("GET /v3/users", "X-Auth-Token: alice");
      assertThat(client.head()).startsWith("HTTP/1.1 404");

      Exchange exchange = heard();
      assertThat(exchange.status()).isEqualTo(404);
      assertThat(exchange.isComplete()).isTrue();
    }
  }

  @Test
  void theHeadOfABlobOpensNothing() throws Exception {
    Blob stream =
        new Blob.Streamed(
            10,
            (offset, length) -> {
              throw new IOException("opened");
            });
    for (Blob blob : List.of(stream, new Blob.InFile(folder.resolve("none"), 10))) {
      handler = request -> blob(blob, 2, 8);
      try (Client client = new Client()) {
        client.send("HEAD /v3/auth/tokens", "X-Auth-Token: alice");
        assertThat(client.contentLength()).isEqualTo(8);

        assertAnswered(heard(), 200, 0);
        client.send("GET /healthcheck");
        assertThat(client.head()).startsWith("HTTP/1.1 200");
        assertThat(ended.take().operation()).isEqualTo(Operation.CHECK_HEALTH);
      }
    }
  }

  // ---- Clients that go away

  @Test
  void aClientThatGoesInTheMiddleOfItsBody() throws Exception {
    try (Client client = new Client()) {
      client.send("POST /v3/users", "X-Auth-Token: alice", "Content-Length: 1000");
      client.write("a".repeat(500));
    }
    assertLost(heard());
  }

  @Test
  void aClientThatGoesInTheMiddleOfAnUpload() throws Exception {
    try (Client client = new Client()) {
      client.send(UPLOAD, "X-Auth-Token: alice", "Content-Length: 1000");
      client.write("a".repeat(500));
    }
    assertLost(heard());
  }

  @Test
  void aClientThatGoesWhileItIsServed() throws Exception {
    Blob file = file(1000);
    for (Reply reply :
        List.of(
            Reply.empty(204),
            Reply.text(200, "text/plain", "a"),
            blob(file, 0, 1000),
            parts(5, -1, new IllegalStateException()))) {
      CountDownLatch asked = new CountDownLatch(1);
      CountDownLatch gone = new CountDownLatch(1);
      handler =
          request -> {
            asked.countDown();
            gone.await();
            // Time for the server to notice.
            Thread.sleep(300);
            return reply;
          };
      try (Client client = new Client()) {
        client.send("GET /v3/users", "X-Auth-Token: alice");
        asked.await();
      }
      gone.countDown();
      assertLost(heard());
    }
  }

  @Test
  void aClientThatGoesInTheMiddleOfAStream() throws Exception {
    handler = request -> parts(1_000_000, -1, new IllegalStateException());
    try (Client client = new Client()) {
      client.send("GET /v3/users", "X-Auth-Token: alice");
      client.head();
      client.skip(10_000);
    }

    Exchange exchange = heard();

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(exchange.isComplete()).isFalse();
    assertThat(exchange.bytesSent()).isBetween(10_000L, 100_000_000L);
  }

  @Test
  void aClientThatGoesInTheMiddleOfAFile() throws Exception {
    Blob file = file(HUGE);
    handler = request -> blob(file, 0, HUGE);
    try (Client client = new Client()) {
      client.send("GET /v3/users", "X-Auth-Token: alice");
      client.head();
      client.skip(10_000_000);
    }

    Exchange exchange = heard();

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(exchange.isComplete()).isFalse();
    assertThat(exchange.bytesSent()).isBetween(10_000_000L, 100_000_000L);
  }

  // ---- Bodies that are given up

  @Test
  void aBodyThatIsAnnouncedTooLarge() throws Exception {
    try (Client client = new Client()) {
      client.send("POST /v3/users", "X-Auth-Token: alice", "Content-Length: 400001");

      Exchange exchange = heard();

      assertThat(exchange.status()).isEqualTo(413);
      assertThat(exchange.isComplete()).isTrue();
      assertThat(exchange.refusal()).isInstanceOf(Refusal.TooLarge.class);
    }
  }

  @Test
  void aBodyThatBecomesTooLarge() throws Exception {
    try (Client client = new Client()) {
      client.send("POST /v3/auth/tokens", "Transfer-Encoding: chunked");
      client.write("10001\r\n" + "a".repeat(0x10001) + "\r\n0\r\n\r\n");

      assertThat(heard().status()).isEqualTo(413);
    }
  }

  @Test
  void aBodyForWhichThereIsNoRoom() throws Exception {
    try (Client client = new Client()) {
      client.send("POST /v3/users", "X-Auth-Token: alice", "Content-Length: 350000");
      client.write("a".repeat(350_000));

      Exchange exchange = heard();

      assertThat(exchange.status()).isEqualTo(429);
      assertThat(exchange.refusal()).isEqualTo(new Refusal.Busy());
    }
  }

  @Test
  void aBodyThatIsTooSlow() throws Exception {
    stop(web);
    start(new Pace(Duration.ofMillis(300), 100_000));
    for (String line : List.of("POST /v3/users", UPLOAD)) {
      try (Client client = new Client()) {
        client.send(line, "X-Auth-Token: alice", "Content-Length: 90000");
        client.write("a");

        Exchange exchange = heard();

        assertThat(exchange.status()).as(line).isEqualTo(408);
        assertThat(exchange.refusal()).isEqualTo(new Refusal.TooSlow());
      }
    }
  }

  private static void stop(@Nullable WebServer web) {
    Objects.requireNonNull(web).close();
  }

  /** A client with a small window, that says what it is told to. */
  private final class Client implements AutoCloseable {
    private final Socket socket = new Socket();

    Client() throws IOException {
      socket.setReceiveBufferSize(4096);
      socket.setSoTimeout(10_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    void send(String line, String... headers) throws IOException {
      StringBuilder head = new StringBuilder(line).append(" HTTP/1.1\r\nHost: h\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      write(head.append("\r\n").toString());
    }

    void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Of the next answer, to its empty line. */
    String head() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = socket.getInputStream().read();
        assertThat(next).as(head.toString()).isNotNegative();
        head.append((char) next);
      }
      return head.toString();
    }

    int contentLength() throws IOException {
      return head()
          .lines()
          .filter(line -> line.regionMatches(true, 0, "Content-Length: ", 0, 16))
          .mapToInt(line -> Integer.parseInt(line.substring(16)))
          .findFirst()
          .orElseThrow();
    }

    void skip(int bytes) throws IOException {
      assertThat(socket.getInputStream().readNBytes(bytes)).hasSize(bytes);
    }

    /** All that comes until the server closes the connection. */
    String rest() throws IOException {
      StringBuilder rest = new StringBuilder();
      byte[] some = new byte[8192];
      try {
        for (int n = 0; n >= 0; n = socket.getInputStream().read(some)) {
          rest.append(new String(some, 0, n, ISO_8859_1));
        }
      } catch (SocketException reset) {
        // An end as well.
      }
      return rest.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
