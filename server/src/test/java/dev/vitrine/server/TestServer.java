package dev.vitrine.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.access.Decision;
import dev.vitrine.blobs.FileBlobs;
import dev.vitrine.client.Client;
import dev.vitrine.client.Contract;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Response;
import dev.vitrine.directory.Passwords;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.UserId;
import dev.vitrine.image.BlobRecovery;
import dev.vitrine.image.BlobStore;
import dev.vitrine.job.JobWorkers;
import dev.vitrine.login.KeyRing;
import dev.vitrine.login.Keys;
import dev.vitrine.login.SecretCipher;
import dev.vitrine.login.Tokens;
import dev.vitrine.postgres.bootstrap.Bootstrap;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.TestDatabase;
import dev.vitrine.server.http.WebServer;
import dev.vitrine.server.management.RefusalAudit;
import dev.vitrine.server.openapi.OpenApi;
import dev.vitrine.server.settings.Setting;
import dev.vitrine.server.settings.Settings;
import dev.vitrine.server.start.Composition;
import dev.vitrine.server.start.Stores;
import dev.vitrine.server.tls.Certificate;
import dev.vitrine.server.tls.CertificateFiles;
import dev.vitrine.server.webhook.HttpMessenger;
import dev.vitrine.tracing.Tracer;
import dev.vitrine.webhook.Deliveries;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * All protocols on a database of their own, with the tenants {@code alice} and {@code bob}, as
 * {@link Composition} connects them. What is sent to it goes over a socket byte for byte; {@link
 * #endpoint} is for what a client does better.
 */
@NullMarked
public final class TestServer implements BeforeAllCallback, AfterAllCallback {
  public static final String REGION = "RegionOne";

  private static final Client CLIENT = new Client();

  /** What is sent as a whole must match it, and so must the answers. */
  private static final Contract CONTRACT = new Contract(OpenApi.document());

  private final TestDatabase testDatabase = new TestDatabase();
  private final List<String> options;
  private final @Nullable BlobStore store;
  private final Map<String, String> secrets = new HashMap<>();
  private final Vertx vertx = Vertx.vertx();
  private final Passwords passwords = new Passwords(1_000);
  private final Keys keys = Keys.random();
  private final KeyRing ring = new KeyRing(keys);
  private final Tokens tokens = new Tokens(ring, InstantSource.system());
  private final Queue<Decided> decisions = new ConcurrentLinkedQueue<>();
  private @Nullable Path data;
  private @Nullable BlobRecovery recovery;
  private @Nullable RefusalAudit refusals;
  private @Nullable WebServer web;
  private @Nullable JobWorkers workers;
  private @Nullable HttpMessenger messenger;
  private @Nullable Deliveries deliveries;
  private @Nullable CertificateFiles tls;
  private @Nullable RawClient client;
  private int port;

  /** As it is by default. */
  public TestServer() {
    this(List.of(), null);
  }

  /** With settings, {@code --name=value}. */
  public TestServer(List<String> options) {
    this(options, null);
  }

  /** With another store of blobs than files. */
  public TestServer(BlobStore store) {
    this(List.of(), store);
  }

  private TestServer(List<String> options, @Nullable BlobStore store) {
    this.options = options;
    this.store = store;
  }

  /**
   * Counts the refused requests; no worker stores them. All that were answered are counted: the
   * server looks at a connection's next request after it has counted the one before.
   */
  public RefusalAudit refusals() {
    send("GET", "/healthcheck", null, null);
    return Objects.requireNonNull(refusals);
  }

  /** A decision about a user. */
  public record Decided(UserId user, Decision decision) {}

  /** The decisions about a user since this was last asked. */
  public List<Decision> decisions(String user) {
    List<Decision> about = new ArrayList<>();
    for (Decided one = decisions.poll(); one != null; one = decisions.poll()) {
      if (one.user().value().equals(user)) {
        about.add(one.decision());
      }
    }
    return about;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    testDatabase.beforeAll(context);
    data = Files.createTempDirectory("vitrine-test-server");
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    client = new RawClient(port);
    Settings settings =
        Settings.read(
            Stream.concat(
                    Stream.of("--listen", host(), "--data", data.toString()), options.stream())
                .toList(),
            Map.of(),
            // Tests choose short passwords.
            Map.of(Setting.PASSWORD_MIN_LENGTH, "1", Setting.PASSWORD_COMMON, "allow"));
    new Bootstrap(testDatabase.database(), passwords)
        .run(
            List.of("alice", "bob"),
            REGION,
            settings.administratorMustChange(),
            made -> made.forEach(account -> secrets.put(account.user(), account.password())));
    Stores stores = Stores.in(testDatabase.database(), Tracer.NONE);
    refusals = new RefusalAudit(stores.refusals());
    workers =
        new JobWorkers(stores.jobs(), settings.sharing(), settings.jobWorkers(), refusals::failed);
    messenger = new HttpMessenger(vertx, settings.webhooksAllow(), url(), "test");
    deliveries =
        new Deliveries(stores.deliveries(), stores.webhooks(), new SecretCipher(ring), messenger);
    BlobStore blobs = store == null ? new FileBlobs(settings.blobs(), "node", 0) : store;
    recovery = new BlobRecovery(stores.images(), blobs);
    web =
        Composition.open(
            vertx,
            stores,
            blobs,
            ring,
            passwords,
            settings,
            settings.publicUrl(port),
            workers::wake,
            messenger,
            deliveries::wake,
            (caller, decision) -> decisions.add(new Decided(caller.user(), decision)),
            refusals,
            List.of("alice/alice"));
    tls = settings.tls();
    web.listen("127.0.0.1", port, 1, tls == null ? null : Certificate.read(vertx, tls));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    Objects.requireNonNull(client).close();
    Objects.requireNonNull(web).close();
    Objects.requireNonNull(deliveries).close();
    Objects.requireNonNull(messenger).close();
    vertx.close().await();
    Objects.requireNonNull(workers).close();
    passwords.close();
    testDatabase.afterAll(context);
    try (Stream<Path> all = Files.walk(Objects.requireNonNull(data))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Gives a role a document that allows the action pattern. */
  public void allow(String role, String actions) {
    document(role, "Allow", actions);
  }

  /** Gives a role a document that denies the action pattern. */
  public void deny(String role, String actions) {
    document(role, "Deny", actions);
  }

  private void document(String role, String effect, String actions) {
    execute(
        """
        update role set document =
          '{"Version": "1.1", "Statement": [{"Effect": "%s", "Action": ["%s"]}]}'
        where role_id = '%s'
        """
            .formatted(effect, actions, role));
  }

  /** Changes the database behind the server's back. */
  public void execute(String sql) {
    testDatabase.execute(sql);
  }

  /** Looks into the database behind the server's back: the first column. */
  public List<String> look(String sql) {
    Database.Address at = testDatabase.address();
    try (Connection connection =
            DriverManager.getConnection(at.jdbcUrl(), at.user(), at.password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The database behind it. */
  public Database database() {
    return testDatabase.database();
  }

  /** The keys of its file. */
  public Keys keys() {
    return keys;
  }

  /** What it knows of keys. */
  public KeyRing ring() {
    return ring;
  }

  /** The server itself. */
  public WebServer web() {
    return Objects.requireNonNull(web);
  }

  public BlobRecovery recovery() {
    return Objects.requireNonNull(recovery);
  }

  /** The files in the blob store, whichever stage they are in. */
  public List<Path> files() {
    try (Stream<Path> all = Files.walk(Objects.requireNonNull(data))) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String host() {
    return "127.0.0.1:" + port;
  }

  public String url() {
    return (tls == null ? "http://" : "https://") + host();
  }

  /** All services at one address, for our client. */
  public Endpoint endpoint(@Nullable String token) {
    return new Endpoint(CLIENT, URI.create(url()), token);
  }

  /** The generated password of a bootstrapped user. */
  public String password(String user) {
    return Objects.requireNonNull(secrets.get(user));
  }

  /** A token of the cloud administrator, for its project. */
  public String admin() {
    return token("admin", password("admin"), "Default", project("admin", "Default"));
  }

  /** The id of the project of a demo tenant: each has one, named as the region. */
  public String demoProject(String token) {
    return send("GET", "/v3/projects?name=RegionOne", token, null)
        .json()
        .at("/projects/0/id")
        .asText();
  }

  /** A token of a bootstrapped user, for its project. */
  public String token(String user) {
    return user.equals("admin") ? admin() : tokenOf(user, project(REGION, user));
  }

  /** A token of a tenant's account, for a scope of its own. */
  public String tokenOf(String tenant, String scope) {
    return token(tenant, password(tenant), tenant, scope);
  }

  /**
   * A token of a user by its names.
   *
   * @param scope as JSON, null if nothing is said
   */
  public String token(String user, String password, String domain, @Nullable String scope) {
    Response answer = login(user, password, domain, scope);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return issued(answer);
  }

  /** The token that a login has got. */
  public static String issued(Response answer) {
    return Objects.requireNonNull(answer.header("X-Subject-Token"), answer.body());
  }

  /**
   * A login by names.
   *
   * @param scope as JSON, null if nothing is said
   */
  public Response login(String user, String password, String domain, @Nullable String scope) {
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

  /** The scope of a project, as JSON. */
  public static String project(String name, String domain) {
    return "{\"project\": {\"name\": \"%s\", \"domain\": {\"name\": \"%s\"}}}"
        .formatted(name, domain);
  }

  /** Changes a token's scope. */
  public Response rescope(String token, String scope) {
    return send(
        "POST",
        "/v3/auth/tokens",
        null,
        """
        {"auth": {"identity": {"methods": ["token"], "token": {"id": "%s"}}, "scope": %s}}
        """
            .formatted(token, scope));
  }

  /** A question about a token. */
  public Response subject(String method, String path, String token, String subject) {
    return send(method, path, token, null, "X-Subject-Token: " + subject + "\r\n");
  }

  /** What the token's own validation answers. */
  public int alive(String token) {
    return send("GET", "/v3/auth/projects", token, null).status();
  }

  /** What a token would be if it had been issued earlier and had ended that long ago. */
  public String expired(String token, long seconds) {
    Caller caller = tokens.verify(token);
    return tokens.issue(
        new Caller(
            caller.user(),
            caller.scope(),
            caller.auditId(),
            caller.issuedAt(),
            Instant.now().minusSeconds(seconds),
            caller.methods()));
  }

  /** Makes something and gives its id. */
  public String make(String token, String plural, String json) {
    Response answer = send("POST", "/v3/" + plural, token, json);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.json().elements().next().path("id").asText();
  }

  /** The id of something that has this name. */
  public String id(String token, String plural, String name) {
    return send("GET", "/v3/%s?name=%s".formatted(plural, name), token, null)
        .json()
        .path(plural)
        .path(0)
        .path("id")
        .asText();
  }

  /** Sends JSON with a token; the bytes of an image as such. */
  public Response send(String method, String path, @Nullable String token, @Nullable String body) {
    return send(method, path, token, body, "");
  }

  /** With more lines of the head, each with its end. */
  public Response send(
      String method, String path, @Nullable String token, @Nullable String body, String more) {
    String type = path.endsWith("/file") ? "application/octet-stream" : "application/json";
    return send(method, path, token, type, body, more);
  }

  /** Sends a patch of an image. */
  public Response patch(String path, String token, String body) {
    return send("PATCH", path, token, "application/openstack-images-v2.1-json-patch", body, "");
  }

  private Response send(
      String method,
      String path,
      @Nullable String token,
      String type,
      @Nullable String body,
      String more) {
    byte[] bytes = body == null ? new byte[0] : body.getBytes(UTF_8);
    String head =
        """
        %s %s HTTP/1.1
        Host: %s
        %s%sContent-Type: %s
        Content-Length: %d

        """
            .replace("\n", "\r\n")
            .formatted(
                method,
                path,
                host(),
                token == null ? "" : "X-Auth-Token: " + token + "\r\n",
                more,
                type,
                bytes.length);
    Response answer = Objects.requireNonNull(client).send(head, bytes, !method.equals("HEAD"));
    CONTRACT.check(new Contract.Sent(method, path, type, body == null ? "" : body), answer);
    return answer;
  }

  /** Sends a head, which has to ask for the connection's end, and what follows it. */
  public Response exchange(String head, byte[] rest) {
    return Objects.requireNonNull(client).once(head, rest);
  }
}
