package dev.vitrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** A server that gives the same answers again and again, and remembers what it was asked. */
final class StubServer implements AutoCloseable {
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** Requests as {@code METHOD /path?query}, in their order; a range follows by itself. */
  final List<String> requests = new ArrayList<>();

  /** Tokens that it accepts. */
  final List<String> accepted = new ArrayList<>();

  private final Map<String, Refusal> refused = new HashMap<>();

  private record Refusal(int status, String body) {}

  /** What it answers with 503. */
  final Set<String> unavailable = new HashSet<>();

  private Instant issued = Instant.now();
  private Instant expires = issued.plusSeconds(3600);
  private final Map<String, byte[]> answers = new LinkedHashMap<>();
  private final HttpServer server;

  StubServer() throws IOException {
    this(HttpServer.create(LOOPBACK, 0));
  }

  /** Over TLS. */
  StubServer(SSLContext tls) throws IOException {
    this(https(new HttpsConfigurator(tls)));
  }

  /** Over TLS, for clients that have a certificate. */
  static StubServer forKnownClients(SSLContext tls) throws IOException {
    return new StubServer(
        https(
            new HttpsConfigurator(tls) {
              @Override
              public void configure(HttpsParameters parameters) {
                SSLParameters asked = tls.getDefaultSSLParameters();
                asked.setNeedClientAuth(true);
                parameters.setSSLParameters(asked);
              }
            }));
  }

  private StubServer(HttpServer server) {
    this.server = server;
    server.createContext("/", this::answer);
    server.start();
  }

  private static HttpsServer https(HttpsConfigurator tls) throws IOException {
    HttpsServer server = HttpsServer.create(LOOPBACK, 0);
    server.setHttpsConfigurator(tls);
    return server;
  }

  String url() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return "%s://127.0.0.1:%d".formatted(scheme, server.getAddress().getPort());
  }

  /** Variables of a user with a password. */
  Map<String, String> user(String project) {
    return Map.of(
        "OS_AUTH_URL", url(),
        "OS_USERNAME", "u",
        "OS_PASSWORD", "secret",
        "OS_USER_DOMAIN_NAME", "d",
        "OS_PROJECT_NAME", project);
  }

  /** The answer to requests that begin like this. */
  void when(String request, String body) {
    when(request, body.getBytes(UTF_8));
  }

  void when(String request, byte[] body) {
    answers.put(request, body);
  }

  /** The answer to exactly this request. */
  void refuse(String request, int status, String body) {
    refused.put(request, new Refusal(status, body));
  }

  /** Of the tokens that it knows. */
  void lifetime(Instant from, Instant until) {
    issued = from;
    expires = until;
  }

  long signIns() {
    return requests.stream().filter("POST /v3/auth/tokens"::equals).count();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    requests.add(request);
    if (request.equals("POST /v3/auth/tokens")) {
      String token = "token-" + requests.size();
      accepted.add(token);
      exchange.getResponseHeaders().set("X-Subject-Token", token);
      reply(exchange, 201, token().getBytes(UTF_8));
    } else if (unavailable.contains(request)) {
      reply(exchange, 503, "{}".getBytes(UTF_8));
    } else if (!accepted.contains(exchange.getRequestHeaders().getFirst("X-Auth-Token"))) {
      reply(exchange, 401, "{\"error\": {\"message\": \"no\"}}".getBytes(UTF_8));
    } else if (refused.get(request) instanceof Refusal(int status, String body)) {
      reply(exchange, status, body.getBytes(UTF_8));
    } else if (request.equals("GET /v3/auth/tokens")) {
      reply(exchange, 200, token().getBytes(UTF_8));
    } else {
      byte[] body = known(request);
      String range = exchange.getRequestHeaders().getFirst("Range");
      if (body == null) {
        reply(exchange, 404, "{\"message\": \"no such thing\"}".getBytes(UTF_8));
      } else if (range == null) {
        reply(exchange, 200, body);
      } else {
        int from = Integer.parseInt(range.replaceAll("[^0-9]", ""));
        requests.add(range);
        reply(exchange, 206, Arrays.copyOfRange(body, from, body.length));
      }
    }
  }

  private byte @Nullable [] known(String request) {
    return answers.entrySet().stream()
        .filter(known -> request.startsWith(known.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String token() {
    return """
        {"token": {"user": {"id": "u1", "name": "u", "domain": {"id": "d1", "name": "d"}},
         "project": {"id": "p1", "name": "p"}, "roles": [],
         "issued_at": "%s", "expires_at": "%s", "catalog": [{"type": "image",
         "endpoints": [{"interface": "public", "url": "%s"}]}]}}"""
        .formatted(issued, expires, url());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
