package dev.vitrine.server;

import static java.lang.System.Logger.Level.WARNING;

import dev.vitrine.blobs.FileBlobs;
import dev.vitrine.identity.Ids;
import dev.vitrine.identity.Keys;
import dev.vitrine.postgres.Database;
import dev.vitrine.postgres.embedded.EmbeddedPostgres;
import dev.vitrine.server.http.WebServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The running program. Its parts start in the order they are written here and stop in reverse; what
 * needs no database starts beside it.
 */
final class Vitrine implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Vitrine.class.getName());

  private static final String NODE = "node";

  private final Parts parts = new Parts();
  private final CompletableFuture<Void> databaseLost = new CompletableFuture<>();
  private final Settings settings;
  private URI url = URI.create("http://localhost");

  private Vitrine(Settings settings) {
    this.settings = settings;
  }

  /**
   * Starts everything; returns when requests are taken.
   *
   * @throws StartFailure if it cannot; nothing is left running
   */
  static Vitrine start(Settings settings) {
    Vitrine vitrine = new Vitrine(settings);
    try {
      vitrine.startParts();
      return vitrine;
    } catch (Exception e) {
      vitrine.close();
      throw e instanceof StartFailure failure ? failure : new StartFailure(reason(e), e);
    }
  }

  private void startParts() throws Exception {
    DataDirectory data = parts.start("lock", () -> DataDirectory.take(settings.data()));
    var vertx = parts.startAside("http", Vitrine::vertx, engine -> engine.close().await());
    Database.Address address = settings.database() == null ? embedded() : settings.database();
    Database database =
        parts.start("migrate", () -> Database.open(address, settings.databaseConnections()));
    Keys keys = parts.time("keys", () -> KeyFile.open(settings.keys()));
    FileBlobs blobs = parts.time("blobs", () -> new FileBlobs(settings.blobs(), node(data)));
    ListenAddress listen = settings.listen().withActualPort();
    url = settings.publicUrl(listen.port());
    WebServer web =
        parts.start(
            "doors",
            () -> Doors.open(vertx.get(), database, blobs, keys, settings, url),
            this::stop);
    parts.time("listen", () -> listen(web, listen));
    if (settings.listen().isWildcard() && settings.explicitPublicUrl() == null) {
      LOG.log(WARNING, "Clients are told to use {0}; set public-url if they are elsewhere", url);
    }
  }

  /** This node's name among those that share a blob directory. */
  private static String node(DataDirectory data) throws IOException {
    String known = data.read(NODE);
    String node = known == null ? Ids.next() : known.strip();
    if (known == null) {
      data.writeSecret(NODE, node + "\n");
    }
    return node;
  }

  private static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false)));
  }

  private Database.Address embedded() throws Exception {
    Path home = settings.data().resolve("postgres");
    EmbeddedPostgres postgres = parts.start("database", () -> EmbeddedPostgres.start(home));
    var _ = postgres.onExit().thenRun(() -> databaseLost.complete(null));
    return new Database.Address(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  private static int listen(WebServer web, ListenAddress address) throws Exception {
    try {
      int loops = Runtime.getRuntime().availableProcessors();
      return web.listen(address.host(), address.port(), loops);
    } catch (ExecutionException e) {
      String hint =
          e.getCause() instanceof BindException
              ? "; stop what has it, or choose another with --listen"
              : "";
      throw new StartFailure("Cannot listen on %s: %s%s".formatted(address, reason(e), hint), e);
    }
  }

  private void stop(WebServer web) {
    web.drain(settings.shutdownGrace().toSeconds());
    web.close();
  }

  /** The innermost cause, which is the one that says what happened. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** How clients reach it. */
  URI url() {
    return url;
  }

  /** Where the clients' configuration is. */
  Path clouds() {
    return settings.data().resolve("clouds.yaml");
  }

  /** How long each part took to start. */
  String times() {
    return parts.times();
  }

  /** Completes if the embedded database ends; also when it is stopped with the rest. */
  CompletableFuture<Void> databaseLost() {
    return databaseLost;
  }

  @Override
  public void close() {
    parts.close();
  }
}
