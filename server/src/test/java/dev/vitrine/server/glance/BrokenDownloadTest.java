package dev.vitrine.server.glance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.client.Response;
import dev.vitrine.server.LogRecords;
import dev.vitrine.server.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Downloads that do not reach their end. */
@NullMarked
class BrokenDownloadTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** More than the buffers of a connection. */
  private static final int SIZE = 32 << 20;

  private static final Logger OURS = Logger.getLogger("dev.vitrine.server.http");

  private static String token = "";

  private final LogRecords logged = new LogRecords("");

  @BeforeAll
  static void login() {
    token = SERVER.token("alice");
  }

  @BeforeEach
  void listen() {
    OURS.setLevel(Level.FINE);
  }

  @AfterEach
  void stop() {
    logged.close();
    OURS.setLevel(null);
  }

  private static String image(int size) {
    Response made =
        SERVER.send(
            "POST",
            "/v2/images",
            token,
            "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}");
    String image = made.json().path("id").asText();
    Response stored = SERVER.send("PUT", file(image), token, "a".repeat(size));
    assertThat(stored.status()).as(stored.body()).isEqualTo(204);
    return image;
  }

  private static String file(String image) {
    return "/v2/images/" + image + "/file";
  }

  private static Socket get(String path) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    String head =
        "GET %s HTTP/1.1\r\nHost: here\r\nX-Auth-Token: %s\r\n\r\n".formatted(path, token);
    socket.getOutputStream().write(head.getBytes(US_ASCII));
    return socket;
  }

  private static int port() {
    return Integer.parseInt(SERVER.host().replaceFirst(".*:", ""));
  }

  @Test
  void aClientThatBreaksOffIsOneLineAtDebug() throws Exception {
    String image = image(SIZE);
    logged.clear();
    try (Socket socket = get(file(image))) {
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      socket.setSoLinger(true, 0);
    }
    await(() -> logged.all().stream().anyMatch(one -> one.getMessage().contains("cut short")));

    assertThat(logged.all())
        .filteredOn(one -> one.getMessage().contains("cut short"))
        .singleElement()
        .satisfies(one -> assertThat(one.getLevel()).isEqualTo(Level.FINE));
    // What Vert.x logs, Logging silences in the program.
    assertThat(logged.all())
        .filteredOn(one -> one.getLoggerName().startsWith("dev.vitrine."))
        .allSatisfy(one -> assertThat(one.getThrown()).isNull());
  }

  /** As when a deletion came between the read of the image and that of its file. */
  @Test
  void aFileThatIsGoneIsAnAnswerOrABrokenConnection() throws Exception {
    List<Path> before = SERVER.files();
    String image = image(1_000);
    for (Path path : SERVER.files()) {
      if (!before.contains(path)) {
        Files.delete(path);
      }
    }
    logged.clear();
    try (Socket socket = get(file(image))) {
      String answer = new String(socket.getInputStream().readNBytes(12), US_ASCII);
      assertThat(answer).isEqualTo("HTTP/1.1 404");
    } catch (SocketException broken) {
      // The client knows as well.
    }
    assertThat(logged.all()).allSatisfy(one -> assertThat(one.getThrown()).isNull());
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    long since = System.nanoTime();
    while (!condition.holds()) {
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(PATIENCE);
      Thread.sleep(10);
    }
  }
}
