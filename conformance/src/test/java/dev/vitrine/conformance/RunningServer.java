package dev.vitrine.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.vitrine.client.Client;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Login;
import dev.vitrine.client.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The packaged program as a child process, on a free port of this host, with an embedded database.
 *
 * <p>It is started with commands and options as on its command line; environment variables of the
 * tests do not reach it. Its passwords have cheap hashes: with the first compiler only, one of the
 * usual cost takes a second.
 */
public final class RunningServer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("..", "server");
  private static final Path JAR = PROGRAM.resolve("target/vitrine.jar");
  private static final Pattern READY = Pattern.compile("Listening on (\\S+), ready in");
  private static final int TIMEOUT_SECONDS = 90;
  static final String CHEAP_HASHES = "1000";

  /**
   * A start of this very program, recorded once for all test processes: the next ones take half of
   * the CPU.
   */
  private static final class Recorded {
    private static final Path CACHE = Path.of("target", "vitrine.aot");

    static {
      try (FileChannel lock =
              FileChannel.open(
                  Path.of("target", "vitrine.aot.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock _ = lock.lock()) {
        if (!Files.exists(CACHE) || isOlderThanProgram(CACHE)) {
          record();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void record() throws IOException {
      List<String> command = program("-XX:AOTCacheOutput=" + CACHE);
      command.add("train");
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.onExit().join().exitValue() != 0) {
        throw new IllegalStateException("The training failed:\n" + output);
      }
    }
  }

  static boolean isOlderThanProgram(Path file) throws IOException {
    return Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(JAR)) < 0;
  }

  /** Of all tests. */
  static final Client CLIENT = new Client();

  /** Runs the command that follows it; what this writes finds no room. */
  private static final List<String> UNHEARD = List.of("sh", "-c", "exec \"$@\" > /dev/full", "sh");

  /** What an ephemeral server says of its directory. */
  private static final Pattern CLOUDS = Pattern.compile("Its clouds are in (\\S+)/clouds.yaml");

  private final Process process;
  private volatile Path data;
  private final Queue<String> output = new ConcurrentLinkedQueue<>();
  private final Thread follower;
  private final CompletableFuture<URI> url = new CompletableFuture<>();
  private boolean ownsData;

  private RunningServer(Process process, Path data) {
    this.process = process;
    this.data = data;
    this.follower = Thread.ofVirtual().unstarted(this::follow);
    follower.start();
  }

  /**
   * Starts {@code serve} on data of its own without an image, which go when the server is closed.
   *
   * @param settings such as {@code --sharing.members=any}
   */
  public static RunningServer start(String... settings) {
    return launch("serve", startedData("serve"), settings).owningData().awaitReady();
  }

  /** Starts {@code up}: the same, with the demo tenants {@code alice} and {@code bob}. */
  static RunningServer up(String... settings) {
    return launch("up", startedData("up"), settings).owningData().awaitReady();
  }

  /** Starts {@code up --ephemeral}, which has a directory of its own. */
  static RunningServer ephemeral(String... options) {
    RunningServer server = refusedEphemeral(options).awaitReady();
    Matcher matcher = CLOUDS.matcher(server.output());
    while (!matcher.find()) {
      Thread.onSpinWait();
      matcher = CLOUDS.matcher(server.output());
    }
    server.data = Path.of(matcher.group(1));
    return server;
  }

  /** The same, for one that may not come to serve. */
  static RunningServer refusedEphemeral(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("up", "--ephemeral", "--listen", "127.0.0.1:0"));
    arguments.addAll(List.of(options));
    return new RunningServer(execute(arguments), Path.of(""));
  }

  /** Starts {@code serve} on the data of an earlier server, and leaves them there. */
  public static RunningServer startOn(Path data, String... settings) {
    return launch("serve", data, settings).awaitReady();
  }

  /** Starts and stops it. */
  static void startOnce(String command, Path data) {
    launch(command, data).awaitReady().close();
  }

  /** As {@link #startOn}, by {@code up}: with the demo tenants. */
  static RunningServer upOn(Path data, String... settings) {
    return launch("up", data, settings).awaitReady();
  }

  /** As {@link #startOn}, for a server whose start may fail. */
  static RunningServer launch(Path data, String... settings) {
    return launch("serve", data, settings);
  }

  private static RunningServer launch(String command, Path data, String... settings) {
    List<String> options = new ArrayList<>(List.of(command, "--data", data.toString()));
    if (Stream.of(settings).noneMatch(setting -> setting.startsWith("--listen"))) {
      options.addAll(List.of("--listen", "127.0.0.1:0"));
    }
    options.addAll(List.of(settings));
    return new RunningServer(execute(options), data);
  }

  /** How a command ended, and all it said. */
  record Ended(int code, String output) {}

  /** Runs a command of the program to its end. */
  static Ended run(String... arguments) {
    RunningServer command = new RunningServer(execute(List.of(arguments)), Path.of(""));
    return new Ended(command.exitCode(), command.output());
  }

  /** JDBC URL of its embedded database. */
  String databaseUrl() throws IOException {
    Path pid = data.resolve("postgres/data/postmaster.pid");
    String port = Files.readAllLines(pid, UTF_8).get(3).strip();
    return "jdbc:postgresql://127.0.0.1:%s/vitrine".formatted(port);
  }

  /** The password of {@code vitrine}, its user. */
  String databasePassword() throws IOException {
    return Files.readString(data.resolve("postgres/password")).strip();
  }

  /** Changes its database behind its back. */
  void execute(String sql) throws IOException, SQLException {
    try (Connection connection =
            DriverManager.getConnection(databaseUrl(), "vitrine", databasePassword());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** What a row of an answer of the database says. */
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Reads its database. */
  <T> List<T> query(String sql, Row<T> row) {
    try (Connection connection =
            DriverManager.getConnection(databaseUrl(), "vitrine", databasePassword());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<T> all = new ArrayList<>();
      while (rows.next()) {
        all.add(row.read(rows));
      }
      return all;
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@link #start}, with a limit of file descriptors. */
  static RunningServer startWithDescriptors(int most) {
    return startBy(List.of("prlimit", "--nofile=" + most));
  }

  /** Lets it have that many open files from now on, and leaves it those that it has. */
  void limitDescriptors(int most) throws IOException, InterruptedException {
    List<String> command =
        List.of("prlimit", "--pid=" + process.pid(), "--nofile=%d:%d".formatted(most, most));
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException(command + " failed");
    }
  }

  /** As {@link #start}, but its standard output cannot be written. */
  static RunningServer startUnheard(String... settings) {
    return startBy(UNHEARD, settings);
  }

  private static RunningServer startBy(List<String> prefix, String... settings) {
    Path data = startedData();
    List<String> serve =
        new ArrayList<>(List.of("serve", "--data", data.toString(), "--listen", "127.0.0.1:0"));
    serve.addAll(List.of(settings));
    return new RunningServer(execute(serve, prefix), data).owningData().awaitReady();
  }

  /** The exit code of a command whose standard output cannot be written. */
  static int runUnheard(String... arguments) throws InterruptedException {
    return execute(List.of(arguments), UNHEARD).waitFor();
  }

  /** Runs the program with any arguments. */
  static Process execute(List<String> arguments) {
    return execute(arguments, List.of());
  }

  /**
   * The same.
   *
   * @param prefix a command that runs the one that follows it
   */
  private static Process execute(List<String> arguments, List<String> prefix) {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(JAR + " is missing: package the server first (mvn verify)");
    }
    List<String> command = new ArrayList<>(prefix);
    command.addAll(program("-XX:AOTCache=" + Recorded.CACHE));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("VITRINE_"));
    builder.environment().put("VITRINE_PASSWORD_ITERATIONS", CHEAP_HASHES);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> program(String option) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + PROGRAM.resolve("jvm.options"),
            // It runs for seconds only, so the second compiler would cost more than it gains.
            "-XX:TieredStopAtLevel=1",
            option,
            "-jar",
            JAR.toString()));
  }

  /** A folder that the user whom PostgreSQL runs as can pass through, when we are root. */
  static Path freshData() {
    try {
      Path folder = Files.createTempDirectory("vitrine-conformance");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      return folder.resolve("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, with what a first start of {@code serve} has written. */
  static Path startedData() {
    return startedData("serve");
  }

  private static Path startedData(String command) {
    Path data = freshData();
    FirstStart.copy(command, data);
    return data;
  }

  private void follow() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line + "\n");
        Matcher matcher = READY.matcher(line);
        if (matcher.find()) {
          url.complete(URI.create(matcher.group(1)));
        }
      }
    } catch (IOException e) {
      output.add(e.toString());
    }
    url.completeExceptionally(new IllegalStateException("It ended:\n" + output()));
  }

  private RunningServer owningData() {
    ownsData = true;
    return this;
  }

  private RunningServer awaitReady() {
    try {
      url.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return this;
    } catch (Exception e) {
      kill();
      throw new IllegalStateException("The server is not ready:\n" + output(), e);
    }
  }

  /** How clients reach it. */
  public URI url() {
    return url.join();
  }

  /** Where it keeps everything. */
  public Path data() {
    return data;
  }

  /** The configuration of stock clients; cloud {@code admin}. */
  public Path clouds() {
    return data.resolve("clouds.yaml");
  }

  /** All it has said so far, to standard output and error. */
  public String output() {
    return String.join("", output);
  }

  /** All of its services at one address, with a token or without. */
  Endpoint endpoint(@Nullable String token) {
    return new Endpoint(CLIENT, url(), token);
  }

  /** Somebody whom {@code clouds.yaml} names, in the project that it names. */
  Session signIn(String cloud) {
    return CLIENT.signIn(
        new Login(
            URI.create(cloud(cloud, "auth_url")),
            cloud(cloud, "username"),
            cloud(cloud, "password"),
            cloud(cloud, "user_domain_name"),
            cloud(cloud, "project_name")));
  }

  /** Keystone's root, without a slash at the end. */
  URI identityUrl() {
    return URI.create(cloud("admin", "auth_url"));
  }

  String adminUser() {
    return cloud("admin", "username");
  }

  String adminPassword() {
    return cloud("admin", "password");
  }

  String adminProject() {
    return cloud("admin", "project_name");
  }

  /** A field of {@code auth} of one of the clouds. */
  String cloud(String name, String field) {
    try {
      JsonNode clouds = new YAMLMapper().readTree(clouds().toFile());
      return clouds.at("/clouds/%s/auth/%s".formatted(name, field)).asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks it to stop, as a supervisor does. */
  public void terminate() {
    process.destroy();
  }

  /**
   * The same, but what it says while it stops is heard: {@link Process#destroy} closes its streams.
   */
  void terminateHeard() {
    process.toHandle().destroy();
  }

  /** Kills it, as a power failure would; its database process keeps running. */
  public void kill() {
    process.destroyForcibly();
    exitCode();
  }

  /** Waits for its end. */
  public int exitCode() {
    try {
      int code = process.onExit().get(TIMEOUT_SECONDS, TimeUnit.SECONDS).exitValue();
      follower.join();
      return code;
    } catch (TimeoutException e) {
      throw new IllegalStateException("It does not end:\n" + output(), e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The process of its database. */
  Optional<ProcessHandle> database() {
    Path pidFile = data.resolve("postgres/data/postmaster.pid");
    try (Stream<String> lines = Files.lines(pidFile)) {
      return ProcessHandle.of(Long.parseLong(lines.findFirst().orElseThrow()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Stops it, and removes its data if they were made for it. */
  @Override
  public void close() {
    terminate();
    exitCode();
    if (ownsData) {
      delete(data.resolveSibling(""));
    }
  }

  /** Removes a folder with all there is in it. */
  static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
