package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.TestCertificates;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.RawHttp2.Field;
import dev.vitrine.server.tls.Certificate;
import dev.vitrine.server.tls.CertificateFiles;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that opens HTTP/2 streams and resets them at once costs little: most of its requests are
 * not carried out.
 */
@NullMarked
@Timeout(60)
class ResetStreamsTest {
  private static final int STREAMS = 150;

  /** Of a handler, with the processor: longer than it takes to read a reset. */
  private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  @TempDir private Path folder;
  private final AtomicInteger carriedOut = new AtomicInteger();
  private final BlockingQueue<Exchange> ended = new LinkedBlockingQueue<>();

  @Test
  void whatIsResetIsMostlyNotCarriedOut() throws Exception {
    SSLContext trusting =
        TestCertificates.clientOf(TestCertificates.make(folder, "reset", "-keyalg", "EC"));
    CertificateFiles files =
        new CertificateFiles(folder.resolve("reset.pem"), folder.resolve("reset.key"), null);
    Vertx vertx = Vertx.vertx();
    Routes routes =
        new Routes(UnaryOperator.identity())
            .on(Operation.LIST_USERS, request -> work())
            .on(Operation.CHECK_HEALTH, request -> Reply.empty(204));
    try (WebServer web = new BareServer(vertx, routes).observer(ended::add).build()) {
      int port = web.listen("127.0.0.1", 0, 1, Certificate.read(vertx, files));

      String last =
          RawHttp2.sendAndReset(
              trusting, "127.0.0.1", port, head("/v3/users"), STREAMS, head("/healthcheck"));

      assertThat(last).isEqualTo("204");
      for (int i = 0; i <= STREAMS; i++) {
        assertThat(ended.poll(10, TimeUnit.SECONDS)).as("end of a request").isNotNull();
      }
      // Nothing begins later.
      Thread.sleep(1000);
      assertThat(carriedOut).hasValueLessThan(STREAMS / 2);
    } finally {
      vertx.close().await();
    }
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
