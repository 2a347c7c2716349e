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

/** The processes and folders of the benchmark; closing it ends and removes them. */
final class Lab implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Listening on (\\S+), ready in");
  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  /** Makes both servers do the same work: Glance accepts any text as a project. */
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
    // PostgreSQL does not run as root and must be able to enter.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
  }

  /** A folder inside the lab's temporary folder. */
  Path folder(String name) {
    return folder.resolve(name);
  }

  /**
   * A running Vitrine.
   *
   * @param ready time from the command to the first answer
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

  /** The PostgreSQL of all nodes, started on first use. */
  Address database() {
    if (database == null) {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(folder("postgres"));
      started.push(postgres::close);
      database = new Address(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }
    return database;
  }

  /** A Vitrine on {@link #database}, started on first use. */
  Node first() {
    if (first == null) {
      first = start(launch("up", folder("first"), onDatabase()));
    }
    return first;
  }

  /** A further node on the same database. */
  Node another(int number) {
    return start(beside("node" + number, List.of(), List.of()));
  }

  /**
   * The same, to be closed by the caller.
   *
   * @param name of its folder
   * @param by a command that runs the one that follows it
   */
  Node beside(String name, List<String> by, List<String> more) {
    Path data = first().data();
    List<String> settings = onDatabase();
    settings.addAll(List.of("--keys", data + "/keys", "--blobs", data + "/blobs"));
    settings.addAll(more);
    return launch(by, "serve", folder(name), settings);
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

  /** Starts the program by its command and waits until it is ready. */
  Node launch(String command, Path data, List<String> settings) {
    return launch(List.of(), command, data, settings);
  }

  private Node launch(List<String> by, String command, Path data, List<String> settings) {
    List<String> line = new ArrayList<>(by);
    line.addAll(
        List.of(
            launcher.toString(), command, "--listen", "127.0.0.1:0", "--data", data.toString()));
    line.addAll(settings);
    Path log = folder(data.getFileName() + ".log");
    try {
      long begin = System.nanoTime();
      ProcessBuilder builder =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
      if (database != null && database.password() != null) {
        // Other users can see command-line options.
        builder.environment().put("VITRINE_DB_PASSWORD", database.password());
      }
      Process process = builder.start();
      while (true) {
        Matcher ready = READY.matcher(Files.readString(log));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        if (ready.find()) {
          return new Node(process, data, URI.create(ready.group(1)), took);
        }
        if (!process.isAlive() || took.compareTo(TIMEOUT) > 0) {
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

  /** Removes a node's folder. */
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
