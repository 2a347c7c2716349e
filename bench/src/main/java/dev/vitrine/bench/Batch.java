package dev.vitrine.bench;

import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Json;
import dev.vitrine.client.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** Shares 100 images with 128 projects: as one IMS job, and as 12,800 native requests. */
final class Batch {
  private static final int IMAGES = 100;
  private static final int MEMBERS = 128;
  private static final int CONNECTIONS = 16;
  private static final Duration TIMEOUT = Duration.ofHours(1);

  private Batch() {}

  static void measure(Options options, Report report, List<Server> servers) {
    Table table =
        new Table("%,d pairs, seconds".formatted(IMAGES * MEMBERS), "server", "try", "as", "s");
    List<Double> jobs = new ArrayList<>();
    double slowest = 0;
    for (int i = 1; i <= options.tries(); i++) {
      for (Server server : servers) {
        boolean isOurs = server.equals(servers.getFirst());
        Session owner = server.signInOwner();
        if (isOurs) {
          report.progress("batch, try %d: as one job".formatted(i));
          jobs.add(job(owner));
          table.add(server.name(), i, "one job", jobs.getLast());
        }
        if (isOurs || i == 1) {
          report.progress("batch, try %d: as single requests to %s".formatted(i, server.name()));
          double singles = singles(server, owner);
          table.add(server.name(), i, "single requests, 16 connections", singles);
          slowest = isOurs ? slowest : singles;
        }
      }
    }
    report.add(table);
    double median = Figures.median(jobs.stream().mapToDouble(s -> s));
    report.judge("batch of 12,800 pairs, s", "<= 1", median, median <= 1);
    report.judge(
        "batch: times faster than the other's single requests",
        ">= 100",
        servers.size() < 2 ? null : slowest / median,
        servers.size() < 2 ? null : slowest / median >= 100);
  }

  private static double job(Session owner) {
    String body = Json.write(new Pairs(images(owner), members()));
    Endpoint images = owner.images();
    long begin = System.nanoTime();
    String job = images.call("POST", "/v1/cloudimages/members", body).json().get("job_id").asText();
    while (true) {
      String status =
          images.call("GET", "/v1/cloudimages/job/" + job, null).json().get("status").asText();
      if (status.equals("SUCCESS")) {
        return (System.nanoTime() - begin) / 1e9;
      }
      if (status.equals("FAIL")) {
        throw new IllegalStateException("the job failed");
      }
      pause();
    }
  }

  /** IMS: 批量添加镜像成员. */
  private record Pairs(List<String> images, List<String> projects) {}

  private static double singles(Server server, Session owner) {
    Queue<byte[]> requests = new ConcurrentLinkedQueue<>();
    List<String> images = images(owner);
    for (String member : members()) {
      for (String image : images) {
        requests.add(
            Load.request(
                "POST",
                "/v2/images/" + image + "/members",
                owner.token(),
                "{\"member\": \"" + member + "\"}"));
      }
    }
    Load.Result result =
        Load.drive(server.nodes(), CONNECTIONS, TIMEOUT, (connection, number) -> requests.poll());
    if (!result.failures().isEmpty()) {
      throw new IllegalStateException("refused: " + result.failures());
    }
    return result.seconds();
  }

  private static List<String> images(Session owner) {
    return Stream.generate(() -> Stage.image(owner)).limit(IMAGES).toList();
  }

  private static List<String> members() {
    return Stream.generate(Stage::anyone).limit(MEMBERS).toList();
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
