package dev.vitrine.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent, and what is made of the answers, against an HTTP server of the JDK. */
@NullMarked
class ClientTest {
  private static final String TOKEN =
      """
      {"token": {"user": {"id": "u"}, "project": {"id": "p"}, "audit_ids": ["a"],
        "issued_at": "2026-11-28T10:00:00.000000Z", "catalog": [
          {"type": "identity", "endpoints": [{"interface": "public", "url": "http://other/v3"}]},
          {"type": "image", "endpoints": [
            {"interface": "internal", "url": "http://internal"},
            {"interface": "public", "url": "http://HOST/image/"}]}]}}
      """;

  /** The first byte of a connection, by RFC 8446. */
  private static final int TLS_HANDSHAKE = 0x16;

  private final Client client = new Client();
  private final List<String> received = new ArrayList<>();
  private HttpServer server;
  private String host;
  private int status = 200;
  private byte[] answer = "{}".getBytes(UTF_8);

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
    host = "127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** A process that ends would wait for them. */
  @Test
  void aClientThatEndsLeavesNoThreadBehind() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Client ending = new Client();
    ending.call(ending.request("GET", URI.create("http://" + host + "/x"), null).build());
    Set<Thread> itsOwn = new HashSet<>(Thread.getAllStackTraces().keySet());
    itsOwn.removeAll(before);
    itsOwn.removeIf(thread -> !thread.getName().endsWith("SelectorManager"));
    assertThat(itsOwn).isNotEmpty();

    ending.end();

    assertThat(itsOwn).noneMatch(Thread::isAlive);
  }

  /** A client for plain HTTP has no TLS, so that a command need not wait for it. */
  @Test
  void anAddressOfHttpsIsSpokenToInTls() throws Exception {
    ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    URI url = URI.create("https://127.0.0.1:" + listener.getLocalPort());
    CompletableFuture<Integer> first = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              // Both end then, so that a second attempt of the client fails at once.
              try (listener;
                  Socket socket = listener.accept()) {
                first.complete(socket.getInputStream().read());
              } catch (IOException e) {
                first.completeExceptionally(e);
              }
            });

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> client.send(client.request("GET", url, null).build()));
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(TLS_HANDSHAKE);
  }

  private void handle(HttpExchange exchange) throws IOException {
    received.add(
        "%s %s %s %s %s"
            .formatted(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestHeaders().getFirst("X-Auth-Token"),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1)));
    exchange.getResponseHeaders().set("X-Subject-Token", "secret");
    exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private Endpoint endpoint(@Nullable String token) {
    return new Endpoint(client, URI.create("http://" + host), token);
  }

  private Login login() {
    return new Login(URI.create("http://" + host + "/v3"), "ann", "pass", "dom", "proj");
  }

  @Test
  void aSessionHasTheTokenAndTheImageServiceOfTheCatalogue() {
    answer = TOKEN.replace("HOST", host).getBytes(UTF_8);

    Session session = client.signIn(login());
    session.images().call("GET", "/v2/images?limit=1", null);
    session.identity().call("POST", "/projects", "{\"a\": 1}");

    assertThat(session.user()).isEqualTo("u");
    assertThat(session.project()).isEqualTo("p");
    assertThat(session.auditId()).isEqualTo("a");
    assertThat(session.issuedAt()).isEqualTo("2026-11-28T10:00:00Z");
    assertThat(received.getFirst()).startsWith("POST /v3/auth/tokens null application/json {");
    assertThat(Json.read(login().body()))
        .isEqualTo(
            Json.read(
                """
                {"auth": {"identity": {"methods": ["password"], "password": {"user":
                  {"name": "ann", "password": "pass", "domain": {"name": "dom"}}}},
                  "scope": {"project": {"name": "proj", "domain": {"name": "dom"}}}}}
                """));
    assertThat(received.subList(1, 3))
        .containsExactly(
            "GET /image/v2/images?limit=1 secret null ",
            "POST /v3/projects secret application/json {\"a\": 1}");
  }

  @Test
  void secretsAreNotPrinted() {
    answer = TOKEN.getBytes(UTF_8);
    Session session = client.signIn(login());

    assertThat(login() + " " + session + " " + session.identity()).doesNotContain("secret", "pass");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | {\"error\": {\"code\": 401, \"message\": \"not you\", \"title\": \"t\"}} | not you",
        "403 | {\"error_code\": \"IAM.0003\", \"error_msg\": \"no grant\"} | no grant",
        "404 | {\"error\": {\"error_code\": \"EPS.0004\", \"error_msg\": \"no such\"}} | no such",
        "409 | {\"message\": \"it exists\", \"code\": \"409 Conflict\"} | it exists",
        "403 | '403 Forbidden\n\nnot yours\n\n   ' | not yours",
        "503 | out of order | out of order",
        "500 | [1] | [1]",
        "502 | '' | ''"
      })
  void aFailureSaysMethodUrlStatusAndTheServersMessage(int code, String body, String said) {
    status = code;
    answer = body.getBytes(UTF_8);

    assertThatExceptionOfType(RequestFailed.class)
        .isThrownBy(() -> endpoint("t").call("DELETE", "/v2/images/x", null))
        .withMessage("DELETE http://%s/v2/images/x: %d %s".formatted(host, code, said));
    assertThat(endpoint("t").send("DELETE", "/v2/images/x", null).body()).isEqualTo(body);
  }

  @Test
  void bytesAreSentFromAFileAndReceivedIntoAChannel(@TempDir Path folder) throws IOException {
    byte[] bytes = new byte[300_001];
    new Random(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("file"), bytes);
    answer = bytes;
    ByteArrayOutputStream got = new ByteArrayOutputStream();

    endpoint("t").upload("/file", BodyPublishers.ofFile(file));
    Response response = endpoint("t").download("/file", Channels.newChannel(got));

    assertThat(received.getFirst())
        .isEqualTo("PUT /file t application/octet-stream " + new String(bytes, ISO_8859_1));
    assertThat(got.toByteArray()).isEqualTo(bytes);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-length")).isEqualTo("300001");
    assertThat(response.header("Content-Range")).isNull();
  }

  /** The time limit is from the first byte sent: a long upload would reach it on a slow line. */
  @ParameterizedTest
  @CsvSource({"0, true", "1048576, true", "1048577, false"})
  void onlyShortRequestsAreLimitedInTime(int bytes, boolean isLimited) {
    HttpRequest request =
        endpoint("t").request("PUT", "/file", BodyPublishers.ofByteArray(new byte[bytes])).build();

    assertThat(request.timeout().isPresent()).isEqualTo(isLimited);
  }

  @Test
  void aRefusedDownloadLeavesTheChannelEmpty() {
    status = 404;
    answer = "{\"message\": \"no such image\"}".getBytes(UTF_8);
    ByteArrayOutputStream got = new ByteArrayOutputStream();

    assertThatExceptionOfType(RequestFailed.class)
        .isThrownBy(() -> endpoint(null).download("/file", Channels.newChannel(got)))
        .withMessageEndingWith("404 no such image");
    assertThat(got.size()).isZero();
  }

  @Test
  void allRequestsSentTogetherAreAnswered() {
    List<HttpRequest> requests =
        List.of(
            endpoint("t").request("GET", "/1", null).build(),
            endpoint("t").request("GET", "/2", null).build());

    assertThat(client.sendTogether(requests)).extracting(Response::status).containsOnly(200);
    assertThat(received).containsExactlyInAnyOrder("GET /1 t null ", "GET /2 t null ");
  }

  @Test
  void anAnswerThatIsCutSaysOfWhichRequest() throws Exception {
    try (ServerSocket cutting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> cut(cutting));
      Endpoint cut =
          new Endpoint(client, URI.create("http://127.0.0.1:" + cutting.getLocalPort()), null);

      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> cut.download("/file", Channels.newChannel(new ByteArrayOutputStream())))
          .withMessageStartingWith("GET " + cut.url() + "/file: ");
    }
  }

  /** Promises ten bytes and sends one. */
  private static void cut(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read();
      socket
          .getOutputStream()
          .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx".getBytes(ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
