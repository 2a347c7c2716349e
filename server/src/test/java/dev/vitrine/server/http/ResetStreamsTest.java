package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.TestCertificates;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Limit;
import dev.vitrine.server.http.RawHttp2.Field;
import dev.vitrine.server.tls.Certificate;
import dev.vitrine.server.tls.CertificateFiles;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that opens HTTP/2 streams and resets them at once costs little: most of its requests are
 * not carried out, and it is disconnected; so is one that does not even end its TLS handshake.
 */
@NullMarked
@Timeout(60)
class ResetStreamsTest {
  private static final int STREAMS = 150;

  /** Of a handler, with the processor: longer than it takes to read a reset. */
  private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** More than Netty reads in half a minute. */
  private static final int FLOOD = 300;

  @TempDir private Path folder;
  private final AtomicInteger carriedOut = new AtomicInteger();
  private final BlockingQueue<Exchange> ended = new LinkedBlockingQueue<>();
  private final BlockingQueue<Limit> limited = new LinkedBlockingQueue<>();
  private final Vertx vertx = Vertx.vertx();
  private final WebServer web =
      new BareServer(
              vertx,
              new Routes(UnaryOperator.identity())
                  .on(Operation.LIST_USERS, request -> work())
                  .on(Operation.CHECK_HEALTH, request -> Reply.empty(204)))
          .observer(ended::add)
          .listener(limited::add)
          .build();

  private SSLContext trusting = none();
  private int port;

  @SuppressWarnings("NullAway") // set before each test
  private static SSLContext none() {
    return null;
  }

  @BeforeEach
  void listen() throws Exception {
    trusting = TestCertificates.clientOf(TestCertificates.make(folder, "reset", "-keyalg", "EC"));
    CertificateFiles files =
        new CertificateFiles(folder.resolve("reset.pem"), folder.resolve("reset.key"), null);
    port = web.listen("127.0.0.1", 0, 1, Certificate.read(vertx, files));
  }

  @AfterEach
  void stop() {
    web.close();
    vertx.close().await();
  }

  /** How a request after so many is answered. */
  private String sendAndReset(int streams) throws IOException {
    return RawHttp2.sendAndReset(
        trusting, "127.0.0.1", port, head("/v3/users"), streams, head("/healthcheck"));
  }

  @Test
  void whatIsResetIsMostlyNotCarriedOut() throws Exception {
    assertThat(sendAndReset(STREAMS)).isEqualTo("204");
    for (int i = 0; i <= STREAMS; i++) {
      assertThat(ended.poll(10, TimeUnit.SECONDS)).as("end of a request").isNotNull();
    }
    // Nothing begins later.
    Thread.sleep(1000);
    assertThat(carriedOut).hasValueLessThan(STREAMS / 2);
    assertThat(limited).isEmpty();
  }

  @Test
  void whoResetsTooManyIsDisconnectedAndCountedOnce() throws Exception {
    assertThat(sendAndReset(FLOOD)).isEqualTo("reset");

    assertThat(limited.poll(10, TimeUnit.SECONDS)).isEqualTo(Limit.HTTP2_FLOOD);
    assertThat(limited.poll(300, TimeUnit.MILLISECONDS)).isNull();
  }

  /**
   * One that sends nothing, one that stops after a byte; and one that goes, which is no refusal.
   */
  @Test
  void whoDoesNotEndItsHandshakeIsDisconnectedAndCounted() throws Exception {
    try (Socket silent = connect();
        Socket slow = connect()) {
      slow.getOutputStream().write(22);
      connect().close();
      for (Socket one : List.of(silent, slow)) {
        one.setSoTimeout(20_000);
        assertThat(one.getInputStream().read()).isEqualTo(-1);
      }
    }
    assertThat(limited.poll(10, TimeUnit.SECONDS)).isEqualTo(Limit.TLS_HANDSHAKE);
    assertThat(limited.poll(10, TimeUnit.SECONDS)).isEqualTo(Limit.TLS_HANDSHAKE);
    assertThat(limited.poll(300, TimeUnit.MILLISECONDS)).isNull();
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private Reply work() {
    carriedOut.incrementAndGet();
    long end = System.nanoTime() + WORK_NANOS;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return Reply.empty(204);
  }

  private static List<Field> head(String path) {
    return List.of(
        new Field(":method", "GET"),
        new Field(":scheme", "https"),
        new Field(":authority", "127.0.0.1"),
        new Field(":path", path));
  }
}
