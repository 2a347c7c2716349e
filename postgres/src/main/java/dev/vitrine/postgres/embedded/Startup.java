package dev.vitrine.postgres.embedded;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** Turns a directory in any state into a server that accepts connections. */
record Startup(Postmaster postmaster, String password, LogFile log) {

  private static final System.Logger LOG = System.getLogger(Startup.class.getName());

  /**
   * Settings of every server. They are on the command line, where neither a file of the cluster nor
   * {@code ALTER SYSTEM} can override them. The sizes suit a small machine shared with us. Each
   * connection sets what statements rely on ({@code SessionSettings}).
   */
  private static final List<String> SETTINGS =
      List.of(
          // Reachable only by TCP, from this host, with a password.
          "--listen_addresses=127.0.0.1",
          "--unix_socket_directories=",
          "--password_encryption=scram-sha-256",
          "--max_connections=" + EmbeddedPostgres.MAX_CONNECTIONS,
          "--shared_buffers=128MB",
          "--effective_cache_size=512MB",
          "--maintenance_work_mem=64MB",
          "--max_wal_size=1GB",
          // It has no replicas. A backup's replication slot keeps the log that it still needs.
          "--max_wal_senders=0",
          "--max_replication_slots=4",
          // The server logs to standard error, which is our log file.
          "--logging_collector=off",
          "--log_destination=stderr",
          "--log_checkpoints=off",
          // We parse the messages, so they must be in English.
          "--lc_messages=C");

  /** Failures worth a retry: another port helps, or the last process of a killed server ends. */
  private static final List<String> PASSING_FAILURES =
      List.of(
          "Address already in use",
          "is still in use",
          "lock file \"postmaster.pid\" already exists");

  private static final Duration PASSING_LIMIT = Duration.ofSeconds(60);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);
  private static final int LOGIN_SECONDS = 5;

  /**
   * Does what {@link EmbeddedPostgres#start} promises; the caller holds the lock on {@code home}.
   *
   * @param port 0: any that is free
   * @param isClosed once true, the server is returned as it is: only to be stopped
   */
  static Startup in(Path home, Durability durability, int port, BooleanSupplier isClosed)
      throws IOException {
    Path data = home.resolve("data");
    Cluster.requireOurVersion(data);
    Account account = Account.forDirectory(home, data);
    account.reach(home);
    Binaries binaries = Binaries.in(home, account);
    Cluster cluster = new Cluster(data, home.resolve("password"), binaries, account, durability);
    LogFile log = new LogFile(home.resolve("postgres.log"));
    return new Attempt(cluster, log, port, isClosed).succeed();
  }

  private record Attempt(Cluster cluster, LogFile log, int port, BooleanSupplier isClosed) {

    Startup succeed() throws IOException {
      long start = System.nanoTime();
      while (true) {
        Optional<Startup> adopted = adoptOrStop();
        if (adopted.isPresent()) {
          return adopted.get();
        }
        cluster.create();
        cluster.account().own(cluster.data());
        Files.deleteIfExists(PidFile.in(cluster.data()));
        cluster.permitBackups();
        String password = cluster.password();
        long mark = log.size();
        Postmaster postmaster = launch();
        if (postmaster.awaitReady(isClosed)) {
          return new Startup(postmaster, password, log);
        }
        String lastWords = log.since(mark);
        boolean passing = PASSING_FAILURES.stream().anyMatch(lastWords::contains);
        if (!passing || System.nanoTime() - start > PASSING_LIMIT.toNanos()) {
          throw new EmbeddedPostgresException(
              "PostgreSQL does not start. The end of %s:%n%s".formatted(log.path(), lastWords));
        }
        Pause.of(BETWEEN_ATTEMPTS);
      }
    }

    /** Adopts a server that a killed process of ours left running, or stops it. */
    private Optional<Startup> adoptOrStop() throws IOException {
      Optional<Postmaster> found =
          Postmaster.serving(cluster.data(), cluster.binaries(), cluster.account());
      if (found.isEmpty()) {
        return Optional.empty();
      }
      Postmaster left = found.get();
      if (Files.exists(cluster.passwordFile())
          && left.wasStartedBy(serverCommand())
          && !left.isStopping()
          && left.awaitReady(isClosed)
          && answers(left, cluster.password())) {
        LOG.log(INFO, "Adopted the running PostgreSQL (pid {0,number,#})", left.pid());
        return Optional.of(new Startup(left, cluster.password(), log));
      }
      LOG.log(WARNING, "Stopping the PostgreSQL of an earlier run (pid {0,number,#})", left.pid());
      EmbeddedPostgres.stop(left);
      return Optional.empty();
    }

    private static boolean answers(Postmaster postmaster, String password) {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setServerNames(new String[] {"127.0.0.1"});
      source.setPortNumbers(new int[] {postmaster.port()});
      source.setDatabaseName(Cluster.DATABASE);
      source.setLoginTimeout(LOGIN_SECONDS);
      try (Connection connection = source.getConnection(Cluster.ROLE, password)) {
        return connection.isValid(LOGIN_SECONDS);
      } catch (SQLException e) {
        LOG.log(WARNING, "The running PostgreSQL refuses our connection", e);
        return false;
      }
    }

    private Postmaster launch() throws IOException {
      List<String> command = new ArrayList<>(serverCommand());
      command.add("--port=" + (port == 0 ? freePort() : port));
      // In a session of its own: otherwise Ctrl-C would stop it before us.
      List<String> line = new ArrayList<>(List.of("setsid"));
      line.addAll(cluster.account().command(command));
      return Postmaster.of(
          Command.launch(line, log.redirect()).pid(),
          cluster.data(),
          cluster.binaries(),
          cluster.account());
    }

    /** Without the port, which differs from start to start. */
    private List<String> serverCommand() {
      List<String> program = List.of(cluster.binaries().postgres(), "-D", "" + cluster.data());
      return Stream.of(program, cluster.durability().settings(), SETTINGS)
          .flatMap(List::stream)
          .toList();
    }

    /**
     * A port that was just free. If it is taken meanwhile, the server fails and we retry with
     * another.
     */
    private static int freePort() throws IOException {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      }
    }
  }
}
