package dev.vitrine.server.start;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.server.LogRecords;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.server.start.SpanCollector.Seen;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The traces of a running server, as a collector receives them (ADR 43). */
@NullMarked
class TracesTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final ByteArrayOutputStream OUT = new ByteArrayOutputStream();
  private static final LogRecords LOG = new LogRecords("dev.vitrine.server.management.Traces");

  @TempDir static Path data;

  private static SpanCollector collector = none();
  private static Vitrine vitrine = none();
  private static String token = "";
  private static String password = "";
  private static String image = "";

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before all tests
  private static <T> T none() {
    return null;
  }

  @BeforeAll
  static void start() throws Exception {
    collector = new SpanCollector();
    vitrine = start(data, "--traces.endpoint=" + collector.endpoint(), "--access-log=json");
    password = Alice.password(vitrine);
    HttpResponse<String> login =
        send(
            "POST",
            "/v3/auth/tokens",
            """
            {"auth": {"identity": {"methods": ["password"], "password": {"user":
              {"name": "alice", "password": "%s", "domain": {"name": "alice"}}}},
              "scope": {"project": {"name": "RegionOne", "domain": {"name": "alice"}}}}}
            """
                .formatted(password));
    token = login.headers().firstValue("X-Subject-Token").orElseThrow();
    image =
        found(
            "\"id\": ?\"([^\"]+)\"",
            send("POST", "/v2/images", "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}")
                .body());
    assertThat(send("PUT", "/v2/images/" + image + "/file", "secret content").statusCode())
        .isEqualTo(204);
  }

  private static Vitrine start(Path folder, String... more) throws Exception {
    List<String> options = StartOptions.of(DATABASE.address(), folder, more);
    options.add("--management.listen=127.0.0.1:0");
    options.add("--sharing.members=any");
    return Vitrine.start(Settings.read(options, Map.of(), Map.of()), List.of("alice"), null, OUT);
  }

  @AfterAll
  static void stop() {
    LOG.close();
    vitrine.close();
    collector.close();
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
    return matcher.group(1);
  }

  private static HttpResponse<String> send(
      String method, String path, @Nullable String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(vitrine.url() + path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header(
                "Content-Type",
                path.endsWith("/file") ? "application/octet-stream" : "application/json")
            .header("X-Auth-Token", token);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static String id(HttpResponse<String> answer) {
    return answer.headers().firstValue("x-openstack-request-id").orElseThrow();
  }

  /** Sends a request; the spans of its trace. */
  private static List<Seen> trace(String method, String path, @Nullable String body)
      throws Exception {
    return collector.trace(id(send(method, path, body)));
  }

  private static Seen named(String pattern, List<Seen> spans) {
    return spans.stream()
        .filter(span -> span.name().matches(pattern))
        .findFirst()
        .orElseThrow(() -> new AssertionError(pattern + " in " + spans));
  }

  /** Semantic conventions 1.34 of OpenTelemetry: HTTP server spans. */
  @Test
  void aRequestIsASpanOfTheServer() throws Exception {
    List<Seen> spans = trace("GET", "/v2/images/" + image + "?a=secret-in-a-query", null);

    Seen request = named("GET /v2/images/\\{image_id}", spans);
    assertThat(request.isOfServer()).isTrue();
    assertThat(request.parent()).isEmpty();
    assertThat(request.attributes())
        .containsEntry("http.request.method", "GET")
        .containsEntry("http.route", "/v2/images/{image_id}")
        .containsEntry("http.response.status_code", "200")
        .containsEntry("url.scheme", "http")
        .containsEntry("client.address", "127.0.0.1")
        .containsEntry("vitrine.operation", "SHOW_IMAGE")
        .containsEntry("vitrine.image.id", image)
        .containsKeys("user.id", "vitrine.project.id", "http.response.body.size")
        .doesNotContainKeys("url.query", "url.full", "error.type");
    assertThat(collector.resources().getFirst())
        .containsEntry("service.name", "vitrine")
        .containsKeys("service.version", "service.instance.id");
  }

  /** Semantic conventions of OpenTelemetry: database client calls. */
  @Test
  void aRequestHasTheSpansOfItsStatementAndItsAuthorization() throws Exception {
    List<Seen> spans = trace("GET", "/v2/images/" + image + "/members", null);

    Seen request = named("GET /v2/images/\\{image_id}/members", spans);
    Seen statement = named("SELECT .*image_member.*", spans);
    assertThat(statement.parent()).isEqualTo(request.id());
    assertThat(statement.attribute("db.system.name")).isEqualTo("postgresql");
    assertThat(statement.span().getEventsList()).extracting("name").containsExactly("sent");
    Seen authorization = named("authorization", spans);
    assertThat(authorization.parent()).isEqualTo(request.id());
    assertThat(authorization.attribute("vitrine.decision")).isEqualTo("allowed");
  }

  @Test
  void aGroupedChangeIsASpanOfTheRequestThatWaitsForIt() throws Exception {
    List<Seen> spans =
        trace("POST", "/v2/images/" + image + "/members", "{\"member\": \"another\"}");

    Seen request = named("POST /v2/images/\\{image_id}/members", spans);
    assertThat(named(".*INSERT image_member.*", spans).parent()).isEqualTo(request.id());
  }

  @Test
  void aRefusalIsNamedAndNoError() throws Exception {
    List<Seen> spans = trace("GET", "/v2/images/" + TRACE, null);

    Seen request = named("GET /v2/images/\\{image_id}", spans);
    assertThat(request.attribute("vitrine.refusal")).isNotNull();
    assertThat(request.attribute("http.response.status_code")).isEqualTo("404");
    assertThat(request.attribute("vitrine.image.id")).isNull();
    assertThat(request.span().getStatus().getCodeValue()).isZero();
  }

  /** Semantic conventions: {@code http.request.method}, and the name of a span without a route. */
  @Test
  void anUnknownMethodAndPathAreNoNames() throws Exception {
    List<Seen> spans = trace("BREW", "/secret-in-a-path", null);

    Seen request = named("HTTP", spans);
    assertThat(request.attribute("http.request.method")).isEqualTo("_OTHER");
    assertThat(request.attribute("http.route")).isNull();
  }

  @Test
  void theBytesOfAnImageHaveSpans() throws Exception {
    String made =
        found(
            "\"id\": ?\"([^\"]+)\"",
            send("POST", "/v2/images", "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}")
                .body());

    Seen arrived =
        named("receive blob", trace("PUT", "/v2/images/" + made + "/file", "secret content"));
    assertThat(arrived.attribute("file.size")).isEqualTo("14");
    Seen sent = named("send blob", trace("GET", "/v2/images/" + made + "/file", null));
    assertThat(sent.attribute("file.size")).isEqualTo("14");
  }

  /** A request with these headers; its span. */
  private static Seen continued(String... headers) throws Exception {
    String request = id(send("GET", "/v2/images", null, headers));
    return named("GET /v2/images", collector.trace(request));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "W3C Trace Context 3.2, 00-" + TRACE + "-" + PARENT + "-01",
    "3.2.2.1: a later version may be longer, cc-" + TRACE + "-" + PARENT + "-01-what-follows",
    "3.2.2.5: other flags are ignored, 00-" + TRACE + "-" + PARENT + "-03"
  })
  void aTraceIsContinued(String source, String parent) throws Exception {
    Seen request = continued("traceparent", parent, "tracestate", "vendor=value");

    assertThat(request.trace()).as(source).isEqualTo(TRACE);
    assertThat(request.parent()).isEqualTo(PARENT);
    assertThat(request.span().getTraceState()).isEqualTo("vendor=value");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "3.2.2.1: version ff is invalid, ff-" + TRACE + "-" + PARENT + "-01",
    "3.2.2.3: no trace id, 00-00000000000000000000000000000000-" + PARENT + "-01",
    "3.2.2.4: no parent id, 00-" + TRACE + "-0000000000000000-01",
    "3.2.2.3: upper case, 00-4BF92F3577B34DA6A3CE929D0E0E4736-" + PARENT + "-01",
    "3.2.2: version 00 has four fields, 00-" + TRACE + "-" + PARENT + "-01-more",
    "3.2.2: too short, 00-" + TRACE + "-" + PARENT,
    "3.2.2: not hexadecimal, 00-" + TRACE + "-" + PARENT + "-0x",
    "3.2: nothing, ''"
  })
  void aMalformedParentBeginsATrace(String source, String parent) throws Exception {
    Seen request = continued("traceparent", parent);

    assertThat(request.trace()).as(source).isNotEqualToIgnoringCase(TRACE);
    assertThat(request.parent()).isEmpty();
  }

  /** W3C Trace Context §4.3: with more than one {@code traceparent}, the trace is restarted. */
  @Test
  void twoParentsBeginATrace() throws Exception {
    String parent = "00-" + TRACE + "-" + PARENT + "-01";
    assertThat(continued("traceparent", parent, "traceparent", parent).trace()).isNotEqualTo(TRACE);
  }

  /** W3C Trace Context §3.2.2.5.1: the caller does not record its trace, so neither do we. */
  @Test
  void aTraceThatIsNotSampledIsNotSent() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    String quiet = id(send("GET", "/v2/images", null, "traceparent", parent(trace, "00")));
    trace("GET", "/v2/images", null);

    assertThat(collector.spans()).extracting(Seen::trace).doesNotContain(trace);
    assertThat(line(quiet)).contains("\"trace_id\":\"" + trace + "\"");
  }

  private static String parent(String trace, String flags) {
    return "00-%s-%s-%s".formatted(trace, PARENT, flags);
  }

  @Test
  void theAccessLogNamesTheTrace() throws Exception {
    Seen request = named("GET /v2/images", trace("GET", "/v2/images", null));

    String id = request.attributes().get("vitrine.request.id");
    assertThat(line(String.valueOf(id))).contains("\"trace_id\":\"" + request.trace() + "\"");
  }

  /** The line of a request in the access log. */
  private static String line(String id) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      for (String line : OUT.toString(UTF_8).lines().toList()) {
        if (line.contains(id) && line.endsWith("}")) {
          return line;
        }
      }
      Thread.sleep(100);
    }
    throw new AssertionError("no line of " + id);
  }

  @Test
  void aJobContinuesTheTraceOfTheRequestThatSubmittedIt() throws Exception {
    HttpResponse<String> submitted = submit();
    Seen request = named("POST /v1/cloudimages/members", collector.trace(id(submitted)));
    String job = found("\"job_id\": ?\"([^\"]+)\"", submitted.body());

    Seen carriedOut = collector.await(span -> job.equals(span.attribute("vitrine.job.id")));
    assertThat(carriedOut.name()).isEqualTo("job");
    assertThat(carriedOut.trace()).isEqualTo(request.trace());
    assertThat(carriedOut.parent()).isEqualTo(request.id());
    assertThat(carriedOut.attribute("vitrine.image.id")).isEqualTo(image);
    Seen statement =
        collector.await(
            span -> span.parent().equals(carriedOut.id()) && span.name().contains("job_pair"));
    assertThat(statement.trace()).isEqualTo(request.trace());
  }

  private static HttpResponse<String> submit() throws Exception {
    return send(
        "POST",
        "/v1/cloudimages/members",
        "{\"images\": [\"%s\"], \"projects\": [\"some-project\"]}".formatted(image));
  }

  @Test
  void noSpanHasASecret() throws Exception {
    send("GET", "/v2/images?name=secret-in-a-query", null);
    send("GET", "/v2/images/" + token.substring(0, 40), null);
    send("GET", "/v3/users/secret-in-a-path?password=x", null);
    String last = id(send("POST", "/v2/images", "{\"secret-in-a-body\": 1"));
    collector.trace(last);

    assertThat(collector.text())
        .doesNotContain("secret", password, token, token.substring(0, 40), "password=x");
  }

  @Test
  void aCollectorThatIsDownHarmsNoRequestAndIsNamedOnce(@TempDir Path folder) throws Exception {
    Files.copy(data.resolve("keys"), folder.resolve("keys"));
    int port;
    try (SpanCollector gone = new SpanCollector()) {
      port = gone.port();
    }
    try (Vitrine other =
        start(folder, "--traces.endpoint=http://127.0.0.1:" + port + "/v1/traces")) {
      for (int i = 0; i < 5; i++) {
        assertThat(health(other)).isEqualTo(200);
        Thread.sleep(500);
      }
      while (logged(port).isEmpty()) {
        Thread.sleep(100);
      }
      assertThat(health(other)).isEqualTo(200);
      double first = lost(other);
      assertThat(first).isPositive();
      assertThat(health(other)).isEqualTo(200);
      while (lost(other) == first) {
        Thread.sleep(100);
      }
      assertThat(logged(port)).hasSize(1);
      assertThat(logged(port).getFirst())
          .startsWith("WARNING Traces cannot be sent to http://127.0.0.1");

      try (SpanCollector back = new SpanCollector(port)) {
        assertThat(health(other)).isEqualTo(200);
        back.await(Seen::isOfServer);
        while (logged(port).size() < 2) {
          Thread.sleep(100);
        }
        assertThat(logged(port)).anyMatch(line -> line.contains("takes traces again"));
        back.answer(400);
        assertThat(health(other)).isEqualTo(200);
        while (logged(port).size() < 3) {
          Thread.sleep(100);
        }
        assertThat(logged(port)).anyMatch(line -> line.contains("refuses"));
      }
    }
    assertThat(logged(port)).hasSize(3);
  }

  /** What the log says of the collector. */
  private static List<String> logged(int port) {
    return LOG.all().stream()
        .map(
            one ->
                "%s %s"
                    .formatted(
                        one.getLevel(),
                        MessageFormat.format(one.getMessage(), one.getParameters())))
        .filter(line -> line.contains(":" + port + "/"))
        .toList();
  }

  @Test
  void aCollectorThatHangsCostsSpansOnly(@TempDir Path folder) throws Exception {
    Files.copy(data.resolve("keys"), folder.resolve("keys"));
    try (SpanCollector stuck = new SpanCollector()) {
      stuck.hang();
      try (Vitrine other = start(folder, "--traces.endpoint=" + stuck.endpoint())) {
        for (int i = 0; i < 5_000; i++) {
          assertThat(health(other)).isEqualTo(200);
        }
        assertThat(lost(other)).isPositive();
        assertThat(stuck.spans()).isEmpty();
      }
    }
  }

  private static int health(Vitrine of) throws Exception {
    return get(of.url() + "/healthcheck").statusCode();
  }

  private static double lost(Vitrine of) throws Exception {
    String metrics = get("http://127.0.0.1:" + of.managementPort() + "/metrics").body();
    return Double.parseDouble(found("\nvitrine_spans_lost_total (\\S+)", metrics));
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return CLIENT.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  @Test
  void thePartOfTheRequestsThatIsNotChosenIsNotSent(@TempDir Path folder) throws Exception {
    Files.copy(data.resolve("keys"), folder.resolve("keys"));
    try (SpanCollector of = new SpanCollector()) {
      try (Vitrine other =
          start(folder, "--traces.endpoint=" + of.endpoint(), "--traces.sample=0")) {
        assertThat(health(other)).isEqualTo(200);
        HttpResponse<String> chosen =
            CLIENT.send(
                HttpRequest.newBuilder(URI.create(other.url() + "/healthcheck"))
                    .header("traceparent", parent(TRACE, "01"))
                    .build(),
                BodyHandlers.ofString());
        assertThat(chosen.statusCode()).isEqualTo(200);
      }
      assertThat(of.spans()).extracting(Seen::trace).containsExactly(TRACE);
    }
  }

  /** What is off costs nothing: no class of the library is loaded. */
  @Test
  void withoutAnEndpointNothingOfOpenTelemetryIsLoaded(@TempDir Path folder) throws Exception {
    assertThat(loaded(folder)).contains("dev.vitrine.server.management.Metrics ");
    assertThat(loaded(folder)).doesNotContain("io.opentelemetry");
    assertThat(loaded(folder, "--traces.endpoint=" + collector.endpoint()))
        .contains("io.opentelemetry");
  }

  /** The classes that a server loads from its start to its stop, with a request between. */
  private static String loaded(Path folder, String... more) throws Exception {
    Path classes = folder.resolve("classes");
    Files.deleteIfExists(classes);
    Files.copy(
        data.resolve("keys"),
        folder.resolve("keys"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xlog:class+load:file=" + classes,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--management.listen=127.0.0.1:0",
                "--access-log=json"));
    command.addAll(StartOptions.of(DATABASE.address(), folder, more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var lines = process.inputReader(UTF_8)) {
      StringBuilder said = new StringBuilder();
      Matcher ready = Pattern.compile("Listening on (\\S+), ready in").matcher("");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.append(line).append('\n');
        if (ready.reset(line).find()) {
          assertThat(get(ready.group(1) + "/healthcheck").statusCode()).isEqualTo(200);
          process.toHandle().destroy();
        }
      }
      assertThat(process.waitFor()).as(said.toString()).isZero();
    }
    return Files.readString(classes);
  }
}
