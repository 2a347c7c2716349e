package dev.vitrine.postgres.embedded;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A PostgreSQL server that Vitrine runs itself, reachable from this host only, in one directory.
 *
 * <p>It outlives a killed Java process; the next {@link #start} on its directory adopts it.
 * Thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  /** Its limit of connections; a few of them are reserved for its superuser. */
  public static final int MAX_CONNECTIONS = 50;

  private static final System.Logger LOG = System.getLogger(EmbeddedPostgres.class.getName());

  private static final Duration WATCH_INTERVAL = Duration.ofMillis(250);
  private static final Duration FAST_SHUTDOWN_LIMIT = Duration.ofSeconds(30);
  private static final Duration IMMEDIATE_SHUTDOWN_LIMIT = Duration.ofSeconds(10);

  private final DirectoryLock lock;
  private final Postmaster postmaster;
  private final LogFile log;
  private final String password;
  private final int port;
  private final CompletableFuture<Void> exit = new CompletableFuture<>();

  private EmbeddedPostgres(DirectoryLock lock, Startup startup) throws IOException {
    this.lock = lock;
    this.log = startup.log();
    this.password = startup.password();
    this.postmaster = startup.postmaster();
    this.port = postmaster.port();
  }

  /**
   * As {@link #start(Path, Durability)}; commits are durable.
   *
   * @throws EmbeddedPostgresException if it cannot be started; no process is left running
   */
  public static EmbeddedPostgres start(Path directory) {
    return start(directory, Durability.DURABLE);
  }

  /**
   * Starts the database in {@code directory}. Creates what is missing, recovers from a crash, and
   * returns when the server accepts connections.
   *
   * <p>As root, the server runs as the owner of its data, or as {@code nobody} if that is root.
   *
   * @param directory used by Vitrine alone; created with its parents if absent
   * @throws EmbeddedPostgresException if it cannot be started; no process is left running
   */
  public static EmbeddedPostgres start(Path directory, Durability durability) {
    try {
      Path home = Files.createDirectories(directory).toRealPath();
      DirectoryLock lock = DirectoryLock.acquire(home);
      try {
        EmbeddedPostgres started = new EmbeddedPostgres(lock, Startup.in(home, durability));
        Thread.ofVirtual().name("embedded-postgres-watch").start(started::watch);
        return started;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          "The embedded database in " + directory + " cannot be started: " + e, e);
    }
  }

  /**
   * Stops a server that a killed Java process left running in {@code directory}, without starting
   * another.
   *
   * @throws EmbeddedPostgresException if it does not stop
   */
  public static void stopAbandoned(Path directory) throws IOException {
    Path data = directory.resolve("data");
    if (!Files.exists(PidFile.in(data))) {
      return;
    }
    Path home = directory.toRealPath();
    Account account = Account.forDirectory(home, home.resolve("data"));
    Binaries binaries = Binaries.in(home, account);
    Optional<Postmaster> left = Postmaster.serving(home.resolve("data"), binaries, account);
    if (left.isPresent()) {
      stop(left.get());
    }
  }

  /** Where to connect; valid until {@link #close}, because each start uses another port. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + Cluster.DATABASE;
  }

  /** The role that owns the database. It is no superuser, like our role on an external server. */
  public String user() {
    return Cluster.ROLE;
  }

  /** The password of {@link #user}; the same for the life of the directory. */
  public String password() {
    return password;
  }

  /** The process id of the server. */
  public long pid() {
    return postmaster.pid();
  }

  /**
   * Completes, never exceptionally, within a second of the end of the server process, by {@link
   * #close} or by itself. Each caller gets its own future.
   */
  public CompletableFuture<Void> onExit() {
    return exit.copy();
  }

  /**
   * Ends all sessions, rolls back what is not committed, stops the server and waits for its end.
   * Does nothing if the server has ended.
   *
   * @throws EmbeddedPostgresException if it still runs after 40 seconds
   */
  @Override
  public synchronized void close() {
    try {
      stop(postmaster);
    } catch (IOException e) {
      throw new EmbeddedPostgresException("The embedded database cannot be stopped: " + e, e);
    } finally {
      lock.close();
    }
  }

  static void stop(Postmaster postmaster) throws IOException {
    if (postmaster.stop(Postmaster.Shutdown.FAST, FAST_SHUTDOWN_LIMIT)) {
      return;
    }
    LOG.log(
        WARNING,
        "PostgreSQL (pid {0,number,#}) ignores a fast shutdown; aborting it. It recovers at the"
            + " next start",
        postmaster.pid());
    if (!postmaster.stop(Postmaster.Shutdown.IMMEDIATE, IMMEDIATE_SHUTDOWN_LIMIT)) {
      throw new EmbeddedPostgresException(
          "PostgreSQL does not stop. Look at process " + postmaster.pid() + ".");
    }
  }

  /** Polls, because an adopted server is not our child process. The same thread trims the log. */
  private void watch() {
    while (postmaster.isAlive()) {
      log.keepSmall();
      Pause.of(WATCH_INTERVAL);
    }
    LOG.log(INFO, "PostgreSQL (pid {0,number,#}) has ended", postmaster.pid());
    exit.complete(null);
  }
}
