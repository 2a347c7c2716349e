package dev.vitrine.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.vitrine.blobs.FileBlobs;
import dev.vitrine.directory.Passwords;
import dev.vitrine.identity.Caller;
import dev.vitrine.login.Keys;
import dev.vitrine.login.Tokens;
import dev.vitrine.postgres.bootstrap.Bootstrap;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.server.http.WebServer;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.server.start.Composition;
import dev.vitrine.server.start.Stores;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Keystone's and IAM's protocols on a database of its own, with the tenants {@code alice} and
 * {@code bob}.
 */
@NullMarked
public final class IdentityServer implements BeforeAllCallback, AfterAllCallback {
  public static final String REGION = "RegionOne";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final TestDatabase testDatabase = new TestDatabase();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Passwords passwords = new Passwords(1_000);
  private final Map<String, String> secrets = new HashMap<>();
  private final Vertx vertx = Vertx.vertx();
  private @Nullable WebServer web;
  private @Nullable Tokens tokens;
  private String url = "";
  private @Nullable Path data;

  /** An answer. */
  public record Answer(int status, HttpResponse<String> raw, JsonNode body) {
    public String header(String name) {
      return raw.headers().firstValue(name).orElse("");
    }

    String message() {
      return body.at("/error/message").asText();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    testDatabase.beforeAll(context);
    data = Files.createTempDirectory("vitrine-identity-server");
    Database database = testDatabase.database();
    new Bootstrap(database, passwords)
        .run(
            List.of("alice", "bob"),
            REGION,
            made -> made.forEach(account -> secrets.put(account.user(), account.password())));
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    url = "http://127.0.0.1:" + port;
    Settings settings =
        Settings.read(
            List.of("--listen", "127.0.0.1:" + port, "--data", data.toString()),
            Map.of(),
            Map.of());
    Keys keys = Keys.random();
    tokens = new Tokens(keys, InstantSource.system());
    web =
        Composition.open(
            vertx,
            Stores.in(database),
            new FileBlobs(settings.blobs(), "node"),
            keys,
            passwords,
            settings,
            URI.create(url),
            () -> {},
            (caller, decision) -> {},
            List.of());
    web.listen("127.0.0.1", port, 1);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    Objects.requireNonNull(web).close();
    vertx.close().await();
    testDatabase.afterAll(context);
    try (Stream<Path> all = Files.walk(Objects.requireNonNull(data))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Gives a role a document that allows the action pattern. */
  public void allow(String role, String actions) {
    testDatabase.execute(
        """
        update role set document =
          '{"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["%s"]}]}'
        where role_id = '%s'
        """
            .formatted(actions, role));
  }

  /** Gives a role a document that denies the action pattern. */
  public void deny(String role, String actions) {
    testDatabase.execute(
        """
        update role set document =
          '{"Version": "1.1", "Statement": [{"Effect": "Deny", "Action": ["%s"]}]}'
        where role_id = '%s'
        """
            .formatted(actions, role));
  }

  /** What a token would be if it had been issued earlier and had ended that long ago. */
  public String expired(String token, long seconds) {
    Tokens own = Objects.requireNonNull(tokens);
    Caller caller = own.verify(token);
    Instant end = Instant.now().minusSeconds(seconds);
    return own.issue(
        new Caller(
            caller.user(),
            caller.scope(),
            caller.auditId(),
            caller.issuedAt(),
            end,
            caller.methods()));
  }

  /** A question about a token. */
  public Answer subject(String method, String path, String token, String subject) {
    return send(
        HttpRequest.newBuilder(URI.create(url + path))
            .method(method, BodyPublishers.noBody())
            .header("X-Auth-Token", token)
            .header("X-Subject-Token", subject));
  }

  public String url() {
    return url;
  }

  /** The generated password of a bootstrapped user. */
  public String password(String user) {
    return Objects.requireNonNull(secrets.get(user));
  }

  /** A token of the cloud administrator, for its project. */
  public String admin() {
    return token("admin", password("admin"), "Default", project("admin", "Default"));
  }

  /** A token of a tenant's account, for its project. */
  public String tenant(String name) {
    return token(name, password(name), name, project(REGION, name));
  }

  public static String project(String name, String domain) {
    return "{\"project\": {\"name\": \"%s\", \"domain\": {\"name\": \"%s\"}}}"
        .formatted(name, domain);
  }

  /** A login by names; {@code scope} as JSON, null if nothing is said. */
  public Answer login(String user, String password, String domain, @Nullable String scope) {
    return send(
        "POST",
        "/v3/auth/tokens",
        null,
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user":
          {"name": "%s", "password": "%s", "domain": {"name": "%s"}}}}%s}}
        """
            .formatted(user, password, domain, scope == null ? "" : ", \"scope\": " + scope));
  }

  public String token(String user, String password, String domain, @Nullable String scope) {
    Answer answer = login(user, password, domain, scope);
    if (answer.status() != 201) {
      throw new AssertionError(answer.raw().body());
    }
    return answer.header("X-Subject-Token");
  }

  /** Changes a token's scope. */
  public Answer rescope(String token, String scope) {
    return send(
        "POST",
        "/v3/auth/tokens",
        null,
        """
        {"auth": {"identity": {"methods": ["token"], "token": {"id": "%s"}}, "scope": %s}}
        """
            .formatted(token, scope));
  }

  /** What the token's own validation answers. */
  public int alive(String token) {
    return send("GET", "/v3/auth/projects", token, null).status();
  }

  /** Makes something and gives its id. */
  public String make(String token, String plural, String json) {
    Answer answer = send("POST", "/v3/" + plural, token, json);
    if (answer.status() != 201) {
      throw new AssertionError(answer.raw().body());
    }
    return answer.body().elements().next().path("id").asText();
  }

  /** The id of something that has this name. */
  public String id(String token, String plural, String name) {
    return send("GET", "/v3/%s?name=%s".formatted(plural, name), token, null)
        .body()
        .path(plural)
        .path(0)
        .path("id")
        .asText();
  }

  public Answer send(String method, String path, @Nullable String token, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (token != null) {
      request.header("X-Auth-Token", token);
    }
    return send(request);
  }

  public Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> raw = client.send(request.build(), BodyHandlers.ofString());
      JsonNode body =
          raw.body().isEmpty() ? MissingNode.getInstance() : MAPPER.readTree(raw.body());
      return new Answer(raw.statusCode(), raw, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
