package dev.vitrine.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A fresh, migrated database for each test class: {@code @RegisterExtension static final
 * TestDatabase DATABASE = new TestDatabase();}
 *
 * <p>It lives on the server named by the property or variable {@code VITRINE_TEST_DB} (a JDBC URL
 * of a user that may create databases), else on one that is started once for the JVM.
 */
@NullMarked
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback {
  private static final int CONNECTIONS = 20;
  private static final AtomicInteger MADE = new AtomicInteger();

  /** The server, and the migrated database of which all others are copies. */
  private record Server(Database.Address address, String template) {
    private static final Server ONE = start();

    private static Server start() {
      @Nullable String given =
          System.getProperty("VITRINE_TEST_DB", System.getenv("VITRINE_TEST_DB"));
      Database.Address address =
          given == null ? TestPostgres.start() : new Database.Address(given, null, null);
      String template = "vitrine_test_" + UUID.randomUUID().toString().replace("-", "");
      execute(address, "create database " + template);
      try (Database fresh = Database.open(named(address, template), 2)) {
        new Schema().migrate(fresh);
      }
      return new Server(address, template);
    }
  }

  private @Nullable String name;
  private @Nullable Database database;

  @Override
  public void beforeAll(ExtensionContext context) {
    name = Server.ONE.template() + "_" + MADE.incrementAndGet();
    execute(Server.ONE.address(), "create database " + name + " template " + Server.ONE.template());
    database = Database.open(address(), CONNECTIONS);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    database().close();
    execute(Server.ONE.address(), "drop database " + name + " with (force)");
  }

  /** The open database. */
  public Database database() {
    return Objects.requireNonNull(database);
  }

  /** Where it is: for a second process or pool. */
  public Database.Address address() {
    return named(Server.ONE.address(), Objects.requireNonNull(name));
  }

  /** Carries out a statement that the stores do not offer (yet). */
  public void execute(String sql) {
    execute(address(), sql);
  }

  private static Database.Address named(Database.Address server, String name) {
    String url = server.jdbcUrl().replaceFirst("^(jdbc:postgresql://[^/]*/)[^?]*", "$1" + name);
    return new Database.Address(url, server.user(), server.password());
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
