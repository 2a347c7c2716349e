package dev.vitrine.server.ims;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vitrine.job.Batch;
import dev.vitrine.job.Job;
import dev.vitrine.job.Pair;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The JSON of jobs (contract/ims.md 1.12). */
final class JobJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private JobJson() {}

  /** Writes the fields that both routes show, and leaves the object open. */
  static void begin(Job job, JsonGenerator json) throws IOException {
    Pair failure = job.firstFailure();
    ImsFault fault = failure == null ? null : ImsFault.of(failure);
    json.writeStartObject();
    json.writeStringField("job_id", job.id().value());
    json.writeStringField("job_type", type(job.kind()));
    json.writeStringField("status", job.status().name());
    json.writeStringField("begin_time", time(job.begunAt()));
    json.writeStringField("end_time", time(job.endedAt()));
    json.writeStringField("error_code", fault == null ? null : fault.code());
    json.writeStringField("fail_reason", fault == null ? null : fault.message());
    json.writeObjectFieldStart("entities");
    json.writeNumberField("process_percent", job.progress());
  }

  static void end(JsonGenerator json) throws IOException {
    json.writeEndObject();
    json.writeEndObject();
  }

  /**
   * Writes the outcome of each pair of an ended job; a removal has no outcomes to show (ruling 16).
   */
  static void results(List<Pair> pairs, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("results");
    for (Pair pair : pairs) {
      write(pair, false, json);
    }
    json.writeEndArray();
  }

  static void write(Pair pair, boolean withCode, JsonGenerator json) throws IOException {
    ImsFault fault = ImsFault.of(pair);
    json.writeStartObject();
    json.writeStringField("image_id", pair.image().toString());
    json.writeStringField("project_id", pair.member().value());
    json.writeStringField("status", fault == null ? "success" : "failed");
    if (withCode) {
      json.writeStringField("error_code", fault == null ? null : fault.code());
    }
    json.writeEndObject();
  }

  private static String type(Batch.Kind kind) {
    return switch (kind) {
      case ADD -> "imsAddImageMembersJob";
      case UPDATE -> "imsUpdateImageMembersJob";
      case REMOVE -> "imsDelImageMembersJob";
    };
  }

  /** Empty if null. */
  private static String time(@Nullable Instant time) {
    return time == null ? "" : TIME.format(time);
  }
}
