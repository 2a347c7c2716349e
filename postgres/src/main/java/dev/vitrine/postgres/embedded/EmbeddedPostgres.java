package dev.vitrine.postgres.embedded;

import static java.lang.System.Logger.Level.ERROR;
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
 * <p>If it ends by itself, it is started again at the same port, as soon as the disk has space. It
 * outlives a killed Java process; the next {@link #start} on its directory adopts it. Thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  /** Its limit of connections; a few of them are reserved for its superuser. */
  public static final int MAX_CONNECTIONS = 50;

  private static final System.Logger LOG = System.getLogger(EmbeddedPostgres.class.getName());

  private static final Duration WATCH_INTERVAL = Duration.ofMillis(250);

  /** The first look comes after the start, which is slowed down by nothing. */
  private static final Duration RESERVE_BEGIN = Duration.ofSeconds(10);

  private static final Duration RESERVE_INTERVAL = Duration.ofSeconds(1);

  /** If it ends again so soon, something is wrong that another start does not mend. */
  private static final Duration RESTART_INTERVAL = Duration.ofSeconds(30);

  private static final Duration FAST_SHUTDOWN_LIMIT = Duration.ofSeconds(30);
  private static final Duration IMMEDIATE_SHUTDOWN_LIMIT = Duration.ofSeconds(10);

  private final Path home;
  private final Durability durability;
  private final DirectoryLock lock;
  private final LogFile log;
  private final DiskReserve reserve;
  private final String password;
  private final int port;
  private final CompletableFuture<Void> exit = new CompletableFuture<>();
  private volatile Postmaster postmaster;
  private volatile boolean isClosed;

  /** As {@link System#nanoTime}; used by the thread that watches. */
  private long adjustReserveAt;

  private EmbeddedPostgres(Path home, Durability durability, DirectoryLock lock)
      throws IOException {
    this.home = home;
    this.durability = durability;
    this.lock = lock;
    Startup startup = Startup.in(home, durability, 0, () -> isClosed);
    this.log = startup.log();
    this.reserve = new DiskReserve(home);
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
        EmbeddedPostgres started = new EmbeddedPostgres(home, durability, lock);
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

  /**
   * How to reach a server.
   *
   * @param data its data directory
   */
  public record Running(String jdbcUrl, String user, String password, Path data) {
    /** Without the password. */
    @Override
    public String toString() {
      return jdbcUrl;
    }
  }

  /**
   * The server that another process runs in {@code directory}.
   *
   * @throws EmbeddedPostgresException if there is none that accepts connections
   */
  public static Running running(Path directory) throws IOException {
    Path home = directory.toRealPath();
    Path data = home.resolve("data");
    PidFile found =
        PidFile.read(data)
            .filter(file -> file.status().equals("ready"))
            .orElseThrow(
                () ->
                    new EmbeddedPostgresException(
                        "The database in %s does not accept connections now; try again"
                            .formatted(home)));
    return new Running(
        url(found.port()), Cluster.ROLE, Files.readString(home.resolve("password")).strip(), data);
  }

  private static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + Cluster.DATABASE;
  }

  /** As another process would reach it. */
  public Running running() {
    return new Running(jdbcUrl(), user(), password, postmaster.data());
  }

  /** Where to connect; valid until {@link #close}: the next start may use another port. */
  public String jdbcUrl() {
    return url(port);
  }

  /** The role that owns the database. It is no superuser, like our role on an external server. */
  public String user() {
    return Cluster.ROLE;
  }

  /** The password of {@link #user}; the same for the life of the directory. */
  public String password() {
    return password;
  }

  /** The process id of the server, which changes when it is started again. */
  public long pid() {
    return postmaster.pid();
  }

  /**
   * Completes, never exceptionally, within a second of {@link #close}, or when the server has ended
   * by itself and cannot be started again, or did so twice within 30 seconds. While the disk is
   * full, it waits for space instead. Each caller gets its own future.
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
  public void close() {
    isClosed = true;
    closeOnce();
  }

  private synchronized void closeOnce() {
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

  private void watch() {
    adjustReserveAt = System.nanoTime() + RESERVE_BEGIN.toNanos();
    awaitEnd();
    boolean isInVain = false;
    while (awaitSpace(isInVain) || !isInVain) {
      boolean runs = restart();
      long since = System.nanoTime();
      if (runs) {
        awaitEnd();
      }
      isInVain = !runs || System.nanoTime() - since < RESTART_INTERVAL.toNanos();
    }
    exit.complete(null);
  }

  /**
   * If the disk is full, waits until it is not: PostgreSQL would only end again, and whoever would
   * start this process again would not mend that. Whether it waited.
   *
   * @param isInVain whether the last start failed, or did not last
   */
  private boolean awaitSpace(boolean isInVain) {
    if (!isDiskFull(isInVain)) {
      return false;
    }
    LOG.log(
        ERROR,
        "PostgreSQL has ended, and the disk of {0} is full (space, files, or a quota): make space,"
            + " and it goes on",
        home);
    while (!isClosed && !reserve.hasSpace()) {
      Pause.of(RESERVE_INTERVAL);
    }
    return true;
  }

  /**
   * Whether PostgreSQL has no space, after the reserve was given up.
   *
   * @param isInVain whether a start was in vain. Otherwise PostgreSQL may find room where others do
   *     not, in files that it has
   */
  private synchronized boolean isDiskFull(boolean isInVain) {
    if (isClosed) {
      return false; // Its directory may be removed now: write no reserve.
    }
    adjustReserve();
    return isInVain ? !reserve.hasSpace() : reserve.isUsedUp();
  }

  /**
   * Polls, because an adopted server is not our child process. The same thread trims the log and
   * keeps the reserve.
   */
  private void awaitEnd() {
    while (postmaster.isAlive()) {
      maintain();
      Pause.of(WATCH_INTERVAL);
    }
    LOG.log(INFO, "PostgreSQL (pid {0,number,#}) has ended", postmaster.pid());
  }

  private synchronized void maintain() {
    if (isClosed) {
      return; // Its directory may be removed now.
    }
    log.keepSmall();
    if (System.nanoTime() - adjustReserveAt >= 0) {
      adjustReserve();
      adjustReserveAt = System.nanoTime() + RESERVE_INTERVAL.toNanos();
    }
  }

  private void adjustReserve() {
    if (durability != Durability.EPHEMERAL) {
      reserve.adjust();
    }
  }

  /** Whether it runs again. */
  private synchronized boolean restart() {
    if (isClosed) {
      return false;
    }
    LOG.log(WARNING, "PostgreSQL has ended by itself; starting it again");
    try {
      postmaster = Startup.in(home, durability, port, () -> isClosed).postmaster();
      LOG.log(INFO, "PostgreSQL runs again (pid {0,number,#})", postmaster.pid());
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.log(ERROR, "PostgreSQL cannot be started again: {0}", e.getMessage());
      return false;
    }
  }
}
