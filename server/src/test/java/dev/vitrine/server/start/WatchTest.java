package dev.vitrine.server.start;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.refusal.Limit;
import dev.vitrine.server.LogRecords;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.settings.Setting;
import dev.vitrine.server.settings.Settings;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.LogRecord;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator sees of a running server: metrics, health, the access log, the log level. */
@NullMarked
class WatchTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final Path REPOSITORY = Path.of("..");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final ByteArrayOutputStream OUT = new ByteArrayOutputStream();

  /** Of the second address that it listens on. */
  private static final int SECOND_PORT = freePort();

  /** Prometheus adds them to each series. */
  private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

  @TempDir static Path data;

  private static Vitrine vitrine = none();
  private static String token = "";
  private static final List<String> SECRETS = new ArrayList<>();

  @SuppressWarnings("NullAway") // set before all tests
  private static Vitrine none() {
    return null;
  }

  @BeforeAll
  static void start() throws Exception {
    vitrine =
        Vitrine.start(
            settings(
                "--trusted-proxies=127.0.0.1",
                "--login.failures=1",
                "--quota.images=1",
                "--quota.bytes=1KiB",
                "--sharing.members=any",
                "--sharing.max-members=1",
                "--management.listen=127.0.0.1:0",
                "--healthcheck.disable-by-file=" + data.resolve("off"),
                "--traces.endpoint=http://127.0.0.1:1/",
                "--bus.url=amqp://127.0.0.1:1",
                "--bus.user=glance",
                "--bus.password=password-of-the-bus",
                "--access-log=json"),
            List.of("alice"),
            null,
            OUT);
    use();
  }

  @AfterAll
  static void stop() {
    vitrine.close();
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Settings settings(String... more) throws Exception {
    String ofDatabase = DATABASE.address().password();
    if (ofDatabase != null) {
      SECRETS.add(ofDatabase);
    }
    SECRETS.add("password-of-the-bus");
    List<String> options = StartOptions.of(DATABASE.address(), data, more);
    options.set(0, options.getFirst() + ",127.0.0.2:" + SECOND_PORT);
    return Settings.read(options, Map.of(), Map.of());
  }

  /** Uses secrets of each kind in each place where a request can have one. */
  private static void use() throws Exception {
    String password = Alice.password(vitrine);
    token = found("(.*)", login(password).headers().firstValue("X-Subject-Token").orElseThrow());
    String wrong = "a-wrong-password-of-alice";
    assertThat(login(wrong).statusCode()).isEqualTo(401);
    assertThat(login(wrong).statusCode()).isEqualTo(429);
    SECRETS.addAll(List.of(password, wrong, token, "?password", "secret-in-a-query"));

    String image =
        found(
            "\"id\": ?\"([^\"]+)\"",
            api("POST", "/v2/images", "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}")
                .body());
    assertThat(api("POST", "/v2/images", "{}").statusCode()).isEqualTo(413);
    assertThat(api("PUT", "/v2/images/" + image + "/stage", "x".repeat(1025)).statusCode())
        .isEqualTo(413);
    assertThat(login("x".repeat(1 << 16)).statusCode()).isEqualTo(413);
    assertThat(send(vitrine.url() + "/", "GET", null, "X-Long", "x".repeat(1 << 16)).statusCode())
        .isEqualTo(431);
    assertThat(api("PUT", "/v2/images/" + image + "/file", "secret content").statusCode())
        .isEqualTo(204);
    assertThat(api("GET", "/v2/images/" + image + "/file", null).body())
        .isEqualTo("secret content");
    SECRETS.add("secret content");
    assertThat(api("GET", "/v2/images?name=secret-in-a-query", null).statusCode()).isEqualTo(200);
    assertThat(api("GET", "/v2/images/" + token.substring(0, 40), null).statusCode())
        .isEqualTo(404);
    SECRETS.add(token.substring(0, 40));
    assertThat(api("SECRET-AS-A-METHOD", "/v2/images", null).statusCode()).isEqualTo(405);
    SECRETS.add("SECRET-AS-A-METHOD");
    assertThat(api("GET", "/v3/users/secret-in-a-path?password=x", null).statusCode())
        .isBetween(400, 499);
    SECRETS.add("secret-in-a-path");
    JsonNode details = JSON.readTree(api("GET", "/v3/auth/tokens", null).body());
    String user = details.at("/token/user/id").asText();
    String made =
        api(
                "POST",
                "/v3/users/" + user + "/application_credentials",
                "{\"application_credential\": {\"name\": \"a\", \"secret\": \"secret-of-a-credential\"}}")
            .body();
    SECRETS.add(found("\"secret\": ?\"([^\"]+)\"", made));
    assertThat(api("POST", "/v1/cloudimages/members", "{\"images\": [\"x\"]}").statusCode())
        .isEqualTo(400);
    assertThat(api("GET", "/nowhere", null).statusCode()).isEqualTo(300);
    share(image, details.at("/token/project/id").asText());
  }

  /** A batch of three members, of which the image may have one. */
  private static void share(String image, String project) throws Exception {
    String job =
        found(
            "\"job_id\": ?\"([^\"]+)\"",
            api(
                    "POST",
                    "/v1/cloudimages/members",
                    "{\"images\": [\"%s\"], \"projects\": [\"a\", \"b\", \"c\"]}".formatted(image))
                .body());
    String path = "/v1/" + project + "/jobs/" + job;
    for (int i = 0; i < 200 && !api("GET", path, null).body().contains("FAIL"); i++) {
      Thread.sleep(50);
    }
    assertThat(api("GET", path, null).body()).contains("FAIL");
  }

  private static HttpResponse<String> login(String password) throws Exception {
    return api(
        "POST",
        "/v3/auth/tokens",
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user":
          {"name": "alice", "password": "%s", "domain": {"name": "alice"}}}},
          "scope": {"project": {"name": "RegionOne", "domain": {"name": "alice"}}}}}
        """
            .formatted(password));
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
    return matcher.group(1);
  }

  private static HttpResponse<String> api(String method, String path, @Nullable String body)
      throws Exception {
    String type =
        path.endsWith("/file") || path.endsWith("/stage")
            ? "application/octet-stream"
            : "application/json";
    return send(
        vitrine.url() + path,
        method,
        body,
        "X-Auth-Token",
        token,
        "X-Subject-Token",
        token,
        "Content-Type",
        type);
  }

  private static HttpResponse<String> management(String method, String path, @Nullable String body)
      throws Exception {
    return send("http://127.0.0.1:" + vitrine.managementPort() + path, method, body);
  }

  private static HttpResponse<String> send(
      String url, String method, @Nullable String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  /** A metric, without the series of its buckets. */
  private record Family(String type, Set<String> labels) {}

  private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  private static Map<String, Family> families(String text) {
    Map<String, Family> families = new TreeMap<>();
    Set<String> labels = new TreeSet<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ", -1);
        labels = new TreeSet<>();
        families.put(words[2], new Family(words[3], labels));
      } else if (!line.startsWith("#")) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        if (sample.group(2) != null) {
          LABEL
              .matcher(sample.group(2))
              .results()
              .map(label -> label.group(1))
              .filter(label -> !label.equals("le"))
              .forEach(labels::add);
        }
      }
    }
    return families;
  }

  /** All series by their names in queries, with the labels of each. */
  private static Map<String, Map<String, Set<String>>> series(String text) {
    Map<String, Map<String, Set<String>>> series = new TreeMap<>();
    for (String line : text.lines().filter(one -> !one.startsWith("#")).toList()) {
      Matcher sample = SAMPLE.matcher(line);
      assertThat(sample.matches()).as(line).isTrue();
      Map<String, Set<String>> labels =
          series.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
      if (sample.group(2) != null) {
        LABEL
            .matcher(sample.group(2))
            .results()
            .forEach(
                label ->
                    labels
                        .computeIfAbsent(label.group(1), name -> new TreeSet<>())
                        .add(label.group(2)));
      }
    }
    return series;
  }

  private static String metrics() throws Exception {
    HttpResponse<String> answer = management("GET", "/metrics", null);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    return answer.body();
  }

  @Test
  void eachMetricIsInTheTableOfTheManual() throws Exception {
    Set<String> rows = new TreeSet<>();
    families(metrics())
        .forEach(
            (name, family) -> {
              if (name.startsWith("vitrine_")) {
                rows.add(row(name, family));
              }
            });

    assertThat(
            Files.readString(REPOSITORY.resolve("docs/operators/watch.md"))
                .lines()
                .filter(line -> line.startsWith("| `vitrine_"))
                .map(line -> line.replaceFirst("[^|]*\\|$", "")))
        .containsExactlyInAnyOrderElementsOf(rows);
  }

  private static String row(String name, Family family) {
    return "| `%s` | %s | %s |".formatted(name, family.type(), String.join(", ", family.labels()));
  }

  @Test
  void countsSayWhatWasDone() throws Exception {
    String metrics = metrics();

    assertThat(metrics)
        .contains(
            "vitrine_logins_total{outcome=\"failed\"} 1.0\n",
            "vitrine_logins_total{outcome=\"ok\"} 1.0\n",
            "vitrine_limited_total{limit=\"login\"} 1.0\n",
            "vitrine_limited_total{limit=\"quota.images\"} 1.0\n",
            "vitrine_limited_total{limit=\"quota.bytes\"} 1.0\n",
            "vitrine_limited_total{limit=\"http.max-body\"} 1.0\n",
            "vitrine_limited_total{limit=\"head\"} 1.0\n",
            "vitrine_limited_total{limit=\"sharing.max-members\"} 2.0\n",
            "vitrine_request_seconds_count{operation=\"UPLOAD_IMAGE\",protocol=\"glance\",status=\"204\"} 1\n",
            "vitrine_request_seconds_count{operation=\"none\",protocol=\"none\",status=\"300\"} ",
            "vitrine_received_bytes_total{operation=\"UPLOAD_IMAGE\",protocol=\"glance\"} 14.0\n",
            "vitrine_sent_bytes_total{operation=\"DOWNLOAD_IMAGE\",protocol=\"glance\"} 14.0\n",
            "vitrine_decisions_total{operation=\"CREATE_IMAGE\",outcome=\"allowed\",protocol=\"glance\"} 2.0\n",
            "vitrine_database_connections_limit 10.0\n",
            "vitrine_jobs_waiting_images 0.0\n");
  }

  private static final Pattern LIMIT_OF_ROW = Pattern.compile("^\\|(?:[^|]*\\|){4} `([^`]+)` \\|$");

  @Test
  void eachLimitIsInTheTableOfTheManual() throws Exception {
    assertThat(
            Files.readString(REPOSITORY.resolve("docs/operators/secure.md"))
                .lines()
                .filter(line -> line.startsWith("|"))
                .map(LIMIT_OF_ROW::matcher)
                .filter(Matcher::find)
                .map(row -> row.group(1))
                .distinct())
        .containsExactlyInAnyOrderElementsOf(Stream.of(Limit.values()).map(Limit::word).toList());
  }

  @Test
  void theDashboardAndTheAlertsAskForWhatThereIs() throws Exception {
    List<String> queries = new ArrayList<>();
    JSON.readTree(REPOSITORY.resolve("deploy/grafana/vitrine.json").toFile())
        .findValues("expr")
        .forEach(query -> queries.add(query.asText()));
    queries.add("vitrine_build_info");
    new ObjectMapper(new YAMLFactory())
        .readTree(REPOSITORY.resolve("deploy/prometheus/alerts.yaml").toFile())
        .findValues("expr")
        .forEach(query -> queries.add(query.asText()));
    assertThat(queries).hasSizeGreaterThan(25);

    Map<String, Map<String, Set<String>>> series = series(metrics());
    series.put("up", Map.of());
    queries.forEach(query -> assertExists(query, series));
  }

  private static final Pattern SELECTOR =
      Pattern.compile("\\b(up|(?:vitrine|jvm|process|system)_\\w+)(?:\\{([^}]*)})?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!~|=|!=)\"([^\"]*)\"");
  private static final Pattern GROUPED = Pattern.compile("\\bby \\(([^)]*)\\)");

  private static void assertExists(String query, Map<String, Map<String, Set<String>>> series) {
    List<MatchResult> selectors = SELECTOR.matcher(query).results().toList();
    assertThat(selectors).as(query).isNotEmpty();
    Set<String> labels = new TreeSet<>(OF_PROMETHEUS);
    for (MatchResult selector : selectors) {
      Map<String, Set<String>> known = series.get(selector.group(1));
      if (known == null) {
        throw new AssertionError(selector.group(1) + " in " + query + " is no metric");
      }
      labels.addAll(known.keySet());
      if (selector.group(2) != null) {
        for (MatchResult one : MATCHER.matcher(selector.group(2)).results().toList()) {
          if (!OF_PROMETHEUS.contains(one.group(1))) {
            assertThat(known).as(query).containsKey(one.group(1));
            if (one.group(2).equals("=")) {
              assertThat(known.get(one.group(1))).as(query).contains(one.group(3));
            }
          }
        }
      }
    }
    for (MatchResult grouped : GROUPED.matcher(query).results().toList()) {
      assertThat(labels).as(query).contains(grouped.group(1).split(", *"));
    }
  }

  @Test
  void readinessFollowsTheDatabaseAndLivenessDoesNot() throws Exception {
    HttpResponse<String> ready = management("GET", "/ready", null);
    assertThat(ready.body()).contains("\"ready\":true", "\"database\":\"ok\"", "\"disk of blobs\"");
    assertThat(ready.statusCode()).isEqualTo(200);

    DATABASE.execute("alter table flyway_schema_history rename to hidden");
    try {
      Thread.sleep(1_100); // a result holds for a second
      HttpResponse<String> answer = management("GET", "/ready", null);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("\"ready\":false").doesNotContain("\"database\":\"ok\"");
      assertThat(management("GET", "/live", null).statusCode()).isEqualTo(200);
    } finally {
      DATABASE.execute("alter table hidden rename to flyway_schema_history");
    }
    Thread.sleep(1_100);
    assertThat(management("GET", "/ready", null).statusCode()).isEqualTo(200);
  }

  @Test
  void otherPathsAndMethodsAreRefused() throws Exception {
    assertThat(management("GET", "/v2/images", null).statusCode()).isEqualTo(404);
    HttpResponse<String> answer = management("POST", "/metrics", null);
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
    HttpResponse<String> head = management("HEAD", "/ready", null);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(api("GET", "/metrics", null).body()).doesNotContain("vitrine_request");
  }

  /** A request as a browser sends it, which the JDK's client cannot. */
  private static String raw(String head, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), vitrine.managementPort())) {
      String text = head.replace("\n", "\r\n") + "Connection: close\r\n\r\n" + body;
      socket.getOutputStream().write(text.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 200",
    "127.0.0.1:9293, 200",
    "localhost, 200",
    "LOCALHOST:9293, 200",
    "[::1]:9293, 200",
    "rebound.example.org, 421",
    "rebound.example.org:9293, 421",
    "localhost.example.org, 421",
    "127.0.0.1.example.org, 421",
    "a b, 421",
  })
  void aPageWhoseNameLeadsHereReadsNothing(String host, int status) throws Exception {
    assertThat(raw("GET /metrics HTTP/1.1\nHost: " + host + "\n", ""))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void aPageDoesNotChangeTheLogLevel() throws Exception {
    String head =
        "PUT /log-level HTTP/1.1\nHost: localhost\nOrigin: http://localhost\nContent-Length: 5\n";

    assertThat(raw(head, "debug")).startsWith("HTTP/1.1 403 ");
    assertThat(management("GET", "/log-level", null).body()).isNotEqualTo("debug\n");
  }

  @Test
  void aBodyThatIsTooLongIsRefused() throws Exception {
    String head = "PUT /log-level HTTP/1.1\nHost: localhost\nContent-Length: 65\n";

    assertThat(raw(head, "x".repeat(65))).startsWith("HTTP/1.1 413 ");
  }

  /** What the log says meanwhile. */
  private static List<String> logged(Executable action) throws Throwable {
    try (LogRecords log = new LogRecords("")) {
      action.execute();
      return log.all().stream().map(LogRecord::getMessage).toList();
    }
  }

  @Test
  void aChangeOfTheLogLevelIsSaidAlsoWhenOnlyErrorsAre() throws Throwable {
    String before = management("GET", "/log-level", null).body();
    try {
      assertThat(logged(() -> management("PUT", "/log-level", "error")))
          .anyMatch(WatchTest::saysLevel);
      assertThat(logged(() -> management("PUT", "/log-level", "warning")))
          .anyMatch(WatchTest::saysLevel);
    } finally {
      management("PUT", "/log-level", before);
    }
  }

  private static boolean saysLevel(String line) {
    return line.contains("The log level is changed");
  }

  @Test
  void theLogLevelIsChangedWhileTheServerRuns() throws Exception {
    String before = management("GET", "/log-level", null).body();
    try {
      assertThat(management("PUT", "/log-level", "debug\n").body()).isEqualTo("debug\n");
      assertThat(System.getLogger("dev.vitrine.Any").isLoggable(System.Logger.Level.DEBUG))
          .isTrue();
      assertThat(management("PUT", "/log-level", "loud").statusCode()).isEqualTo(400);
      assertThat(management("GET", "/log-level", null).body()).isEqualTo("debug\n");
    } finally {
      management("PUT", "/log-level", before);
    }
    assertThat(System.getLogger("dev.vitrine.Any").isLoggable(System.Logger.Level.DEBUG)).isFalse();
  }

  @Test
  void aFileTakesTheServerOutOfALoadBalancer() throws Exception {
    assertThat(api("GET", "/healthcheck", null).body()).isEqualTo("OK");
    assertThat(api("HEAD", "/healthcheck", null).statusCode()).isEqualTo(204);
    Path file = Files.createFile(data.resolve("off"));
    try {
      HttpResponse<String> answer = api("GET", "/healthcheck", null);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("DISABLED BY FILE");
      assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=UTF-8");
      assertThat(api("HEAD", "/healthcheck", null).statusCode()).isEqualTo(503);
      assertThat(api("GET", "/v2/images", null).statusCode()).isEqualTo(200);
      Thread.sleep(1_100); // a result holds for a second
      assertThat(management("GET", "/ready", null).body())
          .contains("\"ready\":false", "off exists (healthcheck.disable-by-file)");
    } finally {
      Files.delete(file);
      Thread.sleep(1_100);
    }
  }

  @Test
  void itServesEachAddress() throws Exception {
    String second = "http://127.0.0.2:" + SECOND_PORT;
    assertThat(vitrine.url().toString()).isNotEqualTo(second);
    assertThat(send(second + "/healthcheck", "GET", null).body()).isEqualTo("OK");
  }

  /** As oslo.middleware chooses (healthcheck/__init__.py, process_request). */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "*/*, text/plain",
        "text/html, text/html",
        "application/json, application/json",
        "image/png, text/plain",
        "application/*, application/json",
        "`text/plain;q=0.5, application/json`, application/json",
        "`text/*;q=0.5, text/html;q=0, application/json;q=0.4`, text/plain",
      })
  void theHealthCheckAnswersAsItIsAsked(String accept, String type) throws Exception {
    HttpResponse<String> answer =
        send(vitrine.url() + "/healthcheck", "GET", null, "Accept", accept);

    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
    assertThat(answer.body()).contains("OK");
  }

  @Test
  void theHealthCheckInJsonIsThatOfOslo() throws Exception {
    HttpResponse<String> answer =
        send(vitrine.url() + "/healthcheck", "GET", null, "Accept", "application/json");

    assertThat(JSON.readTree(answer.body()))
        .isEqualTo(JSON.readTree("{\"detailed\": false, \"reasons\": [\"OK\"]}"));
  }

  @Test
  void theAccessLogHasALineForEachRequestAndNoSecret() throws Exception {
    String id =
        api("GET", "/v2/images?limit=1", null).headers().firstValue("X-Request-Id").orElseThrow();
    JsonNode line = line(id);

    assertThat(line.path("operation").asText()).isEqualTo("LIST_IMAGES");
    assertThat(line.path("status").intValue()).isEqualTo(200);
    assertThat(line.path("address").asText()).isEqualTo("127.0.0.1");
    assertThat(line.path("user").asText()).hasSize(32);
    assertThat(line.path("project").asText()).hasSize(32);
    assertThat(line.path("sent").intValue()).isPositive();
    String log = OUT.toString(UTF_8);
    assertThat(log).contains("\"operation\":\"ISSUE_TOKEN\"", "\"refusal\":\"Unauthenticated\"");
    assertThat(SECRETS).hasSizeGreaterThan(6);
    assertThat(log).doesNotContain(SECRETS);
  }

  @Test
  void theAccessLogHasTheAddressThatATrustedProxyNames() throws Exception {
    String id =
        send(vitrine.url() + "/v3", "GET", null, "X-Forwarded-For", "6.6.6.6, 203.0.113.9")
            .headers()
            .firstValue("X-Request-Id")
            .orElseThrow();

    assertThat(line(id).path("address").asText()).isEqualTo("203.0.113.9");
  }

  /** The line of a request; the log writes it within a fraction of a second. */
  private static JsonNode line(String id) throws IOException, InterruptedException {
    for (int i = 0; i < 100; i++) {
      for (String line : OUT.toString(UTF_8).lines().toList()) {
        if (line.contains(id) && line.endsWith("}")) {
          return JSON.readTree(line);
        }
      }
      Thread.sleep(100);
    }
    throw new AssertionError("no line of " + id + " in " + OUT.toString(UTF_8));
  }

  @Test
  void aServerStartsWithoutItsDefaultAddressButNotWithoutAGivenOne() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String taken = "127.0.0.1:" + other.getLocalPort();
      List<String> options = List.of("--listen=127.0.0.1:0", "--data=" + data);
      Settings byDefault =
          Settings.read(options, Map.of(), Map.of(Setting.MANAGEMENT_LISTEN, taken));
      try (Watch watch = Watch.start(vertx, byDefault, OUT)) {
        assertThat(watch.port()).isZero();
      }
      Settings given = settings("--management.listen=" + taken);
      assertThatThrownBy(() -> Watch.start(vertx, given, OUT))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("management.listen");
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void whatIsOffIsNotThere() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (Watch watch = Watch.start(vertx, settings(), OUT)) {
      assertThat(watch.port()).isZero();
      assertThat(watch.observer(dev.vitrine.server.http.Observer.NONE))
          .isSameAs(dev.vitrine.server.http.Observer.NONE);
    } finally {
      vertx.close().await();
    }
  }
}
