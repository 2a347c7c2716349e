package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.operation.Operation;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A refused body leaves nothing behind. The client has half a minute to send the rest of it; a
 * timer that outlived the connection would keep it in memory all that time.
 */
@NullMarked
@Timeout(120)
class RefusedBodiesTest {
  private static final int REFUSALS = 2_000;
  private static final int LIMIT = 1_000;

  /** A few may be referred to by whatever was used last. */
  private static final int A_FEW = 20;

  private final Collection<WeakReference<Object>> refused = new ConcurrentLinkedQueue<>();
  private final Vertx vertx = Vertx.vertx();
  private final WebServer web =
      new BareServer(
              vertx,
              new Routes(UnaryOperator.identity())
                  .on(Operation.ISSUE_TOKEN, request -> Reply.empty(201)))
          .bodies(LIMIT, 1_000_000)
          .observer(exchange -> refused.add(new WeakReference<>(exchange.raw().connection())))
          .build();
  private int port;

  @BeforeEach
  void listen() throws Exception {
    port = web.listen("127.0.0.1", 0, 1);
  }

  @AfterEach
  void stop() {
    web.close();
    vertx.close().await();
  }

  /**
   * @param sendsAll or the client goes away after the answer
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingOfARefusedBodyStays(boolean sendsAll) throws Exception {
    for (int i = 0; i < REFUSALS; i++) {
      refuse(sendsAll);
    }
    assertThat(refused).hasSize(REFUSALS);

    for (int i = 0; i < 50 && left() > A_FEW; i++) {
      System.gc();
      Thread.sleep(100);
    }
    assertThat(left()).isLessThanOrEqualTo(A_FEW);
  }

  private long left() {
    return refused.stream().filter(one -> one.get() != null).count();
  }

  private void refuse(boolean sendsAll) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      String head =
          "POST /v3/auth/tokens HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n"
              .formatted(2 * LIMIT);
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(13), ISO_8859_1)).isEqualTo("HTTP/1.1 413 ");
      if (sendsAll) {
        socket.getOutputStream().write(new byte[2 * LIMIT]);
        in.readAllBytes();
      }
    }
  }
}
