package dev.vitrine.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Operation;
import dev.vitrine.server.http.Credentials;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.http.WebServer;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However many clients send bodies, what these hold is bounded: here, 100,000 bytes. */
@NullMarked
class BodyMemoryTest {
  private static final int HALF = 60_000;

  private WebServer web;
  private int port;

  @BeforeEach
  void start() throws Exception {
    Routes routes = new Routes().on(Operation.ISSUE_TOKEN, request -> Reply.empty(201));
    web =
        new WebServer(
            Vertx.vertx(),
            Doors.identityDoors("http://localhost"),
            routes,
            BodyMemoryTest::nobody,
            1_000_000,
            100_000);
    port = web.listen("127.0.0.1", 0, 1);
  }

  @AfterEach
  void stop() {
    web.close();
  }

  @Test
  void aBodyThatThereIsNoRoomForIsRefusedUntilThereIs() throws Exception {
    try (Client first = new Client();
        Client second = new Client()) {
      first.send(HALF, HALF - 1);
      first.awaitTaken();
      second.send(HALF, HALF);
      assertThat(second.status()).isEqualTo(429);

      first.sendMore(1);
      assertThat(first.status()).isEqualTo(201);
    }
    try (Client third = new Client()) {
      third.send(HALF, HALF);
      assertThat(third.status()).isEqualTo(201);
    }
  }

  @Test
  void aSmallBodyAlwaysHasRoom() throws Exception {
    try (Client big = new Client();
        Client small = new Client()) {
      big.send(100_000, 1);
      big.awaitTaken();
      small.send(1_000, 1_000);
      assertThat(small.status()).isEqualTo(201);
    }
  }

  @Test
  void whatAClientThatWentAwayHeldIsFreeAgain() throws Exception {
    try (Client gone = new Client()) {
      gone.send(HALF, 1);
      gone.awaitTaken();
    }
    int status = 429;
    for (int i = 0; i < 100 && status == 429; i++) {
      try (Client next = new Client()) {
        next.send(HALF, HALF);
        status = next.status();
      }
    }
    assertThat(status).isEqualTo(201);
  }

  private static Credentials nobody(Request request) {
    throw new IllegalStateException(request.path() + " is open to all");
  }

  /** A client that may stop in the middle. */
  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader answers;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(10_000);
      answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    }

    /** Announces a body and sends the beginning of it; asks to be told when it is expected. */
    void send(int announced, int sent) throws IOException {
      String head =
          "POST /v3/auth/tokens HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: "
              + announced
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      sendMore(sent);
    }

    void sendMore(int sent) throws IOException {
      socket.getOutputStream().write(new byte[sent]);
    }

    /** Waits for the word that its body is expected. */
    void awaitTaken() throws IOException {
      assertThat(answers.readLine()).startsWith("HTTP/1.1 100");
      assertThat(answers.readLine()).isEmpty();
    }

    /** Of the answer, which may have that word before it. */
    int status() throws IOException {
      String line = answers.readLine();
      while (line.isEmpty() || line.startsWith("HTTP/1.1 100")) {
        line = answers.readLine();
      }
      return Integer.parseInt(line.split(" ", -1)[1]);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
