package dev.vitrine.postgres.engine;

import dev.vitrine.postgres.embedded.Durability;
import dev.vitrine.postgres.embedded.EmbeddedPostgres;
import dev.vitrine.postgres.history.CommittedEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fresh tables for each test class: {@code @RegisterExtension static final TestDatabase DATABASE =
 * new TestDatabase();}
 *
 * <p>They are in a schema of their own, in a database of the JVM, on the server named by the
 * property or variable {@code VITRINE_TEST_DB} (a JDBC URL), else on an embedded one that is
 * started once for the JVM.
 */
@NullMarked
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback {
  private static final int CONNECTIONS = 20;

  /** Started by the first who asks. */
  private static final class Server {
    private static final Database.Address ADDRESS = start();

    private static Database.Address start() {
      @Nullable String given =
          System.getProperty("VITRINE_TEST_DB", System.getenv("VITRINE_TEST_DB"));
      return given == null ? embedded() : databaseOn(given);
    }

    /** Several test processes use the server. */
    private static Database.Address databaseOn(String url) {
      Database.Address server = new Database.Address(url, null, null);
      String name = freshName();
      execute(server, "create database " + name);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> execute(server, "drop database " + name + " with (force)")));
      String own = url.replaceFirst("(//[^/?]*/)[^?]*", "$1" + name);
      if (own.equals(url)) {
        throw new IllegalStateException("VITRINE_TEST_DB must name a host and a database: " + url);
      }
      return new Database.Address(own, server.user(), server.password());
    }

    private static Database.Address embedded() {
      try {
        Path home = Files.createTempDirectory("vitrine-test-postgres");
        // Started by root it runs as somebody else, who must be able to pass.
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
        // What survives a crash is tested elsewhere; here nothing waits for the disk.
        EmbeddedPostgres postgres =
            EmbeddedPostgres.start(home.resolve("postgres"), Durability.EPHEMERAL);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(postgres, home)));
        return new Database.Address(postgres.jdbcUrl(), postgres.user(), postgres.password());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void remove(EmbeddedPostgres postgres, Path home) {
      postgres.close();
      try (Stream<Path> paths = Files.walk(home)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final String schema = freshName();
  private @Nullable Database database;

  private static String freshName() {
    return "test_" + UUID.randomUUID().toString().replace("-", "");
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    execute(Server.ADDRESS, "create schema " + schema);
    Database fresh = Database.open(address(), CONNECTIONS);
    new Schema().migrate(fresh);
    fresh.fill();
    database = fresh;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    database().close();
    execute(Server.ADDRESS, "drop schema " + schema + " cascade");
  }

  /** The open database. */
  public Database database() {
    return Objects.requireNonNull(database);
  }

  /** Where it is: for a second process or pool. */
  public Database.Address address() {
    Database.Address server = Server.ADDRESS;
    String separator = server.jdbcUrl().contains("?") ? "&" : "?";
    return new Database.Address(
        server.jdbcUrl() + separator + "currentSchema=" + schema, server.user(), server.password());
  }

  /** Carries out a statement that the stores do not offer. */
  public void execute(String sql) {
    execute(address(), sql);
  }

  /**
   * Waits until no transaction is open that began before, as that of the circuit breaker: readers
   * of events pass over what is younger than those.
   */
  public void awaitOlderTransactions() {
    if (!CommittedEvents.awaitOlder(database(), Duration.ofMinutes(1))) {
      throw new IllegalStateException("a transaction does not end");
    }
  }

  private static void execute(Database.Address server, String sql) {
    try (Connection connection =
            DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
