package dev.vitrine.server.own;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.job.Job;
import dev.vitrine.job.Jobs;
import dev.vitrine.job.Outcome;
import dev.vitrine.job.Pair;
import dev.vitrine.operation.Operation;
import dev.vitrine.server.http.QueryParameters;
import dev.vitrine.server.http.Reply;
import dev.vitrine.server.http.Request;
import dev.vitrine.server.http.Routes;
import dev.vitrine.server.json.Json;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of the caller's project, and what became of each pair with its reason. IMS has neither.
 *
 * <p>{@code GET /vitrine/v1/jobs} takes {@code ended} (true or false), {@code limit} (1 to 100, 25
 * by default) and {@code marker} (the last job of the page before). The newest job is first.
 */
public final class ProjectJobsResource {
  private static final int DEFAULT_LIMIT = 25;
  private static final int MAX_LIMIT = 100;

  private final Jobs jobs;

  public ProjectJobsResource(Jobs jobs) {
    this.jobs = jobs;
  }

  public void addTo(Routes routes) {
    routes
        .on(Operation.LIST_JOBS, QueryParameters.taking(this::list, "ended", "limit", "marker"))
        .on(Operation.SHOW_JOB_REASONS, QueryParameters.taking(this::show));
  }

  private Reply list(Request request) {
    int limit = QueryParameters.limit(request, DEFAULT_LIMIT, MAX_LIMIT);
    List<Job> found =
        jobs.list(
            request.caller(), ended(request.query("ended")), request.query("marker"), limit + 1);
    List<Job> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode array = node.putArray("jobs");
    page.forEach(job -> array.add(node(job)));
    node.put("next_marker", found.size() > limit ? page.getLast().id().value() : null);
    return Json.reply(200, node);
  }

  private Reply show(Request request) {
    Job job = jobs.show(request.caller(), request.parameter("job_id"), Operation.SHOW_JOB_REASONS);
    ObjectNode node = node(job);
    if (job.endedAt() != null) {
      ArrayNode pairs = node.putArray("pairs");
      jobs.pairs(job).forEach(pair -> pairs.add(node(pair)));
    }
    return Json.reply(200, node);
  }

  private static ObjectNode node(Job job) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("job_id", job.id().value())
            .put("kind", job.kind().word())
            .put("status", job.status().name());
    job.batch().images().forEach(node.putArray("image_ids")::add);
    job.batch().members().forEach(member -> node.withArray("project_ids").add(member.value()));
    return node.put(
            "member_status", job.batch().status() == null ? null : job.batch().status().word())
        .put("atomic", job.batch().atomic())
        .put("user_id", job.user())
        .put("progress", job.progress())
        .put("submitted_at", job.submittedAt().toString())
        .put("begun_at", text(job.begunAt()))
        .put("ended_at", text(job.endedAt()));
  }

  private static ObjectNode node(Pair pair) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("image_id", pair.image().toString())
        .put("project_id", pair.member().value())
        .put("outcome", pair.outcome().word())
        .put("because", because(pair.outcome()));
  }

  /** Why a pair failed; null if it did not. */
  private static @Nullable String because(Outcome outcome) {
    return switch (outcome) {
      case SUCCESS -> null;
      case IMAGE_NOT_FOUND -> "The image does not exist, or the project cannot see it.";
      case NOT_OWNER -> "The image belongs to another project.";
      case NOT_SHARED -> "The image is public or from the market, so it cannot be shared.";
      case NOT_ACTIVE -> "The image is not active.";
      case ENCRYPTED -> "The image is encrypted, and this cloud does not share encrypted images.";
      case WHOLE_MACHINE -> "The image is of a whole machine that cannot be shared.";
      case VAULT_MISSING -> "The answer names no vault, which an image of a whole machine needs.";
      case FOREIGN_PROJECT -> "A project answers only its own offers.";
      case UNKNOWN_PROJECT -> "The project does not exist.";
      case MEMBER_LIMIT -> "The image has as many members as it may have.";
      case MEMBER_NOT_FOUND -> "The image is not shared with the project.";
      case SUPERSEDED -> "A later change of the image or of the member superseded the batch.";
      case ROLLED_BACK -> "Another pair of the atomic batch failed, so none was carried out.";
      case ERROR -> "An internal error occurred.";
    };
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  private static @Nullable Boolean ended(@Nullable String text) {
    return switch (text) {
      case null -> null;
      case "true" -> true;
      case "false" -> false;
      default -> throw QueryParameters.invalid("ended", "must be true or false");
    };
  }
}
