package dev.vitrine.server.http;

import static java.net.http.HttpClient.Version.HTTP_1_1;
import static java.net.http.HttpClient.Version.HTTP_2;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.client.TestCertificates;
import dev.vitrine.server.TestServer;
import dev.vitrine.server.tls.Certificate;
import dev.vitrine.server.tls.CertificateFiles;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The server behind TLS, with HTTP/1.1 and HTTP/2 (RFC 9113), chosen by ALPN. */
@NullMarked
class TlsTest {
  private static final Path DIRECTORY = directory();
  private static final Path STORE = TestCertificates.make(DIRECTORY, "first", "-keyalg", "EC");
  private static final Path RENEWED = TestCertificates.make(DIRECTORY, "second", "-keyalg", "RSA");
  private static final String IMAGE =
      """
      {"disk_format": "raw", "container_format": "bare"}""";
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension
  static final TestServer SERVER =
      new TestServer(
          List.of(
              "--tls.certificate=" + DIRECTORY.resolve("first.pem"),
              "--tls.key=" + DIRECTORY.resolve("first.key")));

  private static String token = "";

  private static Path directory() {
    try {
      Path directory = Files.createTempDirectory("vitrine-tls");
      directory.toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeAll
  static void login() throws Exception {
    String body =
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "alice",
          "domain": {"name": "alice"}, "password": "%s"}}},
          "scope": {"project": {"name": "RegionOne", "domain": {"name": "alice"}}}}}
        """
            .formatted(SERVER.password("alice"));
    HttpResponse<String> answer =
        client(HTTP_2, STORE)
            .send(
                request("/v3/auth/tokens").POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.version()).isEqualTo(HTTP_2);
    token = answer.headers().firstValue("X-Subject-Token").orElseThrow();
    assertThat(JSON.readTree(answer.body()).findValuesAsText("url"))
        .isNotEmpty()
        .allMatch(url -> url.startsWith(SERVER.url()));
  }

  private static HttpClient client(HttpClient.Version version, Path trusted, String... protocols)
      throws Exception {
    SSLContext context = TestCertificates.clientOf(trusted);
    HttpClient.Builder builder = HttpClient.newBuilder().version(version).sslContext(context);
    if (protocols.length > 0) {
      SSLParameters parameters = context.getDefaultSSLParameters();
      parameters.setProtocols(protocols);
      builder.sslParameters(parameters);
    }
    return builder.build();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(SERVER.url() + path))
        .header("Content-Type", "application/json");
  }

  private static HttpRequest.Builder as(String path) {
    return request(path).header("X-Auth-Token", token);
  }

  /** A body whose length the request does not tell. */
  private static BodyPublisher unknownLength(byte[] bytes) {
    return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
  }

  private static String create(HttpClient client) throws Exception {
    HttpResponse<String> made =
        client.send(
            as("/v2/images").POST(unknownLength(IMAGE.getBytes(UTF_8))).build(),
            BodyHandlers.ofString());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    JsonNode image = JSON.readTree(made.body());
    assertThat(made.headers().firstValue("Location").orElseThrow())
        .isEqualTo(SERVER.url() + "/v2/images/" + image.get("id").asText());
    return "/v2/images/" + image.get("id").asText();
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  void carriesImagesInBothVersions(HttpClient.Version version) throws Exception {
    HttpClient client = client(version, STORE);
    String image = create(client);
    byte[] bytes = bytes(5_000_003);
    HttpResponse<Void> uploaded =
        client.send(
            HttpRequest.newBuilder(URI.create(SERVER.url() + image + "/file"))
                .header("X-Auth-Token", token)
                .header("Content-Type", "application/octet-stream")
                .PUT(unknownLength(bytes))
                .build(),
            BodyHandlers.discarding());
    assertThat(uploaded.statusCode()).isEqualTo(204);
    assertThat(uploaded.version()).isEqualTo(version);
    HttpResponse<byte[]> all = client.send(as(image + "/file").build(), BodyHandlers.ofByteArray());
    assertThat(all.headers().firstValueAsLong("Content-Length")).hasValue(bytes.length);
    assertThat(all.body()).isEqualTo(bytes);
    HttpResponse<byte[]> part =
        client.send(
            as(image + "/file").header("Range", "bytes=70000-199999").build(),
            BodyHandlers.ofByteArray());
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, 70_000, 200_000));
    HttpResponse<String> head =
        client.send(
            as(image).method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    assertThat(head.body()).isEmpty();
  }

  /** Bodies that have arrived whole before they are read, and some that have not. */
  @Test
  void uploadsOfSomeFramesArriveWhole() throws Exception {
    HttpClient client = client(HTTP_2, STORE);
    for (int size = 10_000; size < 600_000; size += 23_456) {
      String image = create(client);
      byte[] bytes = bytes(size);
      HttpRequest upload =
          HttpRequest.newBuilder(URI.create(SERVER.url() + image + "/file"))
              .header("X-Auth-Token", token)
              .header("Content-Type", "application/octet-stream")
              .PUT(BodyPublishers.ofByteArray(bytes))
              .build();
      assertThat(client.send(upload, BodyHandlers.ofString()).statusCode())
          .as("%d bytes", size)
          .isEqualTo(204);
      assertThat(client.send(as(image + "/file").build(), BodyHandlers.ofByteArray()).body())
          .isEqualTo(bytes);
    }
  }

  @Test
  void oneConnectionCarriesManyRequests() throws Exception {
    HttpClient client = client(HTTP_2, STORE);
    create(client);
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 90)
            .mapToObj(i -> client.sendAsync(as("/v2/images").build(), BodyHandlers.ofString()))
            .toList();
    assertThat(answers).allSatisfy(one -> assertThat(one.get().statusCode()).isEqualTo(200));
  }

  @Test
  void aRefusedUploadEndsItsStreamOnly() throws Exception {
    HttpClient client = client(HTTP_2, STORE);
    String image = create(client);
    CompletableFuture<HttpResponse<String>> slow =
        client.sendAsync(
            as("/v2/images").POST(BodyPublishers.ofInputStream(Slow::new)).build(),
            BodyHandlers.ofString());
    for (int i = 0; i < 20; i++) {
      HttpResponse<String> refused =
          client.send(
              request(image + "/file")
                  .header("X-Auth-Token", "none")
                  .PUT(unknownLength(bytes(300_000)))
                  .build(),
              BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(401);
    }
    assertThat(slow.get().statusCode()).as(slow.get().body()).isEqualTo(201);
  }

  /** RFC 9113 §5.1: frames that were on their way when a stream was reset are ignored. */
  @Test
  void theRestOfARefusedUploadDisturbsNobody() throws Exception {
    URI server = URI.create(SERVER.url());
    assertThat(
            RawHttp2.sendAfterUpload(
                TestCertificates.clientOf(STORE),
                server.getHost(),
                server.getPort(),
                fields("PUT", "/v2/images/none/file", "none"),
                2000,
                fields("GET", "/v2/images", token)))
        .isEqualTo("200");
  }

  private static List<RawHttp2.Field> fields(String method, String path, String token) {
    return List.of(
        new RawHttp2.Field(":method", method),
        new RawHttp2.Field(":scheme", "https"),
        new RawHttp2.Field(":authority", SERVER.host()),
        new RawHttp2.Field(":path", path),
        new RawHttp2.Field("x-auth-token", token));
  }

  /** A body whose second half comes a second after its first. */
  private static final class Slow extends InputStream {
    private final byte[] bytes = IMAGE.getBytes(UTF_8);
    private int next;

    @Override
    public int read() {
      return next == bytes.length ? -1 : bytes[next++];
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (next == bytes.length) {
        return -1;
      }
      if (next > 0) {
        try {
          Thread.sleep(1000);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      int size = Math.min(length, bytes.length / 2 + 1);
      size = Math.min(size, bytes.length - next);
      System.arraycopy(bytes, next, into, offset, size);
      next += size;
      return size;
    }
  }

  @Test
  void aBodyOverTheLimitIsRefused() throws Exception {
    HttpResponse<String> refused =
        client(HTTP_2, STORE)
            .send(
                as("/v2/images").POST(unknownLength(bytes(3_000_000))).build(),
                BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(413);
  }

  /** RFC 9113 §8.2.1, §8.2.2, §8.3.1; a malformed request is refused or its stream is reset. */
  @ParameterizedTest
  @CsvSource({
    "x-fine,                  'a\tb',        other",
    "x-openstack-request-id,  'a\r\nb: c',   400",
    "x-anything,              'a\nb',        400",
    "x-anything,              'a\u0000b',    400",
    "X-Upper,                 a,             reset",
    "connection,              close,         reset",
    "transfer-encoding,       chunked,       reset",
    "content-length,          5,             reset",
    "content-length,          many,          reset",
    "host,                    elsewhere,     reset",
  })
  void fieldsOfHttp2(String name, String value, String expected) throws Exception {
    URI server = URI.create(SERVER.url());
    List<RawHttp2.Field> fields =
        List.of(
            new RawHttp2.Field(":method", "GET"),
            new RawHttp2.Field(":scheme", "https"),
            new RawHttp2.Field(":authority", SERVER.host()),
            new RawHttp2.Field(":path", "/v2/images"),
            new RawHttp2.Field(name, value));
    assertThat(
            RawHttp2.send(
                TestCertificates.clientOf(STORE), server.getHost(), server.getPort(), fields))
        .isEqualTo(expected);
  }

  /** HTTP/2 has no Host; what was signed as one is compared with {@code :authority}. */
  @ParameterizedTest
  @CsvSource({"'', 200", "elsewhere, 401"})
  void aSignedHostIsTheAuthority(String host, int status) throws Exception {
    HttpClient client = client(HTTP_2, STORE);
    JsonNode user =
        JSON.readTree(
            client.send(as("/v3/users?name=alice").build(), BodyHandlers.ofString()).body());
    String key =
        "{\"credential\": {\"user_id\": \"%s\"}}".formatted(user.at("/users/0/id").asText());
    JsonNode made =
        JSON.readTree(
                client
                    .send(
                        as("/v3.0/OS-CREDENTIAL/credentials")
                            .POST(BodyPublishers.ofString(key))
                            .build(),
                        BodyHandlers.ofString())
                    .body())
            .path("credential");
    SignedDraft draft =
        new SignedDraft("GET", "/v2/images", host.isEmpty() ? SERVER.host() : host)
            .sign(
                new SignedDraft.Signer(made.path("access").asText(), made.path("secret").asText()));
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(SERVER.url() + "/v2/images"));
    draft.headers.stream()
        .filter(header -> !header.name().equals("Host"))
        .forEach(header -> request.header(header.name(), header.value()));
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.version()).isEqualTo(HTTP_2);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  @Test
  void olderProtocolsAreRefused() throws Exception {
    assertThat(
            client(HTTP_2, STORE, "TLSv1.2")
                .send(as("/v2/images").build(), BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(200);
    HttpClient old = client(HTTP_1_1, STORE, "TLSv1.1");
    assertThatThrownBy(() -> old.send(as("/v2/images").build(), BodyHandlers.ofString()))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void aRenewedCertificateIsForNewConnections() throws Exception {
    HttpClient before = client(HTTP_2, STORE);
    HttpRequest list = as("/v2/images").build();
    assertThat(before.send(list, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    try {
      renew(RENEWED);
      assertThat(before.send(list, BodyHandlers.ofString()).statusCode())
          .as("the connection from before")
          .isEqualTo(200);
      assertThat(client(HTTP_2, RENEWED).send(list, BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
      HttpClient untrusting = client(HTTP_2, STORE);
      assertThatThrownBy(() -> untrusting.send(list, BodyHandlers.ofString()))
          .isInstanceOfAny(SSLException.class, SSLPeerUnverifiedException.class);
    } finally {
      renew(STORE);
    }
  }

  private static void renew(Path store) throws Exception {
    SERVER.web().renew(read(store));
  }

  private static Certificate read(Path store) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      return Certificate.read(vertx, new CertificateFiles(store, null, TestCertificates.PASSWORD));
    } finally {
      vertx.close().await();
    }
  }

  /** On kept connections, with the certificate of their beginning, and on new ones. */
  @ParameterizedTest
  @EnumSource
  void noRequestFailsWhileTheCertificateIsRenewed(HttpClient.Version version) throws Exception {
    HttpRequest list = as("/v2/images").build();
    HttpClient kept = client(version, STORE);
    AtomicBoolean isOver = new AtomicBoolean();
    List<CompletableFuture<Integer>> senders =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> sendUntil(isOver, kept, list), Thread::startVirtualThread))
            .toList();
    try {
      for (int i = 0; i < 10; i++) {
        Path next = i % 2 == 0 ? RENEWED : STORE;
        renew(next);
        try (HttpClient another = client(version, next)) {
          assertThat(another.send(list, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
      }
    } finally {
      isOver.set(true);
      renew(STORE);
    }
    assertThat(senders).allSatisfy(sender -> assertThat(sender.get()).isGreaterThan(1));
  }

  /** How many requests were served. */
  private static int sendUntil(AtomicBoolean isOver, HttpClient client, HttpRequest request) {
    int sent = 0;
    while (!isOver.get()) {
      try {
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      } catch (IOException | InterruptedException e) {
        throw new AssertionError("after %d requests".formatted(sent), e);
      }
      sent++;
    }
    return sent;
  }

  /** As with several addresses in {@code listen}. */
  @Test
  void eachAddressHasTheCertificateAndItsRenewal() throws Exception {
    int port = SERVER.web().listen("127.0.0.1", 0, 2, read(STORE));
    HttpRequest list =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/v2/images"))
            .header("X-Auth-Token", token)
            .build();
    for (Path next : List.of(STORE, RENEWED, STORE)) {
      renew(next);
      for (HttpRequest request : List.of(list, as("/v2/images").build())) {
        try (HttpClient client = client(HTTP_2, next)) {
          assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
              .as("%s with %s", request.uri(), next)
              .isEqualTo(200);
        }
      }
    }
  }
}
