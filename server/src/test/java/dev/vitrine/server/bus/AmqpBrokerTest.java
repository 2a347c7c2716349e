package dev.vitrine.server.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vitrine.bus.Broker.BrokerFailure;
import dev.vitrine.client.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom it believes to be the broker; conformance/bus.sh has a real one. */
@NullMarked
class AmqpBrokerTest {
  @TempDir static Path made;

  /** The certificate is for 127.0.0.1 only. Who believes it says the first word, and that is it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.1 | broker |",
        "localhost | broker | localhost",
        "127.0.0.1 | other  | certification path",
      })
  void aBrokerNeedsACertificateOfItsHostFromANamedAuthority(
      String host, String authority, @Nullable String reason) throws Exception {
    Path store = certificate("broker", "san=ip:127.0.0.1");
    certificate("other", "san=ip:127.0.0.1");
    try (ServerSocket listening =
        TestCertificates.serverOf(store)
            .getServerSocketFactory()
            .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering = Thread.ofVirtual().start(() -> answer(listening));
      BrokerFailure failure = failure(host, listening.getLocalPort(), authority);
      answering.join();

      if (reason == null) {
        assertThat(failure.getMessage()).doesNotContain("certificate");
      } else {
        assertThat(failure).hasMessageContainingAll("certificate is not accepted", reason);
      }
    }
  }

  private static Path certificate(String name, String host) {
    return TestCertificates.make(made, name, "-keyalg", "EC", "-ext", host);
  }

  private static BrokerFailure failure(String host, int port, String authority) {
    BusSettings settings =
        new BusSettings(
            BusAddress.parse("amqps://%s:%d".formatted(host, port)),
            made.resolve(authority + ".pem"),
            "u",
            "p",
            "e",
            "t",
            BusSettings.Queues.TRANSIENT);
    try (AmqpBroker broker = new AmqpBroker(settings, "image.here")) {
      return catchThrowableOfType(BrokerFailure.class, broker::connect);
    }
  }

  /** Reads what a client says first, and ends the connection. */
  private static void answer(ServerSocket listening) {
    try (Socket connection = listening.accept()) {
      connection.getInputStream().readNBytes(8);
    } catch (IOException e) {
      // It does not believe us.
    }
  }
}
