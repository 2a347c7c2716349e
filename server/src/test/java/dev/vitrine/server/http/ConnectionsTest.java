package dev.vitrine.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Limit;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server takes eight connections, three of each address but that of a proxy. The addresses are
 * those of the loopback network.
 */
@NullMarked
@Timeout(60)
class ConnectionsTest {
  private static final String PROXY = "127.0.0.9";

  private final Queue<Limit> limited = new ConcurrentLinkedQueue<>();
  private final List<Client> clients = new ArrayList<>();
  private final TrustedProxies proxies =
      new TrustedProxies(List.of(Network.parse(PROXY)), TrustedProxies.Header.X_FORWARDED_FOR);
  private final Connections connections = new Connections(new Connections.Limits(8, 3), proxies);
  private final Vertx vertx = connections.vertx(new VertxOptions());
  private final WebServer web = web(Duration.ofMinutes(5));
  private int port;

  private WebServer web(Duration idle) {
    return new BareServer(
            vertx,
            new Routes(UnaryOperator.identity())
                .on(Operation.CHECK_HEALTH, request -> Reply.empty(204)))
        .idle(idle)
        .connections(connections, proxies)
        .listener(limited::add)
        .build();
  }

  @BeforeEach
  void listen() throws Exception {
    port = web.listen("127.0.0.1", 0, 1);
  }

  @AfterEach
  void stop() throws IOException {
    for (Client client : clients) {
      client.close();
    }
    web.close();
    vertx.close().await();
  }

  private Client open(String address) throws IOException {
    Client client = new Client(address, port);
    clients.add(client);
    return client;
  }

  private void open(String address, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      assertThat(open(address).isServed()).isTrue();
    }
  }

  @Test
  void anAddressHasAFewAndOthersTheirs() throws Exception {
    open("127.0.0.2", 3);

    assertThat(open("127.0.0.2").isServed()).isFalse();
    assertThat(limited).containsExactly(Limit.CONNECTIONS_OF_ADDRESS);
    open("127.0.0.3", 3);
    assertThat(clients.getFirst().isServed()).isTrue();
  }

  @Test
  void whatIsClosedMakesRoom() throws Exception {
    open("127.0.0.2", 3);
    clients.getFirst().close();

    boolean isServed = false;
    for (int i = 0; i < 100 && !isServed; i++) {
      isServed = open("127.0.0.2").isServed();
    }
    assertThat(isServed).isTrue();
  }

  @Test
  void whoSendsNothingCountsToo() throws Exception {
    for (int i = 0; i < 3; i++) {
      open("127.0.0.2");
    }
    assertThat(open("127.0.0.2").isServed()).isFalse();
  }

  @Test
  void aProxyHasAsManyAsThereAreInAll() throws Exception {
    open(PROXY, 8);

    assertThat(open(PROXY).isServed()).isFalse();
    assertThat(open("127.0.0.2").isServed()).isFalse();
    assertThat(limited).containsExactly(Limit.CONNECTIONS, Limit.CONNECTIONS);
  }

  /** So that clients that only connect do not use up the descriptors. */
  @ParameterizedTest
  @CsvSource({"1000000, 2500", "4096, 2500", "1024, 618", "400, 150", "100, 1"})
  void thereAreNoMoreThanDescriptorsAllow(long descriptors, int all) {
    assertThat(new Connections.Limits(2500, 500).within(descriptors))
        .isEqualTo(new Connections.Limits(all, 500));
  }

  /** A server that is not bounded: the management listener is like it. */
  @Test
  void otherPortsAreFree() throws Exception {
    open(PROXY, 8);
    int other =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.response().setStatusCode(204).end())
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    for (int i = 0; i < 5; i++) {
      Client client = new Client("127.0.0.2", other);
      clients.add(client);
      assertThat(client.isServed()).isTrue();
    }
  }

  @Test
  void whatIsIdleIsClosedAndCounted() throws Exception {
    WebServer impatient = web(Duration.ofSeconds(1));
    port = impatient.listen("127.0.0.1", 0, 1);
    try {
      Client silent = open("127.0.0.2");
      Client served = open("127.0.0.3");
      assertThat(served.isServed()).isTrue();

      assertThat(silent.isOpen()).isFalse();
      assertThat(served.isOpen()).isFalse();
      assertThat(limited).containsExactly(Limit.IDLE, Limit.IDLE);
    } finally {
      impatient.close();
    }
  }

  private static final class Client implements AutoCloseable {
    private final Socket socket = new Socket();
    private final BufferedReader answers;

    Client(String address, int port) throws IOException {
      socket.setSoTimeout(20_000);
      socket.bind(new InetSocketAddress(address, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    }

    /** Whether the server answers a request. */
    boolean isServed() throws IOException {
      try {
        socket
            .getOutputStream()
            .write("GET /healthcheck HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(ISO_8859_1));
        String line = answers.readLine();
        while (line != null && !line.isEmpty()) {
          line = answers.readLine();
        }
        return line != null;
      } catch (SocketException closed) {
        return false;
      }
    }

    /** Waits until the server closes or sends something. */
    boolean isOpen() throws IOException {
      try {
        return answers.read() >= 0;
      } catch (SocketException reset) {
        return false;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
