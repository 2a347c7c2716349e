package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server with few file descriptors, and without free ones. */
class DescriptorsTest {
  private static final String SAYS = "No file descriptors left";

  /** Longer than it takes to notice that the database has ended. */
  private static final Duration A_WHILE = Duration.ofSeconds(3);

  /** A client that comes too late is closed at once, and does not wait. */
  @Test
  void thereAreFewerConnectionsThanDescriptors() throws Exception {
    try (RunningServer server = RunningServer.startWithDescriptors(400)) {
      assertThat(server.output()).contains("at most 150 connections");
      String token = server.signIn("admin").token();
      try (Socket early = connect(server.url());
          Crowd crowd = Crowd.around(server.url(), 500)) {
        assertThat(crowd.closed()).isGreaterThanOrEqualTo(350);
        assertThat(answer(early, token)).startsWith("HTTP/1.1 200 ");
      }
      assertThat(server.output()).doesNotContain(SAYS);
    }
  }

  /** Other limits than ours: the descriptors are taken away while it runs. */
  @Test
  void itServesTheConnectionsThatItHasAndTheOthersAfterwards() throws Exception {
    try (RunningServer server = RunningServer.startWithDescriptors(1000)) {
      server.limitDescriptors(400);
      Administrator admin = Administrator.of(server);
      String token = server.signIn("admin").token();
      long database = server.database().orElseThrow().pid();
      try (Socket early = connect(server.url());
          Crowd _ = Crowd.around(server.url(), 500)) {
        for (int i = 0; i < 500 && !server.output().contains(SAYS); i++) {
          Thread.sleep(20);
        }
        assertThat(server.output()).contains(SAYS);
        Thread.sleep(A_WHILE);
        assertThat(answer(early, token)).startsWith("HTTP/1.1 200 ");
      }
      assertThat(admin.get("/v2/images").status()).isEqualTo(200);
      assertThat(server.database().orElseThrow().pid()).isEqualTo(database);
      assertThat(server.output()).doesNotContain("has ended");
    }
  }

  private static Socket connect(URI server) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
    return socket;
  }

  private static String answer(Socket socket, String token) throws IOException {
    String request =
        "GET /v2/images HTTP/1.1\r\nHost: here\r\nX-Auth-Token: %s\r\n\r\n".formatted(token);
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    InputStream in = socket.getInputStream();
    byte[] begin = in.readNBytes("HTTP/1.1 200 OK".length());
    return new String(begin, US_ASCII);
  }

  /** Connections that send nothing. */
  private record Crowd(List<Socket> sockets) implements AutoCloseable {
    static Crowd around(URI server, int size) throws IOException {
      Crowd crowd = new Crowd(new ArrayList<>());
      for (int i = 0; i < size; i++) {
        crowd.sockets.add(connect(server));
      }
      return crowd;
    }

    /** How many the server has closed within some seconds. */
    long closed() throws IOException {
      long count = 0;
      for (Socket socket : sockets.reversed()) {
        socket.setSoTimeout(count < 350 ? 5_000 : 1);
        try {
          count += socket.getInputStream().read() < 0 ? 1 : 0;
        } catch (SocketTimeoutException open) {
          // It stays.
        } catch (SocketException reset) {
          count++;
        }
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
