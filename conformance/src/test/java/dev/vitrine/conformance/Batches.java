package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Response;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** An administrator who shares the images of its own project in batches. */
record Batches(Administrator admin) {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** New images, active. */
  List<String> images(int count) {
    List<String> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String image = admin.createImage();
      admin.upload(image, "content");
      images.add(image);
    }
    return images;
  }

  /**
   * Submits a batch and returns its job.
   *
   * @param method {@code POST} or {@code DELETE}
   * @param key repeated, it gets the same job again
   */
  String submit(String method, List<String> images, List<String> members, String key) {
    String body = "{\"images\": %s, \"projects\": %s}".formatted(json(images), json(members));
    HttpRequest request =
        admin
            .server()
            .request(method, "/v1/cloudimages/members", BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .build();
    Response reply = admin.server().client().send(request);
    assertThat(reply.status()).as("%s", reply).isEqualTo(200);
    return reply.json().path("job_id").asText();
  }

  /** The job once it has ended. */
  JsonNode ended(String job) {
    long last = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      Response reply = admin.get("/v1/cloudimages/job/" + job);
      assertThat(reply.status()).as("%s", reply).isEqualTo(200);
      JsonNode shown = reply.json();
      if (!shown.path("end_time").asText().isEmpty()) {
        return shown;
      }
      assertThat(System.nanoTime()).as("a job that does not end: %s", shown).isLessThan(last);
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The members of an image. */
  Set<String> members(String image) {
    Set<String> members = new TreeSet<>();
    Response reply = admin.get("/v2/images/" + image + "/members");
    assertThat(reply.status()).as("%s", reply).isEqualTo(200);
    reply.json().path("members").forEach(member -> members.add(member.path("member_id").asText()));
    return members;
  }

  private static String json(List<String> texts) {
    return texts.stream()
        .map(text -> "\"" + text + "\"")
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
