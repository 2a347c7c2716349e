package dev.vitrine.postgres.job;

import dev.vitrine.postgres.engine.Database;
import java.util.Objects;

/**
 * The work of all nodes that is not done yet.
 *
 * @param images of jobs that have not ended, counted up to {@link #MOST}
 * @param seconds since the oldest of these jobs was submitted; 0 if there is none
 */
public record JobQueue(long images, double seconds) {
  /** Bounds what a count reads. */
  public static final int MOST = 100_000;

  /** Uses indexes {@code job_image_open} and {@code job_open}. */
  private static final String READ =
      """
      select
        (select count(*) from (
          select from job_image where done_at is null limit ?) open) as images,
        coalesce((
          select extract(epoch from clock_timestamp() - min(submitted_at))
          from job where ended_at is null), 0)::float8 as seconds
      """;

  /** The queue now. */
  public static JobQueue in(Database database) {
    return Objects.requireNonNull(
        database.first(
            READ, row -> new JobQueue(row.getLong("images"), row.getDouble("seconds")), MOST));
  }
}
