package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Names.Among;
import dev.vitrine.cli.Table.Column;
import dev.vitrine.client.RequestFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Offers, answers to them, and taking back. */
final class SharingCommands {
  private static final List<Column> JOB = List.of(Column.text("job_id"));

  private SharingCommands() {}

  /** What becomes of pairs of images and projects. */
  abstract static class Pairs extends Command {
    @Parameters(paramLabel = "IMAGE", arity = "1..*", descriptionKey = "images")
    private List<String> images = new ArrayList<>();

    @Option(
        names = "--with",
        required = true,
        arity = "1..*",
        split = ",",
        descriptionKey = "with",
        paramLabel = "PROJECT")
    private List<String> projects = new ArrayList<>();

    @Option(names = "--wait", descriptionKey = "wait")
    private boolean wait;

    @Option(names = "--dry-run", descriptionKey = "dry-run")
    private boolean rehearsal;

    @Option(names = "--atomic", descriptionKey = "atomic")
    private boolean atomic;

    @Mixin private final Format format = new Format();

    abstract Batch batch(List<String> images, List<String> projects, boolean atomic);

    @Override
    ExitCode run() {
      if (wait && rehearsal) {
        throw new Problem(ExitCode.USAGE, "share.both");
      }
      format.check(wait || rehearsal ? Jobs.PAIRS : JOB);
      Batch batch = batch(names().images(images, Among.OWN), names().projects(projects), atomic);
      if (rehearsal) {
        List<JsonNode> results = batch.rehearse(cloud());
        format.rows(shell(), Jobs.PAIRS, results.stream());
        return results.stream().anyMatch(Jobs::isFailed) ? ExitCode.FAILED : ExitCode.OK;
      }
      String job = batch.submit(cloud());
      if (!wait) {
        format.one(shell(), JOB, Format.row(row -> row.put("job_id", job)));
        if (!format.isForPrograms()) {
          shell().note("share.watch", job);
        }
        return ExitCode.OK;
      }
      JsonNode ended = new Jobs(cloud()).await(shell(), job);
      format.rows(shell(), Jobs.PAIRS, Jobs.pairs(ended).stream());
      return Jobs.code(ended);
    }
  }

  @picocli.CommandLine.Command(name = "share")
  static final class Share extends Pairs {
    @Override
    Batch batch(List<String> images, List<String> projects, boolean atomic) {
      return Batch.offer(images, projects, atomic);
    }
  }

  @picocli.CommandLine.Command(name = "unshare")
  static final class Unshare extends Pairs {
    @Override
    Batch batch(List<String> images, List<String> projects, boolean atomic) {
      return Batch.takeBack(images, projects, atomic);
    }
  }

  /** Offers to the project, by their answer. */
  private static Stream<JsonNode> received(Cloud cloud, String status) {
    String query = "sort=name:asc&__imagetype=shared&visibility=shared&member_status=" + status;
    return cloud.listImages(query).stream();
  }

  @picocli.CommandLine.Command(name = "inbox")
  static final class Inbox extends Command {
    private static final List<Column> COLUMNS =
        List.of(
            Column.text("id"),
            Column.text("name"),
            Column.size("size"),
            Column.text("owner"),
            Column.word("member_status", "member"),
            Column.time("offered_at"));

    @Option(names = "--rejected", descriptionKey = "inbox.rejected")
    private boolean rejected;

    @Mixin private final Format format = new Format();

    @Override
    ExitCode run() {
      format.check(COLUMNS);
      String status = rejected ? "rejected" : "pending";
      String project = cloud().project();
      List<JsonNode> offers = received(cloud(), status).toList();
      offers.forEach(offer -> describe(offer, status, project));
      format.rows(shell(), COLUMNS, offers.stream());
      if (!format.isForPrograms() && !offers.isEmpty()) {
        shell().note("inbox.answer");
      }
      return ExitCode.OK;
    }

    private void describe(JsonNode offer, String status, String project) {
      String id = offer.path("id").asText();
      ObjectNode row = object(offer);
      row.put("member_status", status);
      cloud().members(id).stream()
          .filter(member -> member.path("member_id").asText().equals(project))
          .forEach(member -> row.set("offered_at", member.path("created_at")));
    }
  }

  /** An answer to offers. */
  abstract static class Answer extends Command {
    /** Of one batch, unless an operator says otherwise. */
    private static final int MAX_IMAGES = 100;

    @Parameters(paramLabel = "IMAGE", arity = "0..*", descriptionKey = "offers")
    private List<String> images = new ArrayList<>();

    @Option(names = "--all", descriptionKey = "offers.all")
    private boolean all;

    @Mixin private final Format format = new Format();

    abstract String status();

    @Override
    ExitCode run() {
      format.check(Jobs.PAIRS);
      if (all != images.isEmpty()) {
        throw new Problem(ExitCode.USAGE, "offers.which");
      }
      List<String> ids =
          all
              ? received(cloud(), "pending").map(image -> image.path("id").asText()).toList()
              : names().images(images, Among.RECEIVED);
      List<JsonNode> results = new ArrayList<>();
      try {
        for (int from = 0; from < ids.size(); from += MAX_IMAGES) {
          answer(ids.subList(from, Math.min(ids.size(), from + MAX_IMAGES)), results);
        }
      } finally {
        // Also if a later request fails: what was answered stays answered.
        if (!results.isEmpty() || ids.isEmpty()) {
          format.rows(shell(), Jobs.PAIRS, results.stream());
        }
      }
      return results.stream().anyMatch(Jobs::isFailed) ? ExitCode.FAILED : ExitCode.OK;
    }

    /**
     * A batch is refused for one image, such as one that was deactivated or taken back. With {@code
     * --all}, which names none, the others are answered.
     */
    private void answer(List<String> ids, List<JsonNode> results) {
      String project = cloud().project();
      String job;
      try {
        job = Batch.answer(ids, project, status()).submit(cloud());
      } catch (RequestFailed e) {
        if (!all || !Jobs.isOfOneImage(e.code())) {
          throw e;
        }
        if (ids.size() == 1) {
          results.add(Jobs.refused(ids.getFirst(), project, e.code()));
        } else {
          int half = ids.size() / 2;
          answer(ids.subList(0, half), results);
          answer(ids.subList(half, ids.size()), results);
        }
        return;
      }
      results.addAll(Jobs.pairs(new Jobs(cloud()).await(shell(), job)));
    }
  }

  @picocli.CommandLine.Command(name = "accept")
  static final class Accept extends Answer {
    @Override
    String status() {
      return "accepted";
    }
  }

  @picocli.CommandLine.Command(name = "reject")
  static final class Reject extends Answer {
    @Override
    String status() {
      return "rejected";
    }
  }
}
