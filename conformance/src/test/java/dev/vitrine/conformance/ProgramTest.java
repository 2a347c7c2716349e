package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The program from an operator's view: start, refused settings, stop, kill. */
class ProgramTest {
  /** An upload of less takes no turn, and writes no file, before its end. */
  private static final String BEGINNING = "a".repeat(1 << 14);

  private static final Pattern OPERATORS = Pattern.compile("Operators: (127\\.0\\.0\\.1:\\d+)");

  private Path data = RunningServer.freshData();

  @AfterEach
  void removeData() {
    RunningServer.delete(data.resolveSibling(""));
  }

  @Test
  void allSettingsItCannotUseAreToldAtOnce() {
    RunningServer refused =
        RunningServer.launch(data, "--sharing.membrs=any", "--token.lifetime=soon", "--db.user=u");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.output())
        .contains(
            "--sharing.membrs: no such setting; did you mean sharing.members?",
            "--token.lifetime: must be a duration, such as 24h, 30m or 45s, not 'soon'",
            "--db.user: means nothing without db");
    assertThat(data).doesNotExist();
  }

  @Test
  void aSecondServerOnTheSameDataSaysWhoHasThem() {
    startedData();
    try (RunningServer first = RunningServer.startOn(data)) {
      RunningServer second = RunningServer.launch(data);

      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.output())
          .isEqualTo(
              "vitrine: Another Vitrine (process %s) is running on %s; stop it first, or choose another --data\n"
                  .formatted(read(data.resolve("lock")).strip(), data));
      assertThat(get(first.url())).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aPortInUseIsToldInOneSentenceAndNothingIsLeftRunning() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      RunningServer refused = RunningServer.launch(data, "--listen=" + address);

      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.output())
          .contains("vitrine: Cannot listen on " + address + ": ")
          .doesNotContain("Exception", "\tat ");
      assertThat(refused.database()).isEmpty();
    }
  }

  /** It also says which port it chose for operators. */
  @Test
  void anAccessLogThatCannotBeWrittenIsCounted() throws Exception {
    try (RunningServer server =
        RunningServer.startUnheard("--access-log=text", "--management.listen=127.0.0.1:0")) {
      Matcher operators = OPERATORS.matcher(server.output());
      assertThat(operators.find()).as(server.output()).isTrue();
      get(server.url());
      URI metrics = URI.create("http://" + operators.group(1) + "/metrics");
      String dropped = "vitrine_access_log_dropped_total 1.0";
      for (int i = 0; i < 500 && !get(metrics).contains(dropped); i++) {
        Thread.sleep(20);
      }
      assertThat(get(metrics)).contains(dropped);
    }
  }

  @Test
  void aDatabaseThatIsNotThereIsToldInOneSentence() {
    // A server of another test may listen on the default port, which the log would tell.
    RunningServer refused =
        RunningServer.launch(
            data, "--management.listen=off", "--db=jdbc:postgresql://127.0.0.1:1/none");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.output())
        .startsWith("vitrine: ")
        .contains("127.0.0.1:1")
        .doesNotContain("Exception", "\tat ");
  }

  @Test
  void onlyItsOwnerCanReadWhatIsSecret() throws IOException {
    try (RunningServer server = RunningServer.startOn(data)) {
      for (String secret : new String[] {"clouds.yaml", "keys"}) {
        assertThat(Files.getPosixFilePermissions(server.data().resolve(secret)))
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
          .matches("rwx--(-|x)--(-|x)");
      assertThat(server.adminPassword()).hasSizeGreaterThan(15);
      assertThat(server.output()).doesNotContain(server.adminPassword());
    }
  }

  @Test
  void whenToldToStopItEndsTheUploadUnderWay() throws Exception {
    startedData();
    RunningServer server = RunningServer.startOn(data);
    Administrator admin = Administrator.of(server);
    String image = admin.createImage();
    try (Socket upload = admin.beginUpload(image, BEGINNING.length() + 1)) {
      upload.getOutputStream().write(BEGINNING.getBytes(UTF_8));
      awaitBegin();
      server.terminate();
      awaitRefusalOf(server.url());
      upload.getOutputStream().write('b');

      assertThat(new String(upload.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 204 ");
    }
    assertThat(server.exitCode()).isZero();
    assertThat(server.database()).isEmpty();

    try (RunningServer next = RunningServer.startOn(data)) {
      assertThat(admin.at(next).download(image)).isEqualTo(BEGINNING + "b");
    }
  }

  @Test
  void afterItIsKilledANewOneHasEverythingAndNothingByHalves() throws Exception {
    startedData();
    RunningServer killed = RunningServer.startOn(data);
    Administrator admin = Administrator.of(killed);
    String whole = admin.createImage();
    admin.upload(whole, "content");
    String half = admin.createImage();
    try (Socket upload = admin.beginUpload(half, BEGINNING.length() + 1)) {
      upload.getOutputStream().write(BEGINNING.getBytes(UTF_8));
      awaitBegin();
      killed.kill();
    }

    try (RunningServer next = RunningServer.startOn(data)) {
      assertThat(admin.at(next).download(whole)).isEqualTo("content");
      assertThat(admin.at(next).status(half)).isEqualTo("queued");
      assertThat(filesBelow(data.resolve("blobs/store"))).isEqualTo(1);
      assertThat(next.identityUrl()).isEqualTo(URI.create(next.url() + "/identity/v3"));
      assertThat(Administrator.of(next).status(whole)).isEqualTo("active");
    }
  }

  private void startedData() {
    removeData();
    data = RunningServer.startedData();
  }

  /**
   * Until the server has taken what was sent: it writes the blob's file when it has {@link
   * #BEGINNING}.
   */
  private void awaitBegin() throws Exception {
    while (filesBelow(data.resolve("blobs/incoming")) == 0) {
      Thread.sleep(10);
    }
  }

  /** Until the server takes no new connections. */
  private static void awaitRefusalOf(URI server) throws Exception {
    try {
      while (true) {
        new Socket(server.getHost(), server.getPort()).close();
        Thread.sleep(10);
      }
    } catch (ConnectException refused) {
      // Now it takes none.
    }
  }

  private static long filesBelow(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  private static String get(URI url) {
    String path = url.getPath().isEmpty() ? "/healthcheck" : url.getPath();
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .formatted(path)
                  .getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
