package dev.vitrine.server.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.vitrine.server.data.ExitCode;
import dev.vitrine.server.settings.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A short training run of the whole program with its own data. The JVM records it when the launcher
 * asks for that ({@code -XX:AOTCacheOutput}); later starts find their classes loaded, linked and
 * profiled.
 */
final class Training {
  private static final String TENANT = "trainee";
  private static final Pattern PASSWORD = Pattern.compile(TENANT + "\n +password: (\\S+)");
  private static final Pattern TOKEN = Pattern.compile("(?i)\r\nx-subject-token: (\\S+)\r\n");
  private static final Pattern PROJECT = Pattern.compile("\"project\":\\{[^}]*?\"id\":\"(\\w+)\"");
  private static final Pattern JOB = Pattern.compile("\"job_id\":\"(\\w+)\"");
  private static final Pattern IMAGE = Pattern.compile("\"id\":\"([0-9a-f-]{36})\"");

  private final Vitrine vitrine;
  private String token = "";

  private Training(Vitrine vitrine) {
    this.vitrine = vitrine;
  }

  /** Runs the training. */
  static int run() throws Exception {
    Path data = Files.createTempDirectory("vitrine-training");
    // PostgreSQL does not run as root and must be able to enter.
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx--x--x"));
    try {
      // The first start creates the database, as on a new machine; the second is like all later
      // ones.
      live(data);
      live(data);
      return ExitCode.STOPPED;
    } finally {
      delete(data);
    }
  }

  private static void live(Path data) throws Exception {
    Settings settings =
        Settings.read(
            List.of(
                "--listen=127.0.0.1:0",
                "--management.listen=127.0.0.1:0",
                "--management.min-free=0B",
                "--data=" + data,
                "--sharing.members=any"),
            Map.of(),
            Map.of());
    try (Vitrine vitrine =
        Vitrine.start(settings, List.of(TENANT), null, OutputStream.nullOutputStream())) {
      new Training(vitrine).requests();
    }
  }

  private void requests() throws IOException {
    send("GET", "/healthcheck", "");
    send("GET", "/", "");
    send("GET", "/v3", "");
    String login = send("POST", "/v3/auth/tokens", credentials());
    token = found(TOKEN, login);
    String project = found(PROJECT, login);
    String image =
        found(
            IMAGE,
            send("POST", "/v2/images", "{\"disk_format\":\"raw\",\"container_format\":\"bare\"}"));
    String path = "/v2/images/" + image;
    send("PUT", path + "/file", "content");
    send("GET", path + "/file", "");
    send("GET", path, "");
    send("GET", "/v2/images?limit=25", "");
    send("GET", "/v2/images?visibility=shared&member_status=accepted", "");
    send("GET", "/v2/schemas/image", "");
    send("POST", path + "/members", "{\"member\":\"another\"}");
    send("GET", path + "/members", "");
    send("GET", path + "/members/another", "");
    send("PUT", path + "/members/" + project, "{\"status\":\"accepted\"}");
    send("DELETE", path + "/members/another", "");
    String batch = "{\"images\":[\"%s\"],\"projects\":[\"another\"]}".formatted(image);
    String job = found(JOB, send("POST", "/v1/cloudimages/members", batch));
    while (!send("GET", "/v1/cloudimages/job/" + job, "").contains("\"status\":\"SUCCESS\"")) {
      Thread.onSpinWait();
    }
    send("GET", "/v1/" + project + "/jobs/" + job, "");
    send("GET", "/v2/cloudimages?__imagetype=shared", "");
    send("DELETE", path, "");
    URI management = URI.create("http://127.0.0.1:" + vitrine.managementPort());
    send(management, "GET", "/metrics", "");
    send(management, "GET", "/ready", "");
  }

  private String credentials() throws IOException {
    String password = found(PASSWORD, Files.readString(vitrine.clouds()));
    return """
        {"auth":{"identity":{"methods":["password"],"password":{"user":
        {"name":"%1$s","domain":{"name":"%1$s"},"password":"%2$s"}}},
        "scope":{"project":{"name":"RegionOne","domain":{"name":"%1$s"}}}}}"""
        .formatted(TENANT, password);
  }

  private static String found(Pattern pattern, String text) throws IOException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IOException("No " + pattern + " in " + text);
    }
    return matcher.group(1);
  }

  private String send(String method, String path, String body) throws IOException {
    return send(vitrine.url(), method, path, body);
  }

  /** Written by hand, because the classes of an HTTP client would only fill the cache. */
  private String send(URI server, String method, String path, String body) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      String type = path.endsWith("/file") ? "application/octet-stream" : "application/json";
      String request =
          """
          %s %s HTTP/1.1
          Host: %s
          Connection: close
          X-Auth-Token: %s
          Content-Type: %s
          Content-Length: %d

          """
              .formatted(method, path, server.getAuthority(), token, type, body.length())
              .replace("\n", "\r\n");
      socket.getOutputStream().write((request + body).getBytes(ISO_8859_1));
      String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      if (!answer.startsWith("HTTP/1.1 ") || answer.startsWith("HTTP/1.1 5")) {
        throw new IOException(method + " " + path + " was answered by " + answer);
      }
      return answer;
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
