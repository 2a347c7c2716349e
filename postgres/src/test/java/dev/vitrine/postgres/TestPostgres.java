package dev.vitrine.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Debian's PostgreSQL in a directory of its own, stopped and removed with the JVM. */
@NullMarked
final class TestPostgres {
  private static final String PASSWORD = "test";

  private TestPostgres() {}

  /** Starts a server; the address is of a superuser. */
  static Database.Address start() {
    try {
      Path bin = newestBinaries();
      Path home = Files.createTempDirectory("vitrine-test-postgres");
      Path password = Files.writeString(home.resolve("password"), PASSWORD);
      Path data = home.resolve("data");
      run("chown", "-R", unprivilegedUser(), home.toString());
      Files.setPosixFilePermissions(
          home, java.nio.file.attribute.PosixFilePermissions.fromString("rwx--x--x"));
      int port = freePort();
      runAsOwner(
          bin.resolve("initdb").toString(),
          "-D" + data,
          "-Upostgres",
          "-Ascram-sha-256",
          "--pwfile=" + password,
          "-EUTF8",
          "--no-locale",
          "--no-sync");
      runAsOwner(
          bin.resolve("pg_ctl").toString(),
          "-D" + data,
          "-w",
          "-l" + home.resolve("log"),
          "-o-p " + port + " -h 127.0.0.1 -k " + home + " -c fsync=off -c max_connections=400",
          "start");
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    runAsOwner(
                        bin.resolve("pg_ctl").toString(), "-D" + data, "-mimmediate", "stop");
                    remove(home);
                  }));
      return new Database.Address(
          "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path newestBinaries() throws IOException {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions
          .max(
              Comparator.comparingInt(
                  version -> Integer.parseInt(version.getFileName().toString())))
          .orElseThrow()
          .resolve("bin");
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static String unprivilegedUser() {
    return isRoot() ? "nobody" : System.getProperty("user.name");
  }

  private static void runAsOwner(String... command) {
    List<String> all = new ArrayList<>();
    if (isRoot()) {
      all.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
    }
    all.addAll(List.of(command));
    run(all.toArray(String[]::new));
  }

  private static void run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .directory(Path.of("/").toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(List.of(command) + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void remove(Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
