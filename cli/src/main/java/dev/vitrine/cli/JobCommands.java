package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vitrine.cli.Table.Column;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Jobs, which carry out batches. */
@picocli.CommandLine.Command(
    name = "job",
    subcommands = {JobCommands.ListJobs.class, JobCommands.Show.class, JobCommands.Watch.class})
final class JobCommands extends CommandGroup {
  private static final List<Column> FIELDS =
      List.of(
          Column.text("job_id"),
          Column.word("kind", "jobKind"),
          Column.word("member_status", "member"),
          Column.word("status", "job"),
          Column.percent("progress"),
          Column.count("image_ids"),
          Column.count("project_ids"),
          Column.text("atomic"),
          Column.text("user_id"),
          Column.time("submitted_at"),
          Column.time("begun_at"),
          Column.time("ended_at"));

  @picocli.CommandLine.Command(name = "list")
  static final class ListJobs extends Listing {
    private static final List<Column> COLUMNS =
        List.of(
            Column.text("job_id"),
            Column.word("kind", "jobKind"),
            Column.word("status", "job"),
            Column.percent("progress"),
            Column.count("image_ids"),
            Column.count("project_ids"),
            Column.time("submitted_at"));

    @Option(names = "--running", descriptionKey = "jobs.running")
    private boolean running;

    @Option(names = "--ended", descriptionKey = "jobs.ended")
    private boolean ended;

    @Option(names = "--limit", descriptionKey = "jobs.limit", paramLabel = "NUMBER")
    private int limit = 25;

    ListJobs() {
      super(COLUMNS);
    }

    @Override
    void check() {
      if (running && ended) {
        throw new Problem(ExitCode.USAGE, "jobs.oneOf");
      }
      if (limit < 1) {
        throw new Problem(ExitCode.USAGE, "jobs.noLimit");
      }
    }

    @Override
    Stream<ObjectNode> rows() {
      String filter = running ? "&ended=false" : ended ? "&ended=true" : "";
      return new Jobs(cloud()).newest(filter, limit).stream();
    }
  }

  /** What is printed of a job. */
  abstract static class One extends Command {
    @Parameters(paramLabel = "JOB", descriptionKey = "job")
    private String id = "";

    @Mixin private final Format format = new Format();

    abstract ObjectNode job(Jobs jobs, String id);

    @Override
    ExitCode run() {
      format.check(FIELDS);
      ObjectNode job = job(new Jobs(cloud()), id);
      format.one(shell(), FIELDS, job);
      List<JsonNode> pairs = Jobs.pairs(job);
      if (!format.isForPrograms() && !pairs.isEmpty()) {
        shell().out().println();
        format.rows(shell(), Jobs.PAIRS, pairs.stream());
      }
      return Jobs.code(job);
    }
  }

  @picocli.CommandLine.Command(name = "show")
  static final class Show extends One {
    @Override
    ObjectNode job(Jobs jobs, String id) {
      return jobs.show(id);
    }
  }

  @picocli.CommandLine.Command(name = "watch")
  static final class Watch extends One {
    @Override
    ObjectNode job(Jobs jobs, String id) {
      return jobs.await(shell(), id);
    }
  }
}
