package dev.vitrine.server.ims;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.digest.Sha256;
import dev.vitrine.identity.Caller;
import dev.vitrine.job.Batch;
import dev.vitrine.job.JobId;
import dev.vitrine.job.Jobs;
import dev.vitrine.job.Jobs.Submission;
import dev.vitrine.job.Pair;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.server.http.Handler;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.huawei.Parameters;
import dev.vitrine.server.json.Json;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/cloudimages/members}: many images, many projects, one job (contract/ims.md 1.7 to
 * 1.9). Our optional additions: header {@code Idempotency-Key}, and the query parameters {@code
 * dry_run} and {@code atomic} (ruling 16).
 */
public final class BatchMembersResource {
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

  private final Jobs jobs;

  public BatchMembersResource(Jobs jobs) {
    this.jobs = jobs;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.BATCH_ADD_MEMBERS, handler(Batch.Kind.ADD))
        .on(Operation.BATCH_UPDATE_MEMBERS, handler(Batch.Kind.UPDATE))
        .on(Operation.BATCH_DELETE_MEMBERS, handler(Batch.Kind.REMOVE));
  }

  private Handler handler(Batch.Kind kind) {
    return Parameters.taking(request -> carryOut(request, kind), "dry_run", "atomic");
  }

  private Reply carryOut(Request request, Batch.Kind kind) {
    Caller caller = ImsCaller.of(request);
    JsonNode body = body(request);
    boolean atomic = Parameters.flag(request, "atomic", false);
    Batch batch = kind == Batch.Kind.UPDATE ? update(body, atomic) : addition(kind, body, atomic);
    if (Parameters.flag(request, "dry_run", false)) {
      return rehearsed(jobs.rehearse(caller, batch, request.cause()));
    }
    JobId job = jobs.submit(caller, batch, submission(request, atomic));
    return Json.reply(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringField("job_id", job.value());
          json.writeEndObject();
        });
  }

  private static Batch addition(Batch.Kind kind, JsonNode body, boolean atomic) {
    for (String other : List.of("domains", "organizations")) {
      if (body.hasNonNull(other) && !texts(body, other).isEmpty()) {
        throw new Refusal.Forbidden(
                "The operation is not supported. Images are shared with projects, not with %s."
                    .formatted(other))
            .asException();
      }
    }
    return new Batch(
        kind, texts(body, "images"), members(texts(body, "projects")), null, null, atomic);
  }

  private static Batch update(JsonNode body, boolean atomic) {
    String word = text(body, "status");
    MemberStatus status = word == null ? null : MemberStatus.of(word);
    if (status == null || status == MemberStatus.PENDING) {
      throw invalid("status must be accepted or rejected.");
    }
    String project = text(body, "project_id");
    if (project == null) {
      throw invalid("project_id is missing.");
    }
    String vault = text(body, "vault_id");
    if (vault != null) {
      requireId(vault, "vault_id");
    }
    return new Batch(
        Batch.Kind.UPDATE, texts(body, "images"), members(List.of(project)), status, vault, atomic);
  }

  private static JsonNode body(Request request) {
    try {
      JsonNode body = Json.read(request.body());
      if (body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException e) {
      // Refused below.
    }
    throw invalid("The body must be a JSON object.");
  }

  private static List<String> texts(JsonNode body, String field) {
    JsonNode list = body.path(field);
    if (!list.isArray()) {
      throw invalid(field + " must be a list of strings.");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : list) {
      if (!element.isTextual()) {
        throw invalid(field + " must be a list of strings.");
      }
      texts.add(element.textValue());
    }
    return texts.stream().distinct().toList();
  }

  private static List<MemberId> members(List<String> projects) {
    return projects.stream().map(project -> new MemberId(requireId(project, "a project"))).toList();
  }

  private static String requireId(String text, String what) {
    if (!MemberId.isValid(text)) {
      throw invalid(what + " must have 1 to 255 characters, none of them U+0000.");
    }
    return text;
  }

  /** A string; null if it is absent or null. */
  private static @Nullable String text(JsonNode body, String field) {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw invalid(field + " must be a string.");
    }
    return value.textValue();
  }

  /** Two requests with the same key are the same if their bodies and their mode are equal. */
  private static Submission submission(Request request, boolean atomic) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    said.writeBytes("atomic=%s\n".formatted(atomic).getBytes(UTF_8));
    said.writeBytes(request.body().getBytes());
    return new Submission(request.cause(), key(request), Sha256.hex(said.toByteArray()));
  }

  /** The header {@code Idempotency-Key}; null if there is none. */
  static @Nullable String key(Request request) {
    if (request.isRepeated(IDEMPOTENCY_KEY)) {
      throw invalid(IDEMPOTENCY_KEY + " is given more than once.");
    }
    String key = request.header(IDEMPOTENCY_KEY);
    if (key != null && !KEY.matcher(key).matches()) {
      throw invalid(IDEMPOTENCY_KEY + " must have 1 to 255 visible ASCII characters.");
    }
    return key;
  }

  private static Reply rehearsed(List<Pair> pairs) {
    return Json.reply(
        200,
        json -> {
          json.writeStartObject();
          json.writeBooleanField("dry_run", true);
          json.writeArrayFieldStart("results");
          for (Pair pair : pairs) {
            JobJson.write(pair, true, json);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static Refused invalid(String message) {
    return new Refusal.Invalid(message).asException();
  }
}
