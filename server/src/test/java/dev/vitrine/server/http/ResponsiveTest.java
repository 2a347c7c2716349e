package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.operation.Operation;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a server does something, which its watchdog asks. */
@NullMarked
@Timeout(60)
class ResponsiveTest {
  private final CountDownLatch blocked = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @Test
  void oneEventLoopThatHangsIsNoticed() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (WebServer web = server(vertx)) {
      int port = web.listen("127.0.0.1", 0, 2);
      assertThat(web.isResponsive(Duration.ofSeconds(30))).isTrue();

      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
        client
            .getOutputStream()
            .write("GET /v3/users HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
        blocked.await();
        assertThat(web.isResponsive(Duration.ofMillis(100))).isFalse();
      } finally {
        released.countDown();
      }
      assertThat(web.isResponsive(Duration.ofSeconds(30))).isTrue();
    } finally {
      vertx.close().await();
    }
  }

  private WebServer server(Vertx vertx) {
    return new BareServer(
            vertx,
            new Routes(UnaryOperator.identity())
                .on(Operation.LIST_USERS, request -> Reply.empty(204)))
        .authenticator(this::hang)
        .build();
  }

  /** Waits on the event loop, as no authenticator may. */
  private Credentials hang(Request request) {
    blocked.countDown();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Credentials.Proven(Callers.named("somebody"));
  }
}
