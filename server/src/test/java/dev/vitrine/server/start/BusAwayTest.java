package dev.vitrine.server.start;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.bus.Bus;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.server.LogRecords;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.settings.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Without a message bus, and with one that does not answer; conformance/bus.sh has a real one. */
@NullMarked
class BusAwayTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final String PASSWORD = "password-of-the-bus";

  @TempDir static Path data;

  /** It accepts connections, and ends each. */
  @Test
  void eventsWaitAndNobodyElseNotices() throws Exception {
    try (Vitrine off = start()) {
      made(off);
    }
    assertThat(count("select count(*) from bus_position")).as("rows without bus.url").isZero();

    List<LogRecord> logged;
    try (LogRecords log = new LogRecords(Bus.class.getName());
        ServerSocket broker = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread refusing = Thread.ofVirtual().start(() -> refuse(broker));
      try (Vitrine on =
          start(
              "--bus.url=amqp://127.0.0.1:" + broker.getLocalPort(),
              "--bus.user=glance",
              "--bus.password=" + PASSWORD,
              "--management.listen=127.0.0.1:0")) {
        made(on);
        awaitFailures(on, 2);
        assertThat(management(on, "/ready").statusCode()).isEqualTo(200);
        assertThat(metric(on, "vitrine_bus_oldest_seconds")).isPositive();
        assertThat(metric(on, "vitrine_bus_events_total")).isZero();
      }
      refusing.interrupt();
      logged = log.all();
    }
    assertThat(logged).extracting(LogRecord::getMessage).hasSize(1);
    assertThat(logged.getFirst().getParameters()[0].toString())
        .startsWith("127.0.0.1:")
        .doesNotContain(PASSWORD);
    assertThat(
            count(
                "select count(*) from bus_position p join image_event e on e.at > p.published_at"))
        .as("events that wait")
        .isEqualTo(1);
  }

  @Test
  void authoritiesThatCannotBeReadEndTheStart() {
    Path file = data.resolve("nowhere.pem");
    assertThatThrownBy(
            () ->
                start(
                    "--bus.url=amqps://127.0.0.1",
                    "--bus.ca=" + file,
                    "--bus.user=glance",
                    "--bus.password=" + PASSWORD))
        .isInstanceOf(StartFailure.class)
        .hasMessage("bus.ca cannot be used: there is no file " + file);
  }

  private static void refuse(ServerSocket broker) {
    try {
      while (true) {
        try (Socket connection = broker.accept()) {
          connection.setSoLinger(true, 0);
        }
      }
    } catch (IOException e) {
      // The test has ended.
    }
  }

  private static Vitrine start(String... more) throws Exception {
    return Vitrine.start(
        Settings.read(StartOptions.of(DATABASE.address(), data, more), Map.of(), Map.of()),
        List.of("alice"),
        null,
        OutputStream.nullOutputStream());
  }

  private static void made(Vitrine vitrine) throws IOException {
    Alice.of(vitrine).call("POST", "/v2/images", "{}");
  }

  private static java.net.http.HttpResponse<String> management(Vitrine vitrine, String path)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + vitrine.managementPort() + path))
                .build(),
            BodyHandlers.ofString());
  }

  private static double metric(Vitrine vitrine, String name) throws Exception {
    Matcher value =
        Pattern.compile("(?m)^" + name + " (\\S+)$")
            .matcher(management(vitrine, "/metrics").body());
    assertThat(value.find()).as(name).isTrue();
    return Double.parseDouble(value.group(1));
  }

  private static void awaitFailures(Vitrine vitrine, int least) throws Exception {
    for (int i = 0; i < 300 && metric(vitrine, "vitrine_bus_failures_total") < least; i++) {
      LockSupport.parkNanos(MILLISECONDS.toNanos(100));
    }
    assertThat(metric(vitrine, "vitrine_bus_failures_total")).isGreaterThanOrEqualTo(least);
  }

  private static long count(String sql) {
    return Objects.requireNonNull(DATABASE.database().first(sql, row -> row.getLong(1)));
  }
}
