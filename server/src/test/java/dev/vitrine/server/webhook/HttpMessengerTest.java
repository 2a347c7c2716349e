package dev.vitrine.server.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import dev.vitrine.client.TestCertificates;
import dev.vitrine.identity.DomainId;
import dev.vitrine.server.http.Network;
import dev.vitrine.webhook.Failure;
import dev.vitrine.webhook.Messenger.Answer;
import dev.vitrine.webhook.Notice;
import dev.vitrine.webhook.Notice.Content;
import dev.vitrine.webhook.WebhookKind;
import dev.vitrine.webhook.WebhookUrl;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What receivers can do to the sender, and which of them it talks to. */
@NullMarked
class HttpMessengerTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Notice NOTICE =
      new Notice("evt_1", WebhookKind.TEST, Instant.EPOCH, new Content.Trial("w"));
  private static final DomainId ALICE = new DomainId("alice");
  private static final List<String> SECRETS = List.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

  /** Of an attempt: not 15 s, for tests wait for its end; enough for TLS on a busy machine. */
  private static final Duration TIME = Duration.ofSeconds(5);

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static HttpMessenger messenger(HttpClientOptions options, Resolver resolver) {
    return messenger(options, resolver, TIME);
  }

  private static HttpMessenger messenger(
      HttpClientOptions options, Resolver resolver, Duration time) {
    return new HttpMessenger(
        VERTX,
        options,
        List.of(Network.parse("127.0.0.1")),
        resolver,
        "http://cloud.example",
        "1",
        time);
  }

  private static Answer send(String url) {
    return send(url, host -> List.of(InetAddress.getAllByName(host)));
  }

  private static Answer send(String url, Resolver resolver) {
    try (HttpMessenger messenger = messenger(new HttpClientOptions(), resolver)) {
      return messenger.send(ALICE, new WebhookUrl(url), NOTICE, SECRETS);
    }
  }

  /** What a receiver does with a connection. */
  @FunctionalInterface
  private interface Behaviour {
    void on(InputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  /** A receiver at some address of loopback. */
  private static final class Hostile implements AutoCloseable {
    private final ServerSocket listener;
    private final AtomicInteger connections = new AtomicInteger();

    Hostile(String address, int port, Behaviour behaviour) {
      try {
        listener = new ServerSocket(port, 50, InetAddress.ofLiteral(address));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Thread.ofVirtual().start(() -> accept(behaviour));
    }

    Hostile(Behaviour behaviour) {
      this("127.0.0.1", 0, behaviour);
    }

    private void accept(Behaviour behaviour) {
      while (true) {
        try {
          Socket socket = listener.accept();
          connections.incrementAndGet();
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (socket) {
                      behaviour.on(socket.getInputStream(), socket.getOutputStream());
                    } catch (IOException | InterruptedException e) {
                      // The sender has gone.
                    }
                  });
        } catch (IOException e) {
          return;
        }
      }
    }

    String url() {
      return "http://127.0.0.1:" + port() + "/";
    }

    int port() {
      return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  /** Reads a request, or what has come of it. */
  private static void request(InputStream in) throws IOException {
    assertThat(in.read(new byte[16_384])).isPositive();
  }

  /** Reads a whole request: what is unread when a socket is closed resets the connection. */
  private static void wholeRequest(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).isNotNegative();
      head.append((char) next);
    }
    Matcher length = LENGTH.matcher(head);
    assertThat(length.find()).isTrue();
    in.skipNBytes(Long.parseLong(length.group(1)));
  }

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

  /** Reads a request and answers it. */
  private static Behaviour answering(String answer) {
    return (in, out) -> {
      wholeRequest(in);
      out.write(answer.getBytes(US_ASCII));
      out.flush();
    };
  }

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  @Test
  void aReceiverThatNeverAnswersIsGivenUp() throws IOException {
    CountDownLatch over = new CountDownLatch(1);
    try (Hostile receiver = new Hostile((in, out) -> over.await())) {
      assertThat(send(receiver.url())).isEqualTo(new Answer(null, Failure.TIMEOUT, null));
    }
    over.countDown();
  }

  @Test
  void aHeadThatComesAByteAtATimeIsGivenUp() throws IOException {
    try (Hostile receiver =
        new Hostile(
            (in, out) -> {
              request(in);
              out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(US_ASCII));
              drip(out);
            })) {
      assertThat(send(receiver.url()).failure()).isEqualTo(Failure.TIMEOUT);
    }
  }

  /** The status says it all. */
  @Test
  void aBodyThatComesAByteAtATimeIsNotWaitedFor() throws IOException {
    try (Hostile receiver =
        new Hostile(
            (in, out) -> {
              request(in);
              out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".getBytes(US_ASCII));
              drip(out);
            })) {
      assertThat(send(receiver.url())).isEqualTo(new Answer(200, null, null));
    }
  }

  private static void drip(OutputStream out) throws IOException, InterruptedException {
    while (true) {
      out.write('x');
      out.flush();
      Thread.sleep(20);
    }
  }

  @Test
  void anEndlessBodyIsCutOff() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch over = new CountDownLatch(1);
    try (Hostile receiver =
        new Hostile(
            (in, out) -> {
              try {
                request(in);
                out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
                byte[] part = new byte[1_024];
                while (sent.addAndGet(part.length) < 1L << 30) {
                  out.write(part);
                }
              } finally {
                over.countDown();
              }
            })) {
      assertThat(send(receiver.url())).isEqualTo(new Answer(200, null, null));
      over.await();
      assertThat(sent.get()).as("what the buffers of both sides hold").isLessThan(32L << 20);
    }
  }

  @Test
  void anEndlessHeadIsCutOff() throws IOException {
    try (Hostile receiver =
        new Hostile(
            (in, out) -> {
              request(in);
              out.write("HTTP/1.1 200 OK\r\n".getBytes(US_ASCII));
              for (int i = 0; i < 10_000; i++) {
                out.write("X-%d: %s\r\n".formatted(i, "x".repeat(100)).getBytes(US_ASCII));
              }
              out.write("\r\n".getBytes(US_ASCII));
            })) {
      assertThat(send(receiver.url()).status()).isNull();
    }
  }

  @Test
  void anAnswerBeforeTheRequestIsAFailure() throws IOException {
    try (Hostile receiver =
        new Hostile(
            (in, out) -> {
              out.write(OK.getBytes(US_ASCII));
              drip(out);
            })) {
      assertThat(send(receiver.url()).failure()).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | NO_ANSWER
          'nonsense\r\n\r\n' | CONNECTION_FAILED
          """)
  void whatIsNoAnswerIsAFailure(String answer, Failure failure) throws IOException {
    try (Hostile receiver = new Hostile(answering(answer))) {
      assertThat(send(receiver.url())).isEqualTo(new Answer(null, failure, null));
    }
  }

  /**
   * Whoever listens for an answer only after the request is sent may miss its end, and wait for it
   * as long as an attempt may take: here, longer than the test.
   */
  @Test
  @Timeout(30)
  void anAnswerThatComesAtOnceIsHeardToItsEnd() throws IOException {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";
    Resolver resolver = host -> List.of(InetAddress.ofLiteral("127.0.0.1"));
    try (Hostile receiver = new Hostile(answering(answer));
        HttpMessenger messenger =
            messenger(new HttpClientOptions(), resolver, Duration.ofMinutes(5))) {
      for (int i = 0; i < 300; i++) {
        assertThat(messenger.send(ALICE, new WebhookUrl(receiver.url()), NOTICE, SECRETS))
            .isEqualTo(new Answer(200, null, null));
      }
    }
  }

  /** Standard Webhooks: only 2xx is success. */
  @ParameterizedTest
  @CsvSource({
    "200, ",
    "204, ",
    "299, ",
    "301, REDIRECT",
    "308, REDIRECT",
    "400, STATUS",
    "503, STATUS",
  })
  void onlyASuccessIsOne(int status, @Nullable Failure failure) throws IOException {
    String answer =
        "HTTP/1.1 %d X\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
            .formatted(status);
    try (Hostile receiver = new Hostile(answering(answer))) {
      assertThat(send(receiver.url())).isEqualTo(new Answer(status, failure, null));
      assertThat(receiver.connections).hasValue(1);
    }
  }

  /** RFC 9110, 10.2.3. */
  @Test
  void theReceiverMayAskToWait() throws IOException {
    String answer = "HTTP/1.1 429 X\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n";
    try (Hostile receiver = new Hostile(answering(answer))) {
      assertThat(send(receiver.url()).retryAfter()).isEqualTo(Duration.ofMinutes(2));
    }
    assertThat(HttpMessenger.retryAfter("Mon, 21 Oct 2115 07:28:00 GMT"))
        .isGreaterThan(Duration.ofDays(365));
    assertThat(HttpMessenger.retryAfter("Wed, 21 Oct 2015 07:28:00 GMT")).isNegative();
    assertThat(HttpMessenger.retryAfter("soon")).isNull();
    assertThat(HttpMessenger.retryAfter("-1")).isNull();
    assertThat(HttpMessenger.retryAfter("99999999999999999999")).isNull();
  }

  /** DNS rebinding: what is checked is what is connected to, and it is checked each time. */
  @Test
  void aNameThatTurnsToAPrivateAddressIsRefused() throws IOException {
    try (Hostile allowed = new Hostile(answering(OK));
        Hostile other = new Hostile("127.0.0.2", allowed.port(), answering(OK))) {
      List<String> asked = new ArrayList<>();
      Resolver rebinding =
          host -> {
            asked.add(host);
            return List.of(InetAddress.ofLiteral(asked.size() == 1 ? "127.0.0.1" : "127.0.0.2"));
          };
      String url = "http://rebinding.example:" + allowed.port() + "/";
      try (HttpMessenger messenger = messenger(new HttpClientOptions(), rebinding)) {
        assertThat(messenger.send(ALICE, new WebhookUrl(url), NOTICE, SECRETS).status())
            .isEqualTo(200);
        assertThat(asked).as("looked up once for an attempt").hasSize(1);
        assertThat(messenger.send(ALICE, new WebhookUrl(url), NOTICE, SECRETS))
            .isEqualTo(new Answer(null, Failure.ADDRESS_REFUSED, null));
      }
      assertThat(asked).hasSize(2);
      assertThat(other.connections).hasValue(0);
    }
  }

  @Test
  void amongSeveralAddressesOnlyThosePermittedAreConnectedTo() throws IOException {
    try (Hostile allowed = new Hostile(answering(OK));
        Hostile other = new Hostile("127.0.0.2", allowed.port(), answering(OK))) {
      Answer answer =
          send(
              "http://several.example:" + allowed.port() + "/",
              host ->
                  List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1")));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(other.connections).hasValue(0);
    }
  }

  @Test
  void aPrivateAddressInTheUrlIsRefused() {
    for (String url : List.of("https://127.0.0.2/", "http://[::1]/", "https://10.0.0.1/")) {
      assertThat(send(url).failure()).isEqualTo(Failure.ADDRESS_REFUSED);
    }
  }

  @Test
  void aNameThatIsNotFoundIsAFailure() {
    assertThat(
            send(
                    "https://none.example/",
                    host -> {
                      throw new UnknownHostException(host);
                    })
                .failure())
        .isEqualTo(Failure.HOST_UNKNOWN);
  }

  @Test
  void aNameThatTakesLongIsGivenUp() {
    CountDownLatch over = new CountDownLatch(1);
    Answer answer =
        send(
            "https://slow.example/",
            host -> {
              awaitUninterrupted(over);
              return List.of();
            });
    over.countDown();
    assertThat(answer.failure()).isEqualTo(Failure.LOOKUP_TIMEOUT);
  }

  /** Their lookups go on when the attempts have given up; some stay for other accounts. */
  @Test
  void anAccountWithSlowNamesLeavesLookupsToOthers() throws IOException, InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    Resolver resolver =
        host -> {
          if (host.equals("slow.example")) {
            awaitUninterrupted(over);
          }
          return List.of(InetAddress.ofLiteral("127.0.0.1"));
        };
    try (Hostile receiver = new Hostile(answering(OK));
        HttpMessenger messenger = messenger(new HttpClientOptions(), resolver)) {
      WebhookUrl slow = new WebhookUrl("https://slow.example/");
      List<Thread> attempts =
          Stream.generate(
                  () ->
                      Thread.startVirtualThread(() -> messenger.send(ALICE, slow, NOTICE, SECRETS)))
              .limit(300)
              .toList();
      for (Thread attempt : attempts) {
        attempt.join();
      }

      Answer answer =
          messenger.send(
              new DomainId("bob"),
              new WebhookUrl("http://quick.example:" + receiver.port() + "/"),
              NOTICE,
              SECRETS);

      assertThat(answer).isEqualTo(new Answer(200, null, null));
    } finally {
      over.countDown();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The certificate is checked against the name, and the name is sent (RFC 6066, SNI). */
  @Test
  void tlsIsOfTheNameAlthoughTheAddressIsConnectedTo(@TempDir Path directory) throws Exception {
    TestCertificates.make(directory, "receiver", "-keyalg", "EC");
    List<String> names = new ArrayList<>();
    HttpsServer server = https(directory.resolve("receiver.p12"), names);
    HttpClientOptions trusting =
        new HttpClientOptions()
            .setTrustOptions(
                new PemTrustOptions().addCertPath(directory.resolve("receiver.pem").toString()));
    Resolver loopback = host -> List.of(InetAddress.ofLiteral("127.0.0.1"));
    int port = server.getAddress().getPort();
    try (HttpMessenger messenger = messenger(trusting, loopback)) {
      assertThat(
              messenger.send(
                  ALICE, new WebhookUrl("https://localhost:%d/".formatted(port)), NOTICE, SECRETS))
          .isEqualTo(new Answer(200, null, null));
      assertThat(
              messenger
                  .send(
                      ALICE,
                      new WebhookUrl("https://other.example:%d/".formatted(port)),
                      NOTICE,
                      SECRETS)
                  .failure())
          .isEqualTo(Failure.TLS);
    } finally {
      server.stop(0);
    }
    assertThat(names).containsExactly("localhost");
    assertThat(send("https://localhost:%d/".formatted(port), loopback).status())
        .as("nobody vouches for it")
        .isNull();
  }

  private static HttpsServer https(Path store, List<String> names) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(TestCertificates.serverOf(store)));
    server.createContext("/", exchange -> note(exchange, names));
    server.start();
    return server;
  }

  private static void note(HttpExchange exchange, List<String> names) throws IOException {
    try (exchange) {
      if (((HttpsExchange) exchange).getSSLSession() instanceof ExtendedSSLSession session) {
        session
            .getRequestedServerNames()
            .forEach(
                name -> names.add(((SNIHostName) Objects.requireNonNull(name)).getAsciiName()));
      }
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(200, -1);
    }
  }
}
