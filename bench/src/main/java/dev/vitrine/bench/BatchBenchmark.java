package dev.vitrine.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The same work twice: 100 images shared with 128 projects as one batch, from the request to the
 * end of its job, and as 12,800 native requests on 16 connections. In turn, every try printed.
 *
 * <p>For a server that {@code ./vitrine up --sharing.members any} has started:
 *
 * <pre>{@code
 * java bench/src/main/java/dev/vitrine/bench/BatchBenchmark.java data/clouds.yaml
 * }</pre>
 */
public final class BatchBenchmark {
  private static final int TRIES = 3;
  private static final int IMAGES = 100;
  private static final int MEMBERS = 128;
  private static final int CONNECTIONS = 16;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String server;
  private final String token;

  private BatchBenchmark(String clouds) throws Exception {
    Matcher alice =
        matched(
            "(?s)\n  alice:\n.*?auth_url: (\\S+)/v3\n.*?password: (\\S+)\n.*?project_name: (\\S+)",
            clouds);
    this.server = alice.group(1);
    HttpResponse<String> login =
        send(
            "POST",
            "/v3/auth/tokens",
            """
            {"auth": {"identity": {"methods": ["password"], "password": {"user":
              {"name": "alice", "password": "%s", "domain": {"name": "alice"}}}},
              "scope": {"project": {"name": "%s", "domain": {"name": "alice"}}}}}
            """
                .formatted(alice.group(2), alice.group(3)),
            "");
    this.token = login.headers().firstValue("X-Subject-Token").orElseThrow();
  }

  /** Takes the path of a {@code clouds.yaml}. */
  public static void main(String[] arguments) throws Exception {
    BatchBenchmark benchmark = new BatchBenchmark(Files.readString(Path.of(arguments[0])));
    for (int i = 1; i <= TRIES; i++) {
      double batch = benchmark.batch(benchmark.images());
      double single = benchmark.single(benchmark.images());
      System.out.printf(
          Locale.ROOT,
          "try %d: %,d pairs as one batch %.2f s, as single requests %.2f s: %.0f times%n",
          i,
          IMAGES * MEMBERS,
          batch,
          single,
          single / batch);
    }
  }

  private double batch(List<String> images) throws Exception {
    String body = "{\"images\": %s, \"projects\": %s}".formatted(json(images), json(members()));
    long begin = System.nanoTime();
    String job =
        found("\"job_id\":\"(\\w+)\"", expect(200, "POST", "/v1/cloudimages/members", body));
    String shown = "";
    while (!shown.contains("\"status\":\"SUCCESS\"")) {
      Thread.sleep(5);
      shown = expect(200, "GET", "/v1/cloudimages/job/" + job, "");
      if (shown.contains("\"status\":\"FAIL\"")) {
        throw new IllegalStateException(shown);
      }
    }
    return seconds(begin);
  }

  private double single(List<String> images) throws Exception {
    List<String> members = members();
    long begin = System.nanoTime();
    try (ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<?>> all = new ArrayList<>();
      for (String image : images) {
        all.add(
            connections.submit(
                () -> {
                  for (String member : members) {
                    String body = "{\"member\": \"%s\"}".formatted(member);
                    expect(200, "POST", "/v2/images/" + image + "/members", body);
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return seconds(begin);
  }

  private List<String> images() throws Exception {
    List<String> images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      String made =
          expect(
              201,
              "POST",
              "/v2/images",
              "{\"disk_format\": \"raw\", \"container_format\": \"bare\"}");
      String image = found("\"id\":\"([0-9a-f-]{36})\"", made);
      expect(204, "PUT", "/v2/images/" + image + "/file", "bytes");
      images.add(image);
    }
    return images;
  }

  private static List<String> members() {
    return Stream.generate(() -> UUID.randomUUID().toString().replace("-", ""))
        .limit(MEMBERS)
        .toList();
  }

  private static String json(List<String> texts) {
    return texts.stream().collect(Collectors.joining("\", \"", "[\"", "\"]"));
  }

  private String expect(int status, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response = send(method, path, body, token);
    if (response.statusCode() != status) {
      throw new IllegalStateException(
          method + " " + path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  private HttpResponse<String> send(String method, String path, String body, String token)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header(
                "Content-Type",
                path.endsWith("/file") ? "application/octet-stream" : "application/json");
    if (!token.isEmpty()) {
      request.header("X-Auth-Token", token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static String found(String pattern, String text) {
    return matched(pattern, text).group(1);
  }

  private static Matcher matched(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no " + pattern + " in " + text);
    }
    return matcher;
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
