package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.sun.net.httpserver.HttpServer;
import dev.vitrine.client.Login;
import dev.vitrine.client.Response;
import dev.vitrine.client.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that uses each kind of secret, well and wrongly, on a server that says as much as it can.
 * Nothing that it wrote has any of them.
 */
class SecretsInLogsTest {
  private static final String KEYS = "/v3.0/OS-CREDENTIAL/credentials";
  private static final String TEMPORARY_KEYS = "/v3.0/OS-CREDENTIAL/securitytokens";
  private static final String WEBHOOKS = "/vitrine/v1/webhooks";
  private static final Pattern OPERATORS = Pattern.compile("Operators: (127\\.0\\.0\\.1:\\d+)");
  private static final Pattern LOG = Pattern.compile("(?i).*\\.log(\\..*)?|.*[^a-z]log");

  /** Places for a secret where none belongs. */
  private static final String MISPLACED =
      """
      GET /SECRET
      GET /v2/images?token=SECRET
      GET /v2/images?SECRET=1
      GET /v2/images?name=SECRET
      GET /v2/images?marker=SECRET
      GET /v2/images/SECRET
      GET /v2/images/SECRET/file
      GET /v3/users?name=SECRET
      GET /v3/users?password=SECRET
      GET /v3/users/SECRET
      DELETE /v3/auth/tokens/SECRET
      GET /v3.0/OS-CREDENTIAL/credentials/SECRET
      GET /vitrine/v1/webhooks/SECRET
      POST /v2/images {"SECRET": {"a": 1}}
      POST /v2/images {"name": "SECRET\\u0000"}
      POST /v2/images {"visibility": "SECRET"}
      POST /v3/users {"user": {"name": "a", "SECRET": "SECRET"}}
      POST /v3/users {"user": {"name": ["SECRET"]}}
      POST /v3/users {"user": {"name": "a", "password": {"is": "SECRET"}}}
      POST /v3/users {"user": {"name": "a", "domain_id": "SECRET", "password": "SECRET"}}
      POST /v3/users {"user": SECRET}
      POST /v3/auth/tokens {"auth": "SECRET
      POST /v3/auth/tokens {"auth": {"identity": {"methods": ["SECRET"]}}}
      POST /v3/auth/tokens {"auth": {"SECRET": "SECRET", "SECRET": "SECRET"}}
      POST /v3/auth/tokens?SECRET {}
      POST /v3.0/OS-CREDENTIAL/credentials {"credential": {"user_id": "SECRET"}}
      POST /v3.0/OS-CREDENTIAL/securitytokens {"auth": {"identity": {"methods": ["token"], "SECRET": 1}}}
      POST /vitrine/v1/webhooks {"url": "ftp://SECRET"}
      POST /vitrine/v1/webhooks {"url": "https://a:SECRET@receiver.example/"}
      POST /vitrine/v1/webhooks {"url": "https://receiver.example/", "kinds": ["SECRET"]}
      """;

  @TempDir private Path folder;

  private final Secrets secrets = new Secrets();
  private final List<HttpRequest> sent = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final Queue<String> spans = new ConcurrentLinkedQueue<>();
  private Path store;
  private SSLContext tls;
  private HttpClient http;
  private HttpServer collector;
  private RunningServer server;
  private String admin = "";
  private String alice = "";
  private String aliceId = "";

  @BeforeEach
  void start() throws Exception {
    secrets.add("password of the certificate", TestCertificates.PASSWORD);
    store = TestCertificates.make(folder, "server", "-keyalg", "EC");
    tls = TestCertificates.clientOf(store);
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build();
    collector = collector();
    server =
        RunningServer.up(
            "--log.level=debug",
            "--access-log=json",
            "--management.listen=127.0.0.1:0",
            "--traces.endpoint=http://127.0.0.1:%d/".formatted(collector.getAddress().getPort()),
            "--tls.certificate=" + store,
            "--tls.password=" + TestCertificates.PASSWORD,
            "--webhooks.allow=127.0.0.0/8",
            "--bus.url=amqp://127.0.0.1:1",
            "--bus.user=glance",
            "--bus.password=" + secrets.invent("password of the message bus"),
            "--login.failures=0",
            "--login.address-failures=0");
  }

  @AfterEach
  void stop() {
    server.close();
    collector.stop(0);
    http.close();
  }

  @Test
  void noLogHasASecretThatTheRunUsed() throws Exception {
    ofTheServer();
    passwords();
    tokens();
    applicationCredentials();
    accessKeys();
    webhooks();
    misplaced(secrets.invent("misplaced"));
    List<HttpRequest> all = List.copyOf(sent);
    secrets.samples().forEach(this::misplaced);
    brokenOff();
    String metrics = metrics();
    List<String> refusedStarts = refusedStarts();
    ofTheDatabase();
    server.execute("revoke insert, update, delete on all tables in schema public from vitrine");
    all.forEach(this::send);
    server.execute("revoke all on all tables in schema public from vitrine");
    all.forEach(this::send);
    server.terminateHeard();
    server.exitCode();

    String output = server.output();
    String traces = String.join("\n", spans);
    Map<String, String> logs = logs(server.data());
    logs.put("output", output);
    logs.put("spans", traces);
    logs.put("metrics", metrics);
    logs.put("refused starts", String.join("\n", refusedStarts));

    // It looked at what the run wrote, and for all that the run used.
    assertThat(ids).hasSizeGreaterThan(500).allMatch(output::contains);
    assertThat(List.of(" DEBUG ", " ERROR ", "\"ISSUE_TOKEN\"")).allMatch(output::contains);
    assertThat(List.of(ids.getFirst(), ids.getLast())).allMatch(traces::contains);
    assertThat(logs.get("postgres.log"))
        .contains("permission denied for table user_account", "password authentication failed");
    assertThat(metrics).contains("vitrine_request_seconds");
    assertThat(refusedStarts).hasSize(4).allMatch(said -> said.contains("vitrine: "));
    assertThat(secrets.kinds()).hasSizeGreaterThanOrEqualTo(18);

    assertThat(secrets.in(logs)).isEmpty();
  }

  private void ofTheServer() throws IOException {
    secrets.add("password of the administrator", server.adminPassword());
    secrets.add("password of a tenant", server.cloud("bob", "password"));
    secrets.add("password of the database", server.databasePassword());
    List<String> keys = Files.readAllLines(server.data().resolve("keys"));
    keys.stream()
        .filter(line -> line.contains(" = "))
        .forEach(line -> secrets.add("key", line.substring(line.indexOf('=') + 2)));
  }

  /** Not shown to clients; of the same use to whoever reads logs. */
  private void ofTheDatabase() {
    server
        .query(
            "select password_hash from user_account where password_hash is not null",
            row -> row.getString(1))
        .forEach(hash -> secrets.add("hash", hash.substring(hash.lastIndexOf('$') + 1)));
    server
        .query("select encode(encrypted_secret, 'hex') from access_key", row -> row.getString(1))
        .forEach(secret -> secrets.add("encrypted secret", secret));
  }

  private void passwords() {
    String own = secrets.add("password of a tenant", server.cloud("alice", "password"));
    admin = logIn(201, login("admin", server.adminPassword()));
    aliceId =
        expect(201, null, "POST", "/v3/auth/tokens", login("alice", own))
            .json()
            .at("/token/user/id")
            .asText();
    logIn(401, login("alice", secrets.invent("wrong password")));

    String change = "{\"user\": {\"original_password\": \"%s\", \"password\": \"%s\"}}";
    String path = "/v3/users/" + aliceId + "/password";
    String next = secrets.invent("changed password");
    expect(401, null, "POST", path, change.formatted(secrets.invent("wrong password"), next));
    expect(400, null, "POST", path, change.formatted(own, "short"));
    expect(204, null, "POST", path, change.formatted(own, next));
    logIn(401, login("alice", own));
    alice = logIn(201, login("alice", next));

    String user = "{\"user\": {\"name\": \"carol\", \"password\": \"%s\"}}";
    String first = secrets.invent("password of a user");
    String carol =
        expect(201, alice, "POST", "/v3/users", user.formatted(first))
            .json()
            .at("/user/id")
            .asText();
    expect(409, alice, "POST", "/v3/users", user.formatted(secrets.invent("password of a user")));
    expect(401, null, "POST", "/v3/users", user.formatted(secrets.invent("password of a user")));
    String reset = "{\"user\": {\"password\": \"%s\"}}";
    expect(
        200,
        alice,
        "PATCH",
        "/v3/users/" + carol,
        reset.formatted(secrets.invent("reset password")));
    expect(
        404, alice, "PATCH", "/v3/users/none", reset.formatted(secrets.invent("reset password")));
  }

  private void tokens() {
    String ended = logIn(201, login("admin", server.adminPassword()));
    String wrong = secrets.invent("wrong token");
    String tokens = "/v3/auth/tokens";
    String exchange =
        "{\"auth\": {\"identity\": {\"methods\": [\"token\"], \"token\": {\"id\": \"%s\"}}}}";
    logIn(201, exchange.formatted(ended));
    expect(200, admin, "GET", tokens, null, "X-Subject-Token", ended);
    expect(204, admin, "DELETE", tokens, null, "X-Subject-Token", ended);
    for (String token : List.of(ended, wrong, ended.substring(0, ended.length() - 2))) {
      expect(401, token, "GET", "/v2/images", null);
      expect(404, admin, "GET", tokens, null, "X-Subject-Token", token);
      logIn(401, exchange.formatted(token));
    }
  }

  private void applicationCredentials() {
    String path = "/v3/users/" + aliceId + "/application_credentials";
    String chosen = secrets.invent("chosen secret of an application credential");
    String make = "{\"application_credential\": {\"name\": \"%s\", \"secret\": %s}}";
    String login =
        """
        {"auth": {"identity": {"methods": ["application_credential"],
          "application_credential": {"id": "%s", "secret": "%s"}}}}
        """;
    for (String secret : List.of("null", "\"" + chosen + "\"")) {
      Response made = expect(201, alice, "POST", path, make.formatted(secret.length(), secret));
      String id = made.json().at("/application_credential/id").asText();
      logIn(201, login.formatted(id, made.json().at("/application_credential/secret").asText()));
      logIn(401, login.formatted(id, secrets.invent("wrong secret")));
      expect(409, alice, "POST", path, make.formatted(secret.length(), secret));
    }
  }

  private void accessKeys() {
    String make = "{\"credential\": {\"user_id\": \"%s\"}}".formatted(aliceId);
    Response made = expect(201, alice, "POST", KEYS, make);
    String access = made.json().at("/credential/access").asText();
    String secret = made.json().at("/credential/secret").asText();
    signed(200, access, secret);
    signed(401, access, secrets.invent("wrong secret"));

    String issue =
        "{\"auth\": {\"identity\": {\"methods\": [\"token\"], \"token\": {\"id\": \"%s\"}}}}";
    Response issued = expect(201, null, "POST", TEMPORARY_KEYS, issue.formatted(alice));
    String temporary = issued.json().at("/credential/access").asText();
    String secretOfIt = issued.json().at("/credential/secret").asText();
    String token = issued.json().at("/credential/securitytoken").asText();
    signed(200, temporary, secretOfIt, "X-Security-Token", token);
    signed(401, temporary, secrets.invent("wrong secret"), "X-Security-Token", token);
    signed(401, temporary, secretOfIt, "X-Security-Token", secrets.invent("wrong token"));
    expect(401, null, "POST", TEMPORARY_KEYS, issue.formatted(secrets.invent("wrong token")));
    expect(401, token, "GET", "/v2/images", null);
  }

  /** Receivers that refuse, that are not there, and that answer with what they were sent. */
  private void webhooks() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(event -> 500);
        ServerSocket echo = echo()) {
      String echoes = "http://127.0.0.1:%d/".formatted(echo.getLocalPort());
      webhooks(receiver.url(""), "http://127.0.0.1:1/", echoes);
    }
  }

  private void webhooks(String... urls) throws Exception {
    List<String> made = new ArrayList<>();
    for (String url : urls) {
      String address = url + encoded(secrets.invent("address of a webhook"));
      Response webhook =
          expect(201, alice, "POST", WEBHOOKS, "{\"url\": \"%s\"}".formatted(address));
      String path = WEBHOOKS + "/" + webhook.json().at("/webhook/id").asText();
      expect(200, alice, "POST", path + "/secret", "");
      expect(200, alice, "POST", path + "/test", "");
      made.add(path);
    }
    expect(404, alice, "POST", WEBHOOKS + "/none/secret", "");

    String image =
        expect(
                201,
                alice,
                "POST",
                "/v2/images",
                "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}")
            .json()
            .path("id")
            .asText();
    expect(
        204,
        alice,
        "PUT",
        "/v2/images/" + image + "/file",
        "bytes",
        "Content-Type",
        "application/octet-stream");
    expect(204, admin, "POST", "/v2/images/" + image + "/actions/deactivate", "");
    for (String path : made) {
      while (expect(200, alice, "GET", path + "/deliveries", null)
              .json()
              .at("/deliveries/0/attempts")
              .asInt()
          == 0) {
        Thread.sleep(100);
      }
    }
  }

  private void misplaced(String secret) {
    for (String line : MISPLACED.lines().toList()) {
      String[] parts = line.split(" ", 3);
      String path = parts[1].replace("SECRET", encoded(secret));
      String body = parts.length < 3 ? null : parts[2].replace("SECRET", secret);
      send(request(alice, parts[0], path, body));
    }
    String basic = Base64.getEncoder().encodeToString(("alice:" + secret).getBytes(UTF_8));
    for (String authorization :
        List.of(
            "Basic " + basic,
            "Bearer " + secret,
            "SDK-HMAC-SHA256 Access=%s, SignedHeaders=x-sdk-date, Signature=00".formatted(secret),
            "SDK-HMAC-SHA256 Access=a, SignedHeaders=%s, Signature=%1$s".formatted(secret))) {
      send(request(null, "GET", "/v2/images", null, "Authorization", authorization));
    }
    send(request(secret, "GET", "/v2/images", null, "Cookie", "token=" + secret));
    send(
        request(
            alice, "GET", "/v2/images", null, "Range", secret, "Accept", secret, "Origin", secret));
    send(request(alice, "POST", "/v2/images", "{}", "Content-Type", secret));
  }

  /** What no client library sends. */
  private void brokenOff() throws IOException {
    String secret = secrets.invent("broken off");
    for (String bytes :
        List.of(
            "GET /v2/images?token=%s HTTP/1.1\r\nHost: a\r\nX-Auth-Token : %1$s\r\n\r\n",
            "GET /v2/images?token=%s HTTP/9.9 %1$s\r\nHost: a\r\n\r\n",
            "POST /v3/auth/tokens?%s HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n{\"auth\": \"%1$s")) {
      try (Socket socket =
          tls.getSocketFactory().createSocket(server.url().getHost(), server.url().getPort())) {
        socket.getOutputStream().write(bytes.formatted(encoded(secret)).getBytes(UTF_8));
        if (!bytes.contains("999")) {
          assertThat(socket.getInputStream().read()).isNotNegative();
        }
      }
    }
  }

  private String metrics() throws Exception {
    Matcher address = OPERATORS.matcher(server.output());
    assertThat(address.find()).isTrue();
    URI url = URI.create("http://" + address.group(1) + "/metrics");
    return http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString()).body();
  }

  /** Other servers, which cannot use what they are given. */
  private List<String> refusedStarts() throws IOException {
    String wrong = secrets.invent("wrong setting");
    List<RunningServer> refused =
        Stream.of(
                List.of("--db=jdbc:postgresql://127.0.0.1:1/a?user=b&password=" + encoded(wrong)),
                List.of(
                    "--db=" + server.databaseUrl(), "--db.user=vitrine", "--db.password=" + wrong),
                List.of("--tls.certificate=" + store, "--tls.password=" + wrong),
                List.of(
                    "--db.pasword=" + wrong,
                    "--traces.endpoint=http://a:" + wrong + "@b/",
                    "--db=" + wrong))
            .map(
                settings ->
                    RunningServer.launch(
                        folder.resolve("data" + settings.hashCode()),
                        Stream.concat(
                                settings.stream(),
                                Stream.of("--log.level=debug", "--management.listen=off"))
                            .toArray(String[]::new)))
            .toList();
    return refused.stream()
        .map(
            start -> {
              assertThat(start.exitCode()).as(start.output()).isPositive();
              return start.output();
            })
        .toList();
  }

  private String login(String cloud, String password) {
    return new Login(
            server.url(),
            server.cloud(cloud, "username"),
            password,
            server.cloud(cloud, "user_domain_name"),
            server.cloud(cloud, "project_name"))
        .body();
  }

  /** The token, if it is given one. */
  private String logIn(int status, String body) {
    Response answer = expect(status, null, "POST", "/v3/auth/tokens", body);
    return String.valueOf(answer.header("X-Subject-Token"));
  }

  private void signed(int status, String access, String secret, String... headers) {
    var draft =
        com.huaweicloud.sdk.core.http.HttpRequest.newBuilder()
            .withEndpoint(server.url().toString())
            .withMethod(HttpMethod.GET)
            .withPath("/v2/images")
            .withContentType("application/json");
    for (int i = 0; i < headers.length; i += 2) {
      draft.addHeader(headers[i], headers[i + 1]);
    }
    Map<String, String> signed =
        AKSKSigner.getInstance()
            .sign(draft.build(), new BasicCredentials().withAk(access).withSk(secret));
    List<String> all = new ArrayList<>(List.of(headers));
    signed.forEach(
        (name, value) -> {
          if (!name.equalsIgnoreCase("Host")) {
            all.addAll(List.of(name, value));
          }
        });
    String authorization = String.valueOf(signed.get("Authorization"));
    secrets.add("signature", authorization.substring(authorization.lastIndexOf('=') + 1));
    expect(status, null, "GET", "/v2/images", null, all.toArray(String[]::new));
  }

  private Response expect(
      int status,
      @Nullable String token,
      String method,
      String path,
      @Nullable String body,
      String... headers) {
    Response answer = send(request(token, method, path, body, headers));
    assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isEqualTo(status);
    return answer;
  }

  private HttpRequest request(
      @Nullable String token,
      String method,
      String path,
      @Nullable String body,
      String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.setHeader("Content-Type", "application/json");
    }
    if (token != null) {
      request.setHeader("X-Auth-Token", token);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  private Response send(HttpRequest request) {
    try {
      HttpResponse<String> got = http.send(request, BodyHandlers.ofString());
      Response answer = new Response(got.statusCode(), got.headers(), got.body());
      sent.add(request);
      ids.add(String.valueOf(answer.header("X-Request-Id")));
      secrets.addFrom(answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(request.toString(), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /** The files below a folder that are logs, by their names. */
  private static Map<String, String> logs(Path data) throws IOException {
    Map<String, String> logs = new HashMap<>();
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (LOG.matcher(name).matches()) {
          logs.put(name, Files.readString(file, ISO_8859_1));
        }
      }
    }
    return logs;
  }

  private HttpServer collector() throws IOException {
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          spans.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    return collector;
  }

  /** Answers with what it is sent, which is no answer. */
  private static ServerSocket echo() throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(
        () -> {
          byte[] head = new byte[1 << 14];
          while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
              socket.getOutputStream().write(head, 0, socket.getInputStream().read(head));
            } catch (IOException e) {
              // The next one.
            }
          }
        });
    return listener;
  }
}
