package dev.vitrine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vitrine.cli.Table.Column;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Jobs, which carry out batches. */
@picocli.CommandLine.Command(
    name = "job",
    subcommands = {JobCommands.Show.class, JobCommands.Watch.class})
final class JobCommands extends CommandGroup {
  private static final List<Column> FIELDS =
      List.of(
          Column.text("job_id"),
          Column.word("job_type", "jobType"),
          Column.word("status", "job"),
          Column.time("begin_time"),
          Column.time("end_time"),
          Column.word("error_code", "img"),
          Column.text("fail_reason"));

  /** What is printed of a job. */
  abstract static class One extends Command {
    @Parameters(paramLabel = "JOB", descriptionKey = "job")
    private String id = "";

    @Mixin private final Format format = new Format();

    abstract JsonNode job(String id);

    @Override
    ExitCode run() {
      format.check(FIELDS);
      JsonNode job = job(id);
      format.one(shell(), FIELDS, object(job));
      JsonNode results = job.at("/entities/results");
      if (!format.isForPrograms() && !results.isEmpty()) {
        shell().out().println();
        format.rows(shell(), SharingCommands.PAIRS, Cloud.elements(results));
      }
      return Batch.code(job);
    }
  }

  @picocli.CommandLine.Command(name = "show")
  static final class Show extends One {
    @Override
    JsonNode job(String id) {
      return Batch.job(cloud(), id, cloud().project());
    }
  }

  @picocli.CommandLine.Command(name = "watch")
  static final class Watch extends One {
    @Override
    JsonNode job(String id) {
      return Batch.await(shell(), cloud(), id);
    }
  }
}
