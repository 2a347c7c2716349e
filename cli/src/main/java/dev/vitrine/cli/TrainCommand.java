package dev.vitrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs the common commands against a stub. The launcher lets the JVM record this, so that later
 * runs find their classes loaded and linked.
 */
@picocli.CommandLine.Command(name = "train", hidden = true)
final class TrainCommand extends Command {
  private static final String IMAGE = "00000000-0000-4000-8000-000000000000";

  @Override
  ExitCode run() {
    try {
      HttpServer stub =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      stub.createContext("/", TrainCommand::answer);
      stub.start();
      Path directory = Files.createTempDirectory("vitrine-training");
      try {
        commands(directory, "http://127.0.0.1:" + stub.getAddress().getPort());
      } finally {
        stub.stop(0);
        delete(directory);
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void commands(Path directory, String url) throws IOException {
    Files.writeString(
        directory.resolve("clouds.yaml"),
        """
        clouds:
          a:
            auth:
              auth_url: %s/identity/v3
              username: a
              password: a
              user_domain_name: a
              project_name: a
        """
            .formatted(url));
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    for (String language : new String[] {"en_US.UTF-8", "zh_CN.UTF-8"}) {
      Map<String, String> environment = Map.of("LC_ALL", language, "HOME", directory.toString());
      Shell shell =
          new Shell(environment, directory, nowhere, nowhere, false, Texts.of(environment));
      for (String command :
          new String[] {
            "login",
            "image list",
            "image list --json",
            "image list -f csv",
            "image show " + IMAGE,
            "share " + IMAGE + " --with 00000000000000000000000000000000 --wait",
            "inbox",
            "accept " + IMAGE,
            "access " + IMAGE,
            "history",
            "why a show " + IMAGE,
            "image nothing",
            "image --help"
          }) {
        Main.run(shell, command.split(" ", -1));
      }
    }
  }

  /** Something of the right shape for every request. */
  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String url = "http://" + exchange.getRequestHeaders().getFirst("Host");
    String path = exchange.getRequestURI().getPath();
    byte[] body = body(path, url).getBytes(UTF_8);
    exchange.getResponseHeaders().add("X-Subject-Token", "token");
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String body(String path, String url) {
    String image =
        """
        {"id": "%s", "name": "a", "status": "active", "visibility": "shared", "size": 1,
         "owner": "a", "created_at": "2026-01-01T00:00:00Z", "tags": []}"""
            .formatted(IMAGE);
    if (path.endsWith("/auth/tokens")) {
      return """
          {"token": {"user": {"id": "a", "name": "a", "domain": {"id": "a", "name": "a"}},
           "project": {"id": "a", "name": "a"}, "roles": [{"name": "member"}],
           "issued_at": "2020-01-01T00:00:00Z", "expires_at": "2999-01-01T00:00:00Z", "catalog": [{"type": "image", "endpoints":
           [{"interface": "public", "url": "%s/image"}]}]}}"""
          .formatted(url);
    } else if (path.endsWith("/explain")) {
      return """
          {"allowed": false, "question": {"user_id": "a", "operation": "SHOW_IMAGE"}, "policy":
           {"allowed": false, "actions": []}, "sharing": {"allowed": false, "kind": "no_image"}}""";
    } else if (path.contains("/jobs/")) {
      return """
          {"status": "SUCCESS", "ended_at": "2026-01-01T00:00:00Z", "pairs": [{"image_id": "a",
           "project_id": "a", "outcome": "success"}]}""";
    } else if (path.endsWith("/images/" + IMAGE)) {
      return image;
    }
    return """
        {"images": [%s], "job_id": "a", "members": [], "projects": [], "users": []}"""
        .formatted(image);
  }
}
