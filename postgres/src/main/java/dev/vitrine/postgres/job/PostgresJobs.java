package dev.vitrine.postgres.job;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.Standing;
import dev.vitrine.job.Batch;
import dev.vitrine.job.Job;
import dev.vitrine.job.JobId;
import dev.vitrine.job.JobStore;
import dev.vitrine.job.Outcome;
import dev.vitrine.job.Pair;
import dev.vitrine.postgres.engine.CallerState;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Session;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.postgres.job.JobExecution.Claim;
import dev.vitrine.postgres.job.JobExecution.Work;
import dev.vitrine.postgres.sharing.Membership;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.postgres.webhook.Hearing;
import dev.vitrine.refusal.StoreException;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore.SharedImage;
import dev.vitrine.tracing.Span;
import dev.vitrine.tracing.Tracer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Jobs in tables {@code job}, {@code job_image} and {@code job_pair}. A worker claims an image of a
 * job by a row lock in {@code job_image}. There is no other claim, so a claim cannot outlive its
 * worker.
 */
public final class PostgresJobs implements JobStore {
  private static final int SWEPT_AT_ONCE = 10;

  private final Database database;
  private final Tracer tracer;

  /**
   * @param tracer begins the span of each image of a job, in the trace of the request that
   *     submitted it
   */
  public PostgresJobs(Database database, Tracer tracer) {
    this.database = database;
    this.tracer = tracer;
  }

  /** Standing and images. Uses primary keys. Values: the caller's, images, project. */
  public static final String FIND_IMAGES =
      """
      with caller as (%s)
      select caller.version, pg_current_snapshot() as seen, %s
      from caller
      left join image i on i.image_id = any (?)
      %s
      """
          .formatted(CallerState.VERSION, PostgresMembers.COLUMNS, Membership.OWN);

  @Override
  public Found find(Caller caller, List<ImageId> images) {
    return see(caller, images).found();
  }

  /**
   * The images found, and the snapshot.
   *
   * @param seen the snapshot, as PostgreSQL text ({@code pg_snapshot})
   */
  private record Seen(Found found, String seen) {}

  private Seen see(Caller caller, List<ImageId> images) {
    Map<ImageId, SharedImage> found = new HashMap<>();
    AtomicReference<String> seen = new AtomicReference<>("");
    List<Standing> standing =
        database.all(
            FIND_IMAGES,
            row -> {
              SharedImage image = PostgresMembers.sharedIfAny(row);
              if (image != null) {
                found.put(image.id(), image);
              }
              seen.set(row.getString("seen"));
              return CallerState.standing(row);
            },
            database.callers().values(caller, uuids(images), Membership.member(caller)));
    return new Seen(new Found(standing.isEmpty() ? null : standing.getFirst(), found), seen.get());
  }

  @Override
  public @Nullable MemberId firstUnknown(List<MemberId> members) {
    return database.first(
        """
        select m.member_id
        from unnest(?::text[]) with ordinality m(member_id, position)
        where not exists (select 1 from project p where p.project_id = m.member_id)
        order by m.position
        limit 1
        """,
        row -> new MemberId(row.getString("member_id")),
        (Object) texts(members));
  }

  @Override
  public @Nullable Keyed findByKey(ProjectId project, Batch.Kind kind, String key) {
    return database.first(
        """
        select job_id, request_hash from job
        where project_id = ? and kind = ? and idempotency_key = ?
          and submitted_at > clock_timestamp() - interval '24 hours'
        """,
        row -> new Keyed(new JobId(row.getString("job_id")), row.getString("request_hash")),
        project.value(),
        kind.word(),
        key);
  }

  @Override
  public boolean carriesOut() {
    return !database.isSpread();
  }

  /**
   * Serializes the submission of batches on the same image: the later one sees the earlier one and
   * gets the higher turn. It takes advisory locks that only submissions use, so a submission never
   * waits for an image that a worker holds. Images hash to a small number of locks.
   */
  private static final String WAIT_FOR_OTHERS =
      "select pg_advisory_xact_lock(?, n) is null from unnest(?::integer[]) n";

  /** The first of the two keys of such an advisory lock. */
  private static final int SUBMISSIONS = 0x7375626d;

  private static final int NAMES = 64;

  @Override
  public boolean submit(Caller caller, Accepted accepted, Consumer<Found> check) {
    Integer[] names =
        accepted.images().stream()
            .map(image -> Math.floorMod(image.value().hashCode(), NAMES))
            .sorted()
            .distinct()
            .toArray(Integer[]::new);
    return database.inTransaction(
        session -> {
          session.all(WAIT_FOR_OTHERS, row -> true, SUBMISSIONS, names);
          Seen seen = see(caller, accepted.images());
          check.accept(seen.found());
          return insert(session, accepted, seen.seen());
        });
  }

  private static boolean insert(Session session, Accepted accepted, String seen)
      throws SQLException {
    Batch batch = accepted.batch();
    String project = accepted.project().value();
    if (accepted.key() != null) {
      session.change(
          """
          update job set idempotency_key = null
          where project_id = ? and kind = ? and idempotency_key = ?
            and submitted_at <= clock_timestamp() - interval '24 hours'
          """,
          project,
          batch.kind().word(),
          accepted.key());
    }
    int made =
        session.change(
            """
            insert into job (job_id, project_id, user_id, kind, members, status, vault_id, atomic,
              idempotency_key, request_hash, request_id, client_request_id, seen, traceparent)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::pg_snapshot, ?)
            on conflict (project_id, kind, idempotency_key) where idempotency_key is not null do nothing
            """,
            accepted.id().value(),
            project,
            accepted.user(),
            batch.kind().word(),
            texts(batch.members()),
            batch.status() == null ? null : batch.status().word(),
            batch.vault(),
            batch.atomic(),
            accepted.key(),
            accepted.requestHash(),
            accepted.cause().request(),
            accepted.cause().client(),
            seen,
            Span.current().traceParent());
    if (made == 1) {
      session.change(
          """
          insert into job_image (image_id, job_id, position, turn)
          select i.image_id, ?, i.position, t.turn
          from (select nextval('job_turn') as turn) t
          cross join unnest(?::uuid[]) with ordinality i(image_id, position)
          """,
          accepted.id().value(),
          uuids(accepted.images()));
    }
    return made == 1;
  }

  @Override
  public @Nullable Done work(@Nullable ProjectId after, Judge judge, Rules rules) {
    AtomicReference<@Nullable Claim> claimed = new AtomicReference<>();
    Done done;
    try {
      done =
          database.<@Nullable Done>inTransaction(
              session -> {
                claimed.set(null); // a retry may claim another, or none
                Claim claim = JobExecution.claim(session, after);
                claimed.set(claim);
                return claim == null ? null : run(session, claim, judge, rules);
              });
    } catch (RuntimeException e) {
      Claim failed = claimed.get();
      if (failed == null) {
        throw e;
      }
      if (!(e instanceof StoreException store && store.isUnavailable())) {
        noteFailure(failed, e);
      }
      throw new TaskFailure(failed.job().project(), e);
    }
    if (done != null) {
      end(Objects.requireNonNull(claimed.get()).job().id());
    }
    return done;
  }

  /** Its span ends before the commit, which belongs to no request. */
  private Done run(Session session, Claim claim, Judge judge, Rules rules) throws SQLException {
    Work job = claim.job();
    try (Span span = tracer.resume("job", job.traceParent())) {
      span.set("vitrine.job.id", job.id().value())
          .set("vitrine.image.id", claim.image().toString());
      return span.<Done, SQLException>call(
          () -> new JobExecution(session, job, judge, rules).run(claim));
    }
  }

  /** Counts it. If that fails too, {@code failure} is still the one to tell. */
  private void noteFailure(Claim claim, RuntimeException failure) {
    try {
      database.change(
          "update job_image set attempts = attempts + 1 where image_id = ? and job_id = ?",
          claim.image().value(),
          claim.job().id().value());
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Skips locked jobs: the transaction that holds a job's row ends it. */
  public static final String END_DONE =
      """
      with done as (
        select job_id from job j
        where j.ended_at is null
          and not exists (select 1 from job_image i where i.job_id = j.job_id and i.done_at is null)
        for update skip locked
      ), ended as (
        update job j
        set ended_at = (select max(done_at) from job_image i where i.job_id = j.job_id)
        from done
        where j.job_id = done.job_id
        returning j.job_id, j.project_id, j.ended_at
      )
      %s
      """
          .formatted(Hearing.OF_JOBS);

  /**
   * Runs after the commit of an image: of two workers that finish the last images at the same time,
   * the later one sees that none is left.
   */
  public static final String END =
      """
      with ended as (
        update job j
        set ended_at = (select max(done_at) from job_image i where i.job_id = j.job_id)
        where j.job_id = ? and j.ended_at is null
          and not exists (select 1 from job_image i where i.job_id = j.job_id and i.done_at is null)
        returning j.job_id, j.project_id, j.ended_at
      )
      %s
      """
          .formatted(Hearing.OF_JOBS);

  private void end(JobId job) {
    database.change(END, job.value());
  }

  @Override
  public void endDone() {
    database.change(END_DONE);
  }

  @Override
  public List<Pair> rehearse(Accepted accepted, Judge judge, Rules rules) {
    return database.inRehearsal(
        session -> {
          String seen = session.first("select pg_current_snapshot()", row -> row.getString(1));
          insert(session, accepted, Objects.requireNonNull(seen));
          Work work = Objects.requireNonNull(JobExecution.read(session, accepted.id()));
          new JobExecution(session, work, judge, rules).run();
          return pairs(session, accepted.id());
        });
  }

  /** Jobs and how far they are. What follows says which. */
  private static final String SELECT =
      """
      select j.job_id, j.user_id, j.kind, j.members, j.status, j.vault_id, j.atomic, j.submitted_at, j.ended_at,
        t.images, t.progress, t.begun_at, f.image_id, f.member_id, f.outcome
      from job j
      cross join lateral (
        select array_agg(i.image_id order by i.position) as images,
          count(done_at)::float8 / count(*) as progress, min(started_at) as begun_at, sum(failures) as failures
        from job_image i
        where i.job_id = j.job_id
      ) t
      left join lateral (
        select p.image_id, p.member_id, p.outcome
        from job_image i join job_pair p on p.image_id = i.image_id and p.job_id = i.job_id
        where i.job_id = j.job_id and i.failures > 0 and p.outcome <> 'success'
        order by p.outcome = 'rolled_back', i.position, p.position
        limit 1
      ) f on j.ended_at is not null and t.failures > 0
      """;

  @Override
  public @Nullable Job find(ProjectId project, JobId job) {
    return database.first(
        SELECT + "where j.job_id = ? and j.project_id = ?",
        PostgresJobs::job,
        job.value(),
        project.value());
  }

  @Override
  public List<Job> list(
      ProjectId project, @Nullable Boolean ended, @Nullable Job after, int limit) {
    List<Object> values = new ArrayList<>(List.of(project.value()));
    if (after != null) {
      values.addAll(List.of(after.submittedAt().atOffset(ZoneOffset.UTC), after.id().value()));
    }
    values.add(limit);
    return database.all(list(ended, after != null), PostgresJobs::job, values.toArray());
  }

  /**
   * Jobs of a project, the newest first. Uses index {@code job_of_project}, or {@code job_open} for
   * those that have not ended. Values: project, submission and id of the job before if there is
   * one, limit.
   */
  public static String list(@Nullable Boolean ended, boolean isAfter) {
    return SELECT
        + "where j.project_id = ?"
        + (ended == null ? "" : ended ? " and j.ended_at is not null" : " and j.ended_at is null")
        + (isAfter ? " and (j.submitted_at, j.job_id) < (?, ?)" : "")
        + " order by j.submitted_at desc, j.job_id desc limit ?";
  }

  private static Job job(ResultSet row) throws SQLException {
    return new Job(
        new JobId(row.getString("job_id")),
        row.getString("user_id"),
        batch(row),
        Rows.time(row, "submitted_at"),
        Rows.timeIfAny(row, "begun_at"),
        Rows.timeIfAny(row, "ended_at"),
        row.getDouble("progress"),
        row.getString("outcome") == null ? null : pair(row));
  }

  private static Batch batch(ResultSet row) throws SQLException {
    return new Batch(
        Batch.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        Arrays.stream((UUID[]) row.getArray("images").getArray()).map(UUID::toString).toList(),
        Arrays.stream((String[]) row.getArray("members").getArray()).map(MemberId::new).toList(),
        Rows.status(row.getString("status")),
        row.getString("vault_id"),
        row.getBoolean("atomic"));
  }

  @Override
  public List<Pair> pairs(JobId job) {
    return database.inTransaction(session -> pairs(session, job));
  }

  static List<Pair> pairs(Session session, JobId job) throws SQLException {
    return session.all(
        """
        select p.image_id, p.member_id, p.outcome
        from job_image i join job_pair p on p.image_id = i.image_id and p.job_id = i.job_id
        where i.job_id = ?
        order by i.position, p.position
        """,
        PostgresJobs::pair,
        job.value());
  }

  private static Pair pair(ResultSet row) throws SQLException {
    return new Pair(
        Rows.image(row),
        new MemberId(row.getString("member_id")),
        Outcome.of(row.getString("outcome")));
  }

  @Override
  public void sweep(Duration kept) {
    int swept = SWEPT_AT_ONCE;
    while (swept == SWEPT_AT_ONCE) {
      swept =
          database.change(
              """
              with old as (
                select job_id from job
                where ended_at < clock_timestamp() - ? * interval '1 second'
                order by ended_at
                limit ?
                for update skip locked
              ), image as (
                delete from job_image i using old where i.job_id = old.job_id
                returning i.image_id, i.job_id
              ), pair as (
                delete from job_pair p using image where p.image_id = image.image_id and p.job_id = image.job_id
              )
              delete from job j using old where j.job_id = old.job_id
              """,
              kept.toSeconds(),
              SWEPT_AT_ONCE);
    }
  }

  private static UUID[] uuids(List<ImageId> images) {
    return images.stream().map(ImageId::value).toArray(UUID[]::new);
  }

  private static String[] texts(List<MemberId> members) {
    return members.stream().map(MemberId::value).toArray(String[]::new);
  }
}
