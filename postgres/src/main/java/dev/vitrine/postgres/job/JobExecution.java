package dev.vitrine.postgres.job;

import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.job.Batch;
import dev.vitrine.job.JobId;
import dev.vitrine.job.JobStore.Done;
import dev.vitrine.job.JobStore.Failed;
import dev.vitrine.job.JobStore.Judge;
import dev.vitrine.job.JobStore.Task;
import dev.vitrine.job.Outcome;
import dev.vitrine.job.Pair;
import dev.vitrine.postgres.engine.Database.Session;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.postgres.sharing.ImageEventInserts;
import dev.vitrine.postgres.sharing.ImageLock;
import dev.vitrine.postgres.sharing.Membership;
import dev.vitrine.postgres.sharing.PostgresMembers;
import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Sharing.Rules;
import dev.vitrine.sharing.SharingStore.SharedImage;
import dev.vitrine.sharing.Visibility;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a job in one transaction. One statement handles all pairs of an image: the changes,
 * their events, the outcomes and the mark that the image is done commit atomically.
 */
public final class JobExecution {
  /** How many failures an image may have, outages aside, before its pairs fail. */
  private static final int MAX_ATTEMPTS = 5;

  private final Session session;
  private final Work job;
  private final Judge judge;
  private final Rules rules;

  /** Whether a pair of an image failed. */
  private boolean isFailed;

  JobExecution(Session session, Work job, Judge judge, Rules rules) {
    this.session = session;
    this.job = job;
    this.judge = judge;
    this.rules = rules;
  }

  /**
   * The work of a job.
   *
   * @param seen the snapshot at submission, as PostgreSQL text ({@code pg_snapshot})
   * @param request our id of the request that submitted it
   * @param traceParent the span of the request that submitted it; null if it was not traced
   */
  record Work(
      JobId id,
      ProjectId project,
      String user,
      Batch.Kind kind,
      List<String> members,
      @Nullable MemberStatus status,
      @Nullable String vault,
      boolean atomic,
      String seen,
      String request,
      @Nullable String traceParent) {}

  /**
   * An image of a job, locked by this transaction.
   *
   * @param attempts the number of failed attempts
   */
  record Claim(Work job, ImageId image, int attempts) {}

  /** Columns that {@link #work} reads. */
  private static final String COLUMNS =
      """
      j.job_id, j.project_id, j.user_id, j.kind, j.members, j.status, j.vault_id, j.atomic, j.seen,
      j.request_id, j.traceparent""";

  /**
   * The first image that is not locked and not pending in an earlier batch. Considers the projects
   * after the given one, and the jobs of a project in the order of submission. An atomic batch
   * needs all its images to be free of earlier batches. The ordered subquery stays as it is in the
   * plan, so that the statement visits and locks only one row. Uses indexes {@code job_open},
   * {@code job_image_open} and {@code job_image_in_turn}.
   */
  public static final String CLAIM =
      """
      select %s, next.image_id, next.attempts
      from (
        select * from job
        where ended_at is null and project_id > ?
        order by project_id, submitted_at, job_id
      ) j
      cross join lateral (
        select image_id, attempts from job_image i
        where i.job_id = j.job_id and i.done_at is null and (not j.atomic or i.position = 1)
          and case
            when j.atomic then not exists (
              select from job_image other
              where other.job_id = j.job_id and other.done_at is null and other.turn > (
                select o.turn from job_image o
                where o.image_id = other.image_id and o.done_at is null order by o.turn limit 1))
            else i.turn = (
              select o.turn from job_image o
              where o.image_id = i.image_id and o.done_at is null order by o.turn limit 1)
          end
        order by i.position
        limit 1
        for update skip locked
      ) next
      limit 1
      """
          .formatted(COLUMNS);

  /** Null if no project after the given one has work. */
  static @Nullable Claim claim(Session session, @Nullable ProjectId after) throws SQLException {
    return session.first(
        CLAIM,
        row -> new Claim(work(row), Rows.image(row), row.getInt("attempts")),
        after == null ? "" : after.value());
  }

  /** Null if there is no such job. */
  static @Nullable Work read(Session session, JobId job) throws SQLException {
    return session.first(
        "select %s from job j where job_id = ?".formatted(COLUMNS),
        JobExecution::work,
        job.value());
  }

  private static Work work(ResultSet row) throws SQLException {
    return new Work(
        new JobId(row.getString("job_id")),
        new ProjectId(row.getString("project_id")),
        row.getString("user_id"),
        Batch.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        List.of((String[]) row.getArray("members").getArray()),
        Rows.status(row.getString("status")),
        row.getString("vault_id"),
        row.getBoolean("atomic"),
        row.getString("seen"),
        row.getString("request_id"),
        row.getString("traceparent"));
  }

  /** Runs the claimed image, or all images of an atomic batch. */
  Done run(Claim claim) throws SQLException {
    List<ImageId> images = job.atomic() ? lockAll() : List.of(claim.image());
    if (claim.attempts() >= MAX_ATTEMPTS) {
      fail(images, Outcome.ERROR);
    } else {
      run(images);
    }
    return new Done(
        job.project(), images.size() * job.members().size(), isFailed ? failed(images) : null);
  }

  /** Reads what failed; most tasks have nothing of it. */
  private Failed failed(List<ImageId> images) throws SQLException {
    Map<Outcome, Long> pairs = new EnumMap<>(Outcome.class);
    for (ImageId image : images) {
      session
          .all(
              """
              select outcome, count(*) as pairs from job_pair
              where image_id = ? and job_id = ? and outcome <> 'success' group by outcome
              """,
              row -> Map.entry(Outcome.of(row.getString("outcome")), row.getLong("pairs")),
              image.value(),
              job.id().value())
          .forEach(one -> pairs.merge(one.getKey(), one.getValue(), Long::sum));
    }
    return new Failed(
        new UserId(job.user()), job.project(), job.kind(), images.getFirst(), job.request(), pairs);
  }

  /** Runs the whole job. */
  void run() throws SQLException {
    run(lockAll());
  }

  /** Locks in the order of ids, so that two jobs on the same images cannot deadlock. */
  private List<ImageId> lockAll() throws SQLException {
    return session.all(
        "select image_id from job_image where job_id = ? order by image_id for update",
        Rows::image,
        job.id().value());
  }

  private void run(List<ImageId> images) throws SQLException {
    if (!job.atomic()) {
      for (ImageId image : images) {
        carryOut(image);
      }
      return;
    }
    Savepoint mark = session.mark();
    for (ImageId image : images) {
      carryOut(image);
    }
    List<Pair> failed =
        PostgresJobs.pairs(session, job.id()).stream()
            .filter(pair -> pair.outcome() != Outcome.SUCCESS)
            .toList();
    if (!failed.isEmpty()) {
      session.rollbackTo(mark);
      fail(images, Outcome.ROLLED_BACK);
      for (Pair pair : failed) {
        session.change(
            "update job_pair set outcome = ? where image_id = ? and job_id = ? and member_id = ?",
            pair.outcome().word(),
            pair.image().value(),
            job.id().value(),
            pair.member().value());
      }
    }
  }

  /** Uses primary keys. Values: the job's snapshot, member, image. */
  public static final String SEE_IMAGE =
      """
      select %s, i.visibility = 'private' and is_later(i.private_in, ?::pg_snapshot) as made_private
      from image i
      %s
      where i.image_id = ?
      """
          .formatted(PostgresMembers.COLUMNS, Membership.OWN);

  private void carryOut(ImageId id) throws SQLException {
    // Only the next statement sees what was committed during the wait for the lock.
    session.first(ImageLock.ALONE, row -> true, ImageLock.values(id));
    Task found =
        session.first(
            SEE_IMAGE,
            row -> task(id, PostgresMembers.shared(row), row.getBoolean("made_private")),
            job.seen(),
            Membership.member(job.project()),
            id.value());
    Task task = found == null ? task(id, null, false) : found;
    Outcome refused = judge.apply(task);
    if (refused != null) {
      fail(List.of(id), refused);
      return;
    }
    switch (job.kind()) {
      case ADD -> add(Objects.requireNonNull(task.image()));
      case UPDATE ->
          change(UPDATE, id, job.status() == null ? null : job.status().word(), job.vault());
      case REMOVE -> change(REMOVE, id);
    }
  }

  private Task task(ImageId id, @Nullable SharedImage image, boolean madePrivate) {
    return new Task(job.kind(), job.project(), job.status(), job.vault(), id, image, madePrivate);
  }

  /** The beginning of each statement below. Values: {@link #change}. */
  private static final String BATCH =
      """
      with batch as (
        select ?::uuid as image_id, ?::text as job_id, ?::text[] as members, ?::text as actor,
          ?::pg_snapshot as seen
      ), target as (
        select b.image_id, b.job_id, b.actor, b.seen, t.member_id, t.position::integer as position
        from batch b cross join unnest(b.members) with ordinality t(member_id, position)
      ),
      """;

  /** The end of each statement: marks the image as done. */
  private static final String DONE =
      """
      update job_image i
      set done_at = clock_timestamp(), started_at = now(),
        failures = (select count(*) from pair where outcome <> 'success')
      from batch b
      where i.image_id = b.image_id and i.job_id = b.job_id
      returning i.failures
      """;

  /**
   * Inserts the events of a statement, with the request that submitted the job.
   *
   * @param changes the name of a table expression
   */
  private static String event(String from, String to, String changes) {
    return ImageEventInserts.ofMembers(
        from,
        to,
        "(select o.owner from image o where o.image_id = c.image_id)",
        "b.actor, b.job_id, j.request_id, j.client_request_id, null",
        changes + " c cross join batch b join job j on j.job_id = b.job_id");
  }

  private void change(String sql, ImageId image, @Nullable Object... more) throws SQLException {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(image.value());
    values.add(job.id().value());
    values.add(job.members().toArray(String[]::new));
    values.add(job.user());
    values.add(job.seen());
    values.addAll(Arrays.asList(more));
    Long failures = session.first(sql, row -> row.getLong("failures"), values.toArray());
    if (failures == null) {
      throw new IllegalStateException("an image of job %s is not there".formatted(job.id()));
    }
    isFailed |= failures > 0;
  }

  private static final String FAIL =
      BATCH
          + """
          pair as (
            insert into job_pair (image_id, job_id, member_id, position, outcome)
            select image_id, job_id, member_id, position, ? from target
            returning outcome
          )
          """
          + DONE;

  private void fail(List<ImageId> images, Outcome outcome) throws SQLException {
    for (ImageId image : images) {
      change(FAIL, image, outcome.word());
    }
  }

  /**
   * Members that requests removed after the job was accepted, from the image's events since then:
   * an index would make each removal a tenth slower. {@code is_later} decides what came after. The
   * ten minutes, longer than any transaction, only bound what is read.
   */
  private static final String BATCH_AND_REMOVED =
      BATCH
          + """
          horizon as (
            select coalesce((
              select e.event_id from image_event e
              where e.image_id = b.image_id and e.at < j.submitted_at - interval '10 minutes'
              order by e.event_id desc
              limit 1), 0) as event_id
            from batch b join job j on j.job_id = b.job_id
          ), removed_since as (
            select distinct e.member_id
            from batch b cross join horizon h
            join image_event e on e.image_id = b.image_id and e.event_id > h.event_id
            where is_later(e.removed_in, b.seen)
          ),
          """;

  private static final String IS_REMOVED =
      "exists (select 1 from removed_since r where r.member_id = t.member_id)";

  /**
   * Adds the missing members up to the limit, in the order of the request, and renews rejected
   * offers (ruling 16). Skips a member that was removed, or rejected the offer, after this job was
   * accepted. The image is locked, so the count cannot change.
   */
  public static final String ADD =
      BATCH_AND_REMOVED
          + """
          held as (
            select t.*, m.status,
              not ? or exists (select 1 from project p where p.project_id = t.member_id) as known,
              m.member_id is null and %s as removed
            from target t
            left join image_member m on m.image_id = t.image_id and m.member_id = t.member_id
          ), room as (
            select case when v.maximum < 0 then null else v.maximum - (
              select count(*) from image_member m where m.image_id = b.image_id) end as free
            from batch b, (select ?::bigint as maximum) v
          ), missing as (
            select *, row_number() over (order by position) as nth from held
            where status is null and known and not removed
          ), added as (
            insert into image_member
              (image_id, member_id, status, created_by, image_created_at, created_at, updated_at)
            select m.image_id, m.member_id, 'pending', m.actor, i.created_at, t.now, t.now
            from missing m join image i on i.image_id = m.image_id
            cross join room r cross join (select clock_timestamp() as now) t
            where r.free is null or m.nth <= r.free
            on conflict (image_id, member_id) do nothing
            returning image_id, member_id
          ), renewed as (
            update image_member m set status = 'pending', updated_at = clock_timestamp()
            from held h
            where m.image_id = h.image_id and m.member_id = h.member_id
              and h.status = 'rejected' and m.status = 'rejected' and not is_later(m.answered_in, h.seen)
            returning m.image_id, m.member_id
          ), offered as (
            select image_id, member_id, null as from_status from added
            union all select image_id, member_id, 'rejected' from renewed
          ), event as (
            %s
          ), pair as (
            insert into job_pair (image_id, job_id, member_id, position, outcome)
            select h.image_id, h.job_id, h.member_id, h.position,
              case
                when h.status = 'rejected' and a.member_id is null then 'superseded'
                when h.status is not null then 'success'
                when h.removed then 'superseded'
                when not h.known then 'unknown_project'
                when m.nth > r.free then 'member_limit'
                else 'success'
              end
            from held h cross join room r left join missing m on m.member_id = h.member_id
            left join renewed a on a.member_id = h.member_id
            returning outcome
          )
          """
              .formatted(IS_REMOVED, event("c.from_status", "'pending'", "offered"))
          + DONE;

  private void add(SharedImage image) throws SQLException {
    if (image.visibility() == Visibility.PRIVATE) {
      Cause submission =
          session.first(
              "select request_id, client_request_id from job where job_id = ?",
              row -> new Cause(row.getString(1), row.getString(2)),
              job.id().value());
      Membership.share(
          session, image.id(), job.user(), job.id().value(), Objects.requireNonNull(submission));
    }
    change(ADD, image.id(), rules.knownMembersOnly(), rules.maxMembers(image.traits()));
  }

  /**
   * Sets the member's answer, unless the offer was renewed or answered after this job was accepted.
   * An equal answer changes nothing.
   */
  public static final String UPDATE =
      BATCH_AND_REMOVED
          + """
          answer as (
            select ?::text as status, ?::text as vault_id
          ), before as (
            select m.image_id, m.member_id, m.status,
              m.status = a.status and coalesce(a.vault_id, m.vault_id) is not distinct from m.vault_id as same,
              is_later(m.added_in, t.seen) or is_later(m.answered_in, t.seen) as superseded
            from answer a cross join target t
            join image_member m on m.image_id = t.image_id and m.member_id = t.member_id
            for no key update of m
          ), changed as (
            update image_member m
            set status = a.status, vault_id = coalesce(a.vault_id, m.vault_id), updated_at = clock_timestamp()
            from before cross join answer a
            where m.image_id = before.image_id and m.member_id = before.member_id
              and not before.same and not before.superseded
            returning m.image_id, m.member_id, m.status, before.status as from_status
          ), event as (
            %s
          ), pair as (
            insert into job_pair (image_id, job_id, member_id, position, outcome)
            select t.image_id, t.job_id, t.member_id, t.position,
              case
                when b.superseded or (b.member_id is null and %s) then 'superseded'
                when b.member_id is null then 'member_not_found'
                else 'success'
              end
            from target t left join before b on b.member_id = t.member_id
            returning outcome
          )
          """
              .formatted(event("c.from_status", "c.status", "changed"), IS_REMOVED)
          + DONE;

  /** Removes members, except those added after this job was accepted. */
  public static final String REMOVE =
      BATCH
          + """
          held as (
            select t.*, coalesce(is_later(m.added_in, t.seen), false) as superseded
            from target t
            left join image_member m on m.image_id = t.image_id and m.member_id = t.member_id
          ), removed as (
            delete from image_member m using held t
            where m.image_id = t.image_id and m.member_id = t.member_id and not t.superseded
            returning m.image_id, m.member_id, m.status
          ), event as (
            %s
          ), pair as (
            insert into job_pair (image_id, job_id, member_id, position, outcome)
            select image_id, job_id, member_id, position,
              case when superseded then 'superseded' else 'success' end
            from held
            returning outcome
          )
          """
              .formatted(event("c.status", "null", "removed"))
          + DONE;
}
