package dev.vitrine.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A short life of the whole program on data of its own. The virtual machine records it when the
 * launcher says so ({@code -XX:AOTCacheOutput}), and later starts find their classes loaded, linked
 * and profiled.
 */
final class Training {
  private Training() {}

  /** Lives it. */
  static int run() throws Exception {
    Path data = Files.createTempDirectory("vitrine-training");
    // PostgreSQL, which does not run as root, must be able to pass.
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx--x--x"));
    try {
      // The first start creates the database, as on a new machine; the second is every other one.
      live(data);
      live(data);
      return ExitCode.STOPPED;
    } finally {
      delete(data);
    }
  }

  private static void live(Path data) throws Exception {
    Settings settings =
        Settings.read(List.of("--listen=127.0.0.1:0", "--data=" + data), Map.of(), Map.of());
    try (Vitrine vitrine = Vitrine.start(settings, List.of("alice"))) {
      get(vitrine.url(), "/healthcheck");
      get(vitrine.url(), "/");
    }
  }

  /** By hand, because the classes of a client would only fill the cache. */
  private static void get(URI server, String path) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      String request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
              .formatted(path, server.getAuthority());
      socket.getOutputStream().write(request.getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      if (!answer.startsWith("HTTP/1.1 ") || answer.startsWith("HTTP/1.1 5")) {
        throw new IOException("GET " + path + " was answered by " + answer);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }
}
