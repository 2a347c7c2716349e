package dev.vitrine.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vitrine.access.Decision;
import dev.vitrine.blobs.FileBlobs;
import dev.vitrine.directory.Passwords;
import dev.vitrine.identity.UserId;
import dev.vitrine.image.BlobRecovery;
import dev.vitrine.image.BlobStore;
import dev.vitrine.job.JobWorkers;
import dev.vitrine.login.Keys;
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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
 * All protocols on a database of their own, with the tenants {@code alice} and {@code bob}, and a
 * client that sends what it is told, byte for byte.
 */
@NullMarked
public final class WholeServer implements BeforeAllCallback, AfterAllCallback {
  public static final String REGION = "RegionOne";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final TestDatabase testDatabase = new TestDatabase();
  private final List<String> options;
  private final @Nullable BlobStore store;
  private final Map<String, String> secrets = new HashMap<>();
  private final Vertx vertx = Vertx.vertx();
  private final Passwords passwords = new Passwords(1_000);
  private final Queue<Decided> decisions = new ConcurrentLinkedQueue<>();
  private @Nullable Path data;
  private @Nullable BlobRecovery recovery;
  private @Nullable WebServer web;
  private @Nullable JobWorkers workers;
  private int port;

  /** As it is by default. */
  public WholeServer() {
    this(List.of());
  }

  /** With settings, {@code --name=value}. */
  public WholeServer(List<String> options) {
    this(options, null);
  }

  /** With another store of blobs than files. */
  public WholeServer(BlobStore store) {
    this(List.of(), store);
  }

  private WholeServer(List<String> options, @Nullable BlobStore store) {
    this.options = options;
    this.store = store;
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

  /** An answer; the names of headers in lower case. */
  public record Answer(int status, Map<String, String> headers, String body) {
    public JsonNode json() {
      try {
        return MAPPER.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    testDatabase.beforeAll(context);
    data = Files.createTempDirectory("vitrine-whole-server");
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Settings settings =
        Settings.read(
            Stream.concat(
                    Stream.of("--listen", host(), "--data", data.toString()), options.stream())
                .toList(),
            Map.of(),
            Map.of());
    new Bootstrap(testDatabase.database(), passwords)
        .run(
            List.of("alice", "bob"),
            REGION,
            made -> made.forEach(account -> secrets.put(account.user(), account.password())));
    Stores stores = Stores.in(testDatabase.database());
    workers = new JobWorkers(stores.jobs(), settings.sharing(), settings.jobWorkers());
    BlobStore blobs = store == null ? new FileBlobs(settings.blobs(), "node") : store;
    recovery = new BlobRecovery(stores.images(), blobs);
    web =
        Composition.open(
            vertx,
            stores,
            blobs,
            Keys.random(),
            passwords,
            settings,
            URI.create("http://" + host()),
            workers::wake,
            (caller, decision) -> decisions.add(new Decided(caller.user(), decision)),
            List.of("alice/alice"));
    web.listen("127.0.0.1", port, 1);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    Objects.requireNonNull(web).close();
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
    testDatabase.execute(
        """
        update role set document =
          '{"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["%s"]}]}'
        where role_id = '%s'
        """
            .formatted(actions, role));
  }

  /** Changes the database behind the server's back. */
  public void execute(String sql) {
    testDatabase.execute(sql);
  }

  public BlobRecovery recovery() {
    return Objects.requireNonNull(recovery);
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

  public String host() {
    return "127.0.0.1:" + port;
  }

  /** The database behind it. */
  public Database database() {
    return testDatabase.database();
  }

  /** The files in the blob store, whichever stage they are in. */
  public List<Path> files() {
    try (Stream<Path> all = Files.walk(Objects.requireNonNull(data))) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A token of a bootstrapped user, for its project. */
  public String token(String user) {
    boolean isTenant = !user.equals("admin");
    return token(
        user,
        Objects.requireNonNull(secrets.get(user)),
        isTenant ? user : "Default",
        "{\"project\": {\"name\": \"%s\", \"domain\": {\"name\": \"%s\"}}}"
            .formatted(isTenant ? REGION : "admin", isTenant ? user : "Default"));
  }

  public String token(String user, String password, String domain, String scope) {
    Answer answer =
        send(
            "POST",
            "/v3/auth/tokens",
            null,
            """
            {"auth": {"identity": {"methods": ["password"], "password": {"user":
              {"name": "%s", "password": "%s", "domain": {"name": "%s"}}}}, "scope": %s}}
            """
                .formatted(user, password, domain, scope));
    return Objects.requireNonNull(answer.headers().get("x-subject-token"), answer.body());
  }

  /** A token of a bootstrapped tenant, for a scope of its own. */
  public String tokenOf(String user, String scope) {
    return token(user, Objects.requireNonNull(secrets.get(user)), user, scope);
  }

  /** Sends JSON with a token; the bytes of an image as such. */
  public Answer send(String method, String path, @Nullable String token, @Nullable String body) {
    return send(method, path, token, body, "");
  }

  /** Sends a patch of an image. */
  public Answer patch(String path, String token, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    return exchange(
        """
        PATCH %s HTTP/1.1
        Host: %s
        X-Auth-Token: %s
        Content-Type: application/openstack-images-v2.1-json-patch
        Content-Length: %d
        Connection: close

        """
            .formatted(path, host(), token, bytes.length)
            .replace("\n", "\r\n"),
        bytes);
  }

  /** With more lines of the head, each with its end. */
  public Answer send(
      String method, String path, @Nullable String token, @Nullable String body, String more) {
    StringBuilder head = new StringBuilder();
    head.append("%s %s HTTP/1.1\r\nHost: %s\r\n".formatted(method, path, host()));
    if (token != null) {
      head.append("X-Auth-Token: ").append(token).append("\r\n");
    }
    byte[] bytes = body == null ? new byte[0] : body.getBytes(UTF_8);
    String type = path.endsWith("/file") ? "application/octet-stream" : "application/json";
    head.append(more)
        .append("Content-Type: ")
        .append(type)
        .append("\r\nContent-Length: ")
        .append(bytes.length)
        .append("\r\nConnection: close\r\n\r\n");
    return exchange(head.toString(), bytes);
  }

  /** Sends a head, which has to ask for the connection's end, and what follows it. */
  public Answer exchange(String head, byte[] rest) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      socket.getOutputStream().write(rest);
      socket.getOutputStream().flush();
      return read(new String(socket.getInputStream().readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answer read(String raw) {
    int end = raw.indexOf("\r\n\r\n");
    List<String> lines = raw.substring(0, end).lines().toList();
    Map<String, String> headers = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] header = line.split(": *", 2);
      headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
    }
    return new Answer(
        Integer.parseInt(lines.getFirst().split(" ", 3)[1]), headers, raw.substring(end + 4));
  }
}
