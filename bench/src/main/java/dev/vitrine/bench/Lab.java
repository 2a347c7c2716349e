package dev.vitrine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.vitrine.client.Login;
import dev.vitrine.postgres.embedded.EmbeddedPostgres;
import dev.vitrine.postgres.engine.Database.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is started for the benchmark; all of it ends with it. */
final class Lab implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Listening on (\\S+), ready in");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** So that both servers do the same: Glance takes any text for a project. */
  private static final List<String> LIKE_GLANCE =
      List.of("--sharing.members", "any", "--sharing.max-members", "-1");

  private final Path launcher;
  private final Path folder;
  private final Deque<Runnable> started = new ArrayDeque<>();
  private @Nullable Address database;
  private @Nullable Node first;

  Lab(Path home, @Nullable Address database) throws IOException {
    this.launcher = home.resolve("vitrine");
    this.database = database;
    this.folder = Files.createTempDirectory("vitrine-bench");
    // PostgreSQL, which does not run as root, must be able to pass.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
  }

  /** A folder of the lab's own. */
  Path folder(String name) {
    return folder.resolve(name);
  }

  /**
   * A running Vitrine.
   *
   * @param ready from the command to the first answer
   */
  record Node(Process process, Path data, URI url, Duration ready) implements AutoCloseable {
    Login login(String cloud) {
      return Lab.login(data.resolve("clouds.yaml"), cloud);
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }

  /** The PostgreSQL of all nodes. */
  Address database() {
    if (database == null) {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(folder("postgres"));
      started.push(postgres::close);
      database = new Address(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }
    return database;
  }

  /** A Vitrine on {@link #database}, started when it is first asked for. */
  Node first() {
    if (first == null) {
      first = start(launch("up", folder("first"), onDatabase()));
    }
    return first;
  }

  /** One more, on the same database. */
  Node another(int number) {
    Path data = first().data();
    List<String> settings = onDatabase();
    settings.addAll(List.of("--keys", data + "/keys", "--blobs", data + "/blobs"));
    return start(launch("serve", folder("node" + number), settings));
  }

  private Node start(Node node) {
    started.push(node::close);
    return node;
  }

  private List<String> onDatabase() {
    Address address = database();
    List<String> settings = new ArrayList<>(LIKE_GLANCE);
    settings.addAll(List.of("--db", address.jdbcUrl()));
    if (address.user() != null) {
      settings.addAll(List.of("--db.user", address.user()));
    }
    return settings;
  }

  /** Starts the program as its users do and waits until it is ready. */
  Node launch(String command, Path data, List<String> settings) {
    List<String> line =
        new ArrayList<>(
            List.of(
                launcher.toString(),
                command,
                "--listen",
                "127.0.0.1:0",
                "--data",
                data.toString()));
    line.addAll(settings);
    Path log = folder(data.getFileName() + ".log");
    try {
      long begin = System.nanoTime();
      ProcessBuilder builder =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
      if (database != null && database.password() != null) {
        // Others see options.
        builder.environment().put("VITRINE_DB_PASSWORD", database.password());
      }
      Process process = builder.start();
      while (true) {
        Matcher ready = READY.matcher(Files.readString(log));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        if (ready.find()) {
          return new Node(process, data, URI.create(ready.group(1)), took);
        }
        if (!process.isAlive() || took.compareTo(PATIENCE) > 0) {
          process.destroy();
          throw new IllegalStateException("it does not start:\n" + Files.readString(log));
        }
        Thread.sleep(5);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A cloud of a {@code clouds.yaml}. */
  static Login login(Path clouds, String cloud) {
    try {
      JsonNode auth = new YAMLMapper().readTree(clouds.toFile()).at("/clouds/" + cloud + "/auth");
      return new Login(
          URI.create(auth.path("auth_url").asText()),
          auth.path("username").asText(),
          auth.path("password").asText(),
          auth.path("user_domain_name").asText(),
          auth.path("project_name").asText());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes what a node has left. */
  static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      started.pop().run();
    }
    delete(folder);
  }
}
