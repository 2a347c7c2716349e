package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.client.Endpoint;
import dev.vitrine.client.Json;
import dev.vitrine.client.RequestFailed;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A batch of IMS: images offered to projects, taken back, or answered.
 *
 * @param method of {@code /v1/cloudimages/members}
 * @param body in JSON
 * @param atomic all pairs or none
 */
record Batch(String method, String body, boolean atomic) {
  private static final String PATH = "/v1/cloudimages/members";
  private static final String SUBMIT_KEY = "Idempotency-Key";
  private static final long PAUSE = 1000;
  private static final int BUSY = 429;
  private static final int ATTEMPTS = 5;

  static Batch offer(List<String> images, List<String> projects, boolean atomic) {
    return new Batch("POST", body(images, projects), atomic);
  }

  static Batch takeBack(List<String> images, List<String> projects, boolean atomic) {
    return new Batch("DELETE", body(images, projects), atomic);
  }

  /**
   * Answers offers.
   *
   * @param status {@code accepted} or {@code rejected}
   */
  static Batch answer(List<String> images, String project, String status) {
    return new Batch(
        "PUT",
        Json.write(Map.of("images", images, "project_id", project, "status", status)),
        false);
  }

  private static String body(List<String> images, List<String> projects) {
    return Json.write(Map.of("images", images, "projects", projects));
  }

  /** Submits it, and returns the id of its job. A lost answer does not make a second job. */
  String submit(Cloud cloud) {
    String key = UUID.randomUUID().toString();
    try {
      return job(cloud, key);
    } catch (UncheckedIOException e) {
      return job(cloud, key);
    }
  }

  private String job(Cloud cloud, String key) {
    HttpRequest request =
        request(cloud, atomic ? "?atomic=true" : "").header(SUBMIT_KEY, key).build();
    return cloud.images().client().call(request).json().path("job_id").asText();
  }

  /** What would become of each pair. Nothing changes. */
  List<JsonNode> rehearse(Cloud cloud) {
    String query = atomic ? "?dry_run=true&atomic=true" : "?dry_run=true";
    for (int attempt = 1; ; attempt++) {
      try {
        HttpRequest request = request(cloud, query).build();
        JsonNode answer = cloud.images().client().call(request).json();
        return Cloud.elements(answer.path("results")).toList();
      } catch (RequestFailed e) {
        // One rehearsal of a project at a time.
        if (e.response().status() != BUSY || attempt == ATTEMPTS) {
          throw e;
        }
        Jobs.pause(PAUSE);
      }
    }
  }

  private HttpRequest.Builder request(Cloud cloud, String query) {
    Endpoint ims = cloud.images();
    return ims.request(method, PATH + query, BodyPublishers.ofString(body))
        .header("Content-Type", "application/json");
  }
}
