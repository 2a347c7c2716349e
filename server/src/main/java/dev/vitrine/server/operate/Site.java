package dev.vitrine.server.operate;

import dev.vitrine.login.Keys;
import dev.vitrine.postgres.bootstrap.Bootstrap;
import dev.vitrine.postgres.embedded.EmbeddedPostgres;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.server.data.DataDirectory;
import dev.vitrine.server.data.KeyFile;
import dev.vitrine.server.data.StartFailure;
import dev.vitrine.server.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A data directory and its database, for a command. If no server runs on them, the embedded
 * database runs for as long as the command.
 */
final class Site implements AutoCloseable {
  private static final int CONNECTIONS = 4;

  private final Deque<Runnable> opened = new ArrayDeque<>();
  private final EmbeddedPostgres.@Nullable Running embedded;
  private final Database database;

  private Site(Settings settings) throws IOException {
    embedded = settings.database() == null ? embedded(settings.data()) : null;
    database =
        Database.open(
            embedded == null
                ? Objects.requireNonNull(settings.database())
                : new Database.Address(embedded.jdbcUrl(), embedded.user(), embedded.password()),
            CONNECTIONS);
    opened.push(database::close);
  }

  /**
   * Opens it.
   *
   * @throws StartFailure if there is no database
   */
  static Site open(Settings settings) throws IOException {
    return new Site(settings);
  }

  private EmbeddedPostgres.Running embedded(Path data) throws IOException {
    Path home = data.resolve("postgres");
    if (!Files.isDirectory(home.resolve("data"))) {
      throw new StartFailure(
          "%s has no database: give the --data of the server, or its --db".formatted(data));
    }
    DataDirectory directory = DataDirectory.takeForCommand(data);
    if (directory == null) {
      return EmbeddedPostgres.running(home);
    }
    opened.push(directory::close);
    EmbeddedPostgres started;
    try {
      started = EmbeddedPostgres.start(home);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
    opened.push(started::close);
    return started.running();
  }

  /** Null: the database is external. */
  EmbeddedPostgres.@Nullable Running embedded() {
    return embedded;
  }

  Database database() {
    return database;
  }

  /**
   * The keys of a file.
   *
   * @throws StartFailure if they are not those of the database
   */
  Keys requireKeys(Path file) throws IOException {
    Keys keys = KeyFile.read(file);
    if (!keys.fingerprint().equals(Bootstrap.fingerprint(database))) {
      throw new StartFailure("The keys in %s are not those of this database".formatted(file));
    }
    return keys;
  }

  /** The time of the database, which decides when something has expired. */
  Instant now() {
    return Objects.requireNonNull(
        database.first("select clock_timestamp()", row -> Rows.time(row, 1)));
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      opened.pop().run();
    }
  }
}
