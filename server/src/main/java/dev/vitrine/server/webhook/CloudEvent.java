package dev.vitrine.server.webhook;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.history.Event;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.job.Job;
import dev.vitrine.server.json.Json;
import dev.vitrine.webhook.Notice;
import dev.vitrine.webhook.Notice.Content;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A notice as a CloudEvent, version 1.0, in its structured JSON format. The order of the events of
 * an image is in the extensions {@code partitionkey} and {@code sequence}.
 */
final class CloudEvent {
  static final String MEDIA_TYPE = "application/cloudevents+json";

  private static final String TYPES = "dev.vitrine.";

  private CloudEvent() {}

  /**
   * @param source the URL of this cloud
   */
  static byte[] of(Notice notice, String source) {
    return Json.write(json -> write(json, notice, source)).getBytes();
  }

  private static void write(JsonGenerator json, Notice notice, String source) throws IOException {
    json.writeStartObject();
    json.writeStringField("specversion", "1.0");
    json.writeStringField("id", notice.id());
    json.writeStringField("source", source);
    json.writeStringField("type", TYPES + notice.kind().word());
    json.writeStringField("time", notice.at().toString());
    json.writeStringField("datacontenttype", Json.MEDIA_TYPE);
    switch (notice.content()) {
      case Content.OfImage(Event event, @Nullable String name) -> write(json, event, name);
      case Content.OfJob(ProjectId project, Job job) -> write(json, project, job);
      case Content.Trial(String webhook) -> {
        json.writeObjectFieldStart("data");
        json.writeStringField("webhook_id", webhook);
        json.writeEndObject();
      }
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Event event, @Nullable String name)
      throws IOException {
    String image = event.image().toString();
    json.writeStringField("subject", image);
    json.writeStringField("partitionkey", image);
    json.writeStringField("sequence", sequence(event.at(), event.number()));
    json.writeObjectFieldStart("data");
    json.writeStringField("image_id", image);
    json.writeStringField("image_name", name);
    json.writeStringField("owner_project_id", event.owner() == null ? null : event.owner().value());
    json.writeStringField("project_id", event.member() == null ? null : event.member().value());
    json.writeStringField("from", event.from());
    json.writeStringField("to", event.to());
    json.writeStringField("user_id", event.actor() == null ? null : event.actor().value());
    json.writeStringField("request_id", event.cause() == null ? null : event.cause().request());
    json.writeStringField(
        "client_request_id", event.cause() == null ? null : event.cause().client());
    json.writeStringField("job_id", event.job() == null ? null : event.job().value());
    json.writeEndObject();
  }

  /** In the order of the alphabet, events are in the order in which they are delivered. */
  private static String sequence(Instant at, long number) {
    return "%016d.%019d".formatted(ChronoUnit.MICROS.between(Instant.EPOCH, at), number);
  }

  private static void write(JsonGenerator json, ProjectId project, Job job) throws IOException {
    json.writeStringField("subject", job.id().value());
    json.writeStringField("partitionkey", job.id().value());
    json.writeObjectFieldStart("data");
    json.writeStringField("job_id", job.id().value());
    json.writeStringField("project_id", project.value());
    json.writeStringField("kind", job.kind().word());
    json.writeStringField("status", job.status().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("images", job.batch().images().size());
    json.writeNumberField("projects", job.batch().members().size());
    json.writeStringField("user_id", job.user());
    json.writeStringField("submitted_at", job.submittedAt().toString());
    json.writeStringField("ended_at", notNull(job.endedAt()));
    json.writeEndObject();
  }

  private static @Nullable String notNull(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
