package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.TestCertificates;
import dev.vitrine.image.Blob;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.tls.Certificate;
import dev.vitrine.server.tls.CertificateFiles;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A client that does not read its answer is cut off, however the answer is sent. Clients must read
 * 64 MiB/s after half a second.
 */
@NullMarked
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowReaderTest {
  /** More than sockets and clients take without being read. */
  private static final int SIZE = 64 << 20;

  @TempDir static Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<Exchange> ended = new LinkedBlockingQueue<>();
  private final Queue<Limit> limited = new ConcurrentLinkedQueue<>();
  private final WebServer web = web();
  private SSLContext trusting = none();
  private Path file = Path.of("");
  private int plain;
  private int tls;

  @SuppressWarnings("NullAway") // set before all tests
  private static SSLContext none() {
    return null;
  }

  private WebServer web() {
    return new BareServer(
            vertx,
            new Routes(UnaryOperator.identity())
                .on(Operation.LIST_USERS, request -> blob(new Blob.InFile(file, SIZE)))
                .on(
                    Operation.LIST_GROUPS,
                    request -> blob(new Blob.Streamed(SIZE, SlowReaderTest::of)))
                .on(
                    Operation.LIST_ROLES,
                    request -> Reply.bytes(200, "text/plain", Buffer.buffer(new byte[SIZE])))
                .on(Operation.CHECK_HEALTH, request -> Reply.empty(204)))
        .pace(new Pace(Duration.ofMillis(500), 64 << 20))
        .listener(limited::add)
        .observer(ended::add)
        .build();
  }

  private static Reply blob(Blob blob) {
    return new Reply(200, java.util.Map.of(), new Reply.Body.BlobPart(blob, 0, SIZE));
  }

  private static InputStream of(long offset, long length) {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }

      @Override
      public int read(byte[] into, int from, int count) {
        Arrays.fill(into, from, from + count, (byte) 0);
        return count;
      }
    };
  }

  @BeforeAll
  void start() throws Exception {
    file = folder.resolve("image");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(SIZE);
    }
    trusting = TestCertificates.clientOf(TestCertificates.make(folder, "slow", "-keyalg", "EC"));
    plain = web.listen("127.0.0.1", 0, 1);
    CertificateFiles files =
        new CertificateFiles(folder.resolve("slow.pem"), folder.resolve("slow.key"), null);
    tls = web.listen("127.0.0.1", 0, 1, Certificate.read(vertx, files));
  }

  @AfterAll
  void stop() {
    web.close();
    vertx.close().await();
  }

  @BeforeEach
  void forget() {
    ended.clear();
    limited.clear();
  }

  private HttpRequest request(String scheme, String path) {
    int port = scheme.equals("https") ? tls : plain;
    return HttpRequest.newBuilder(URI.create("%s://127.0.0.1:%d%s".formatted(scheme, port, path)))
        .build();
  }

  private HttpClient client(HttpClient.Version version) {
    return HttpClient.newBuilder().version(version).sslContext(trusting).build();
  }

  /** Passes over those of the case before, which may end late. */
  private Exchange ended(String path) throws InterruptedException {
    while (true) {
      Exchange exchange = Objects.requireNonNull(ended.poll(20, TimeUnit.SECONDS), "it goes on");
      if (exchange.request().path().equals(path)) {
        return exchange;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_1_1, http, /v3/users",
    "HTTP_1_1, http, /v3/groups",
    "HTTP_1_1, http, /v3/roles",
    "HTTP_1_1, https, /v3/users",
    "HTTP_1_1, https, /v3/roles",
    "HTTP_2, https, /v3/users",
    "HTTP_2, https, /v3/groups",
    "HTTP_2, https, /v3/roles",
  })
  void whoDoesNotReadIsCutOff(HttpClient.Version version, String scheme, String path)
      throws Exception {
    HttpClient client = client(version);
    try {
      HttpResponse<?> unread = client.send(request(scheme, path), BodyHandlers.ofPublisher());
      assertThat(unread.version()).isEqualTo(version);

      Exchange exchange = ended(path);

      assertThat(exchange.isComplete()).isFalse();
      assertThat(exchange.refusal()).isEqualTo(new Refusal.TooSlow());
      assertThat(limited).containsExactly(Limit.RATE_OF_TRANSFER);
      if (version == HttpClient.Version.HTTP_2) {
        // The other streams of the connection go on.
        assertThat(
                client
                    .send(request(scheme, "/healthcheck"), BodyHandlers.discarding())
                    .statusCode())
            .isEqualTo(204);
      }
    } finally {
      // Its closing would wait for what is not read.
      client.shutdownNow();
    }
  }
}
