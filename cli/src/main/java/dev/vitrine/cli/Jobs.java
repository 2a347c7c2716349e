package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Table.Column;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The jobs of the user's project, with the reason of each pair that failed. */
final class Jobs {
  /** What became of an image and a project. */
  static final List<Column> PAIRS =
      List.of(
          Column.text("image_id"),
          Column.text("project_id"),
          Column.word("status", "pair"),
          Column.word("error_code", "img"));

  /** The codes by which IMS tells in a dry run what a job tells afterwards. */
  private static final Map<String, String> CODES =
      Map.ofEntries(
          Map.entry("image_not_found", "IMG.0027"),
          Map.entry("not_owner", "IMG.0047"),
          Map.entry("not_shared", "IMG.0089"),
          Map.entry("not_active", "IMG.0046"),
          Map.entry("encrypted", "IMG.0098"),
          Map.entry("whole_machine", "IMG.0135"),
          Map.entry("vault_missing", "IMG.0184"),
          Map.entry("foreign_project", "IMG.0030"),
          Map.entry("unknown_project", "IMG.0108"),
          Map.entry("member_limit", "IMG.0088"),
          Map.entry("member_not_found", "IMG.0114"),
          Map.entry("superseded", "IMG.0035"),
          Map.entry("rolled_back", "IMG.0018"),
          Map.entry("error", "IMG.0061"));

  /** Those for which an answer to one offer is refused, and others in the same batch may not be. */
  private static final Set<String> OF_ONE_IMAGE =
      Stream.of(
              "image_not_found",
              "not_shared",
              "not_active",
              "encrypted",
              "whole_machine",
              "vault_missing",
              "member_not_found")
          .map(CODES::get)
          .collect(Collectors.toUnmodifiableSet());

  private static final String PATH = "/vitrine/v1/jobs";
  private static final String SUCCESS = "success";
  private static final int PAGE = 100;
  private static final long FIRST_WAIT = 50;
  private static final long LAST_WAIT = 2000;

  private final Cloud cloud;

  Jobs(Cloud cloud) {
    this.cloud = cloud;
  }

  /**
   * The newest jobs, without their pairs.
   *
   * @param filter of the query, such as {@code &ended=true}; or empty
   * @param limit how many at most
   */
  List<ObjectNode> newest(String filter, int limit) {
    return Cloud.elements(cloud.whole(PATH, filter, "jobs", PAGE, limit).path("jobs"))
        .map(Command::object)
        .toList();
  }

  /** A job as it is now. Once it has ended, {@link #pairs} has what became of it. */
  ObjectNode show(String id) {
    ObjectNode job =
        Command.object(cloud.own().call("GET", PATH + "/" + Cloud.segment(id), null).json());
    job.path("pairs").forEach(pair -> describe(Command.object(pair)));
    return job;
  }

  private static void describe(ObjectNode pair) {
    String outcome = pair.path("outcome").asText();
    boolean done = outcome.equals(SUCCESS);
    pair.put("status", done ? SUCCESS : "failed");
    pair.put("error_code", done ? null : CODES.getOrDefault(outcome, outcome));
  }

  static List<JsonNode> pairs(JsonNode job) {
    return Cloud.elements(job.path("pairs")).toList();
  }

  /**
   * Whether a batch was refused because of one image.
   *
   * @param code of IMS
   */
  static boolean isOfOneImage(String code) {
    return OF_ONE_IMAGE.contains(code);
  }

  /** A pair that no job was made for. */
  static JsonNode refused(String image, String project, String code) {
    return Format.row(
        row ->
            row.put("image_id", image)
                .put("project_id", project)
                .put("status", "failed")
                .put("error_code", code));
  }

  /** A job at its end; until then its progress is shown. */
  ObjectNode await(Shell shell, String id) {
    boolean shown = false;
    for (long wait = FIRST_WAIT; ; wait = Math.min(LAST_WAIT, wait * 3 / 2)) {
      ObjectNode job = show(id);
      if (job.hasNonNull("ended_at")) {
        if (shown) {
          shell.err().print("\r\u001b[K");
        }
        return job;
      }
      if (shell.isTerminal()) {
        shown = true;
        long percent = Math.round(100 * job.path("progress").asDouble());
        shell.err().print("\r" + shell.texts().say("job.running", percent));
        shell.err().flush();
      }
      pause(wait);
    }
  }

  /** How a command ends that tells of a job. */
  static ExitCode code(JsonNode job) {
    return job.path("status").asText().equals("FAIL") ? ExitCode.FAILED : ExitCode.OK;
  }

  static boolean isFailed(JsonNode pair) {
    return !pair.path("status").asText().equals(SUCCESS);
  }

  static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
