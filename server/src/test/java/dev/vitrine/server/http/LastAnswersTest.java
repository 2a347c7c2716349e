package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.TestCertificates;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.RawHttp2.Field;
import dev.vitrine.server.tls.Certificate;
import dev.vitrine.server.tls.CertificateFiles;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Before a server stops, it says with each answer that the connection ends (RFC 9112 §9.6; RFC 9113
 * §6.8), so that no client sends a request on a connection that is about to close.
 */
@NullMarked
@Timeout(60)
class LastAnswersTest {
  private static final int SECONDS = 20;

  @TempDir private Path folder;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch answering = new CountDownLatch(1);
  private final Vertx vertx = Vertx.vertx();
  private final WebServer web =
      new BareServer(
              vertx,
              new Routes(UnaryOperator.identity())
                  .on(Operation.CHECK_HEALTH, request -> Reply.empty(204))
                  .on(Operation.LIST_USERS, request -> slow()))
          .build();
  private int port;

  private Reply slow() throws InterruptedException {
    asked.countDown();
    answering.await();
    return Reply.empty(204);
  }

  @BeforeEach
  void listen() throws Exception {
    port = web.listen("127.0.0.1", 0, 1);
  }

  @AfterEach
  void stop() {
    web.close();
    vertx.close().await();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void ask(Socket socket, String path) throws IOException {
    socket
        .getOutputStream()
        .write("GET %s HTTP/1.1\r\nHost: test\r\n\r\n".formatted(path).getBytes(ISO_8859_1));
  }

  /** An answer without a body. */
  private static String answer(Socket socket) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = socket.getInputStream().read();
      assertThat(next).as(head.toString(ISO_8859_1)).isNotNegative();
      head.write(next);
    }
    return head.toString(ISO_8859_1);
  }

  @Test
  void theNextAnswerOfAConnectionIsItsLast() throws Exception {
    try (Socket open = connect()) {
      ask(open, "/healthcheck");
      assertThat(answer(open)).doesNotContain("Connection: close");

      web.endConnections(SECONDS);
      ask(open, "/healthcheck");

      assertThat(answer(open)).startsWith("HTTP/1.1 204 ").contains("Connection: close\r\n");
      assertThat(open.getInputStream().read()).isNegative();
    }
  }

  @Test
  void anAnswerInProgressIsTheLastToo() throws Exception {
    try (Socket open = connect()) {
      ask(open, "/v3/users");
      asked.await();

      web.endConnections(SECONDS);
      answering.countDown();

      assertThat(answer(open)).startsWith("HTTP/1.1 204 ").contains("Connection: close\r\n");
      assertThat(open.getInputStream().read()).isNegative();
    }
  }

  /** A load balancer that has not noticed yet is served. */
  @Test
  void aNewConnectionHasOneAnswer() throws Exception {
    web.endConnections(SECONDS);
    for (int i = 0; i < 3; i++) {
      try (Socket late = connect()) {
        ask(late, "/healthcheck");

        assertThat(answer(late)).startsWith("HTTP/1.1 204 ").contains("Connection: close\r\n");
        assertThat(late.getInputStream().read()).isNegative();
      }
    }
  }

  @Test
  void anHttp2ConnectionIsSaidToGo() throws Exception {
    SSLContext trusting =
        TestCertificates.clientOf(TestCertificates.make(folder, "last", "-keyalg", "EC"));
    CertificateFiles files =
        new CertificateFiles(folder.resolve("last.pem"), folder.resolve("last.key"), null);
    int tls = web.listen("127.0.0.1", 0, 1, Certificate.read(vertx, files));
    web.endConnections(SECONDS);

    assertThat(
            RawHttp2.sendUntilEnd(
                trusting,
                "127.0.0.1",
                tls,
                List.of(
                    new Field(":method", "GET"),
                    new Field(":scheme", "https"),
                    new Field(":authority", "127.0.0.1"),
                    new Field(":path", "/healthcheck"))))
        .containsExactlyInAnyOrder("204", "goaway");
  }
}
