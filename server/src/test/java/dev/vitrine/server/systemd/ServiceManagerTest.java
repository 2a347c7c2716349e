package dev.vitrine.server.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What systemd is told, as a socket like that of systemd receives it. */
class ServiceManagerTest {
  private static final String PID = Long.toString(ProcessHandle.current().pid());

  /** Receives datagrams, and prints each with the process that the kernel says has sent it. */
  private static final String RECEIVER =
      """
      import socket, struct, sys
      name = sys.argv[1]
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.settimeout(10)
      s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
      s.bind('\\0' + name[1:] if name[0] == '@' else name)
      print('bound', flush=True)
      while True:
        data, extra, _, _ = s.recvmsg(4096, 64)
        print(struct.unpack('iii', extra[0][2])[0], data.decode().replace('\\n', '|'), flush=True)
      """;

  /** A socket that receives. */
  private record Receiver(Process process, BufferedReader lines) implements AutoCloseable {
    static Receiver at(String name) throws IOException {
      Process process =
          new ProcessBuilder("python3", "-c", RECEIVER, name)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Receiver receiver = new Receiver(process, process.inputReader(UTF_8));
      assertThat(receiver.lines().readLine()).isEqualTo("bound");
      return receiver;
    }

    String next() throws IOException {
      return Objects.requireNonNull(lines.readLine());
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  @Test
  void itIsToldWhenTheServerIsReadyAndWhenItStops(@TempDir Path folder) throws IOException {
    String name = folder.resolve("notify").toString();
    try (Receiver systemd = Receiver.at(name);
        ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", name))) {
      manager.ready("Listening on ö", limit -> true);
      manager.stopping(Duration.ofSeconds(7));

      assertThat(systemd.next()).isEqualTo(PID + " READY=1|STATUS=Listening on ö");
      assertThat(systemd.next()).isEqualTo(PID + " STOPPING=1|EXTEND_TIMEOUT_USEC=187000000");
    }
  }

  @Test
  void aSocketMayHaveAnAbstractName() throws IOException {
    String name = "@vitrine-test/" + UUID.randomUUID();
    try (Receiver systemd = Receiver.at(name);
        ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", name))) {
      manager.stopping(Duration.ofSeconds(7));

      assertThat(systemd.next()).isEqualTo(PID + " STOPPING=1|EXTEND_TIMEOUT_USEC=187000000");
    }
  }

  @Test
  void aServerThatDoesNotAnswerGivesNoSignOfLife(@TempDir Path folder) throws Exception {
    String name = folder.resolve("notify").toString();
    Map<String, String> environment =
        Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "30000", "WATCHDOG_PID", PID);
    AtomicInteger answers = new AtomicInteger();
    CountDownLatch silences = new CountDownLatch(3);
    try (Receiver systemd = Receiver.at(name);
        ServiceManager manager = ServiceManager.of(environment)) {
      manager.ready(
          "Listening",
          limit -> {
            if (answers.incrementAndGet() <= 2) {
              return true;
            }
            silences.countDown();
            return false;
          });
      silences.await();
      manager.stopping(Duration.ofSeconds(7));

      assertThat(systemd.next()).endsWith("READY=1|STATUS=Listening");
      assertThat(systemd.next()).endsWith("WATCHDOG=1");
      assertThat(systemd.next()).endsWith("WATCHDOG=1");
      assertThat(systemd.next()).contains(" STOPPING=1|");
      assertThat(systemd.next()).as("while it stops").endsWith("WATCHDOG=1");
    }
  }

  @Test
  void theWatchdogOfAnotherProcessIsNotOurs(@TempDir Path folder) throws Exception {
    String name = folder.resolve("notify").toString();
    Map<String, String> environment =
        Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "1000", "WATCHDOG_PID", "1");
    AtomicBoolean asked = new AtomicBoolean();
    try (Receiver systemd = Receiver.at(name);
        ServiceManager manager = ServiceManager.of(environment)) {
      manager.ready("Listening", limit -> asked.getAndSet(true));
      Thread.sleep(50);
      manager.stopping(Duration.ofSeconds(7));

      assertThat(systemd.next()).endsWith("READY=1|STATUS=Listening");
      assertThat(systemd.next()).contains(" STOPPING=1|");
      assertThat(asked).isFalse();
    }
  }

  @Test
  void aProcessWithoutServiceManagerTellsNobody() {
    try (ServiceManager manager = ServiceManager.of(Map.of())) {
      manager.ready("Listening", limit -> true);
      manager.stopping(Duration.ofSeconds(7));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "vsock:2:1234", "/absent", "/too-long"})
  void whatIsNoSocketStopsNothing(String name) {
    String full = name.equals("/too-long") ? "/" + "x".repeat(108) : name;
    try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", full))) {
      manager.ready("Listening", limit -> true);
      manager.stopping(Duration.ofSeconds(7));
    }
  }
}
