package dev.vitrine.postgres.webhook;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.job.Job;
import dev.vitrine.job.JobId;
import dev.vitrine.job.JobStore;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Session;
import dev.vitrine.postgres.history.CommittedEvents;
import dev.vitrine.postgres.history.CommittedEvents.Cursor;
import dev.vitrine.postgres.history.PostgresEvents;
import dev.vitrine.webhook.Delivery.Claimed;
import dev.vitrine.webhook.Delivery.Subject;
import dev.vitrine.webhook.DeliveryStore;
import dev.vitrine.webhook.Failure;
import dev.vitrine.webhook.Notice;
import dev.vitrine.webhook.Notice.Content;
import dev.vitrine.webhook.WebhookKind;
import dev.vitrine.webhook.WebhookUrl;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries in table {@code webhook_delivery} (ADR 48).
 *
 * <p>A delivery with {@code next_at} may be tried from then on; to claim one is to move that time
 * on by the lease. Of the pending ones of a webhook and an image only the first has one, and who
 * ends it gives it to the next. Who queues deliveries of images or parks all of a webhook holds
 * {@link #EXCLUSIVELY}, and who ends one {@link #SHARED}, so that none is left without.
 */
public final class PostgresDeliveries implements DeliveryStore {
  private static final int QUEUED_AT_ONCE = 1_000;
  private static final int SWEPT_AT_ONCE = 1_000;

  /** Whoever ends a delivery waits meanwhile. Much longer than any batch of events should take. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private static final String KEY = "hashtextextended('vitrine queues deliveries', 0)";

  static final String EXCLUSIVELY = "select pg_advisory_xact_lock(%s) is null".formatted(KEY);

  static final String SHARED = "select pg_advisory_xact_lock_shared(%s) is null".formatted(KEY);

  /** Held by the node that queues. */
  private static final String LOCK =
      "select pg_try_advisory_xact_lock(hashtextextended('vitrine reads events for webhooks', 0))";

  private final Database database;
  private final JobStore jobs;
  private final Duration age;
  private final Duration longest;

  /** How many events to read next. */
  private volatile int most = QUEUED_AT_ONCE;

  /**
   * @param jobs where a job that has ended is read
   */
  public PostgresDeliveries(Database database, JobStore jobs) {
    this(database, jobs, CommittedEvents.AGE, LONGEST);
  }

  /**
   * @param age of the events that are read, at least
   * @param longest that a batch of events may take
   */
  PostgresDeliveries(Database database, JobStore jobs, Duration age, Duration longest) {
    this.database = database;
    this.jobs = jobs;
    this.age = age;
    this.longest = longest;
  }

  @Override
  public boolean isNeeded() {
    return !database.isSpread()
        && database.first("select from webhook where enabled limit 1", row -> true) != null;
  }

  /** Queues the next events, and moves the cursor. Values: {@link CommittedEvents#values}. */
  public static final String QUEUE =
      """
      with read as materialized (
        %s
      ), moved as (
        update webhook_queued q set queued_at = l.at, queued_event = l.event_id
        from (select at, event_id from read order by at desc, event_id desc limit 1) l
      ), told as (
        select * from (%s) t where t.at >= t.hears_from
      ), queued as (
        %s
      )
      select count(*) from read
      """
          .formatted(
              CommittedEvents.read(Hearing.COLUMNS, "image_event"),
              Hearing.told("read"),
              Hearing.queue("told"));

  /**
   * Events that are older than every webhook are passed over: nobody is told of them. Uses index
   * {@code webhook_hearing}.
   */
  static final String CURSOR =
      """
      select greatest(q.queued_at, w.hears_from) as at,
        case when q.queued_at < w.hears_from then 0 else q.queued_event end as event_id
      from webhook_queued q, (select min(hears_from) as hears_from from webhook where enabled) w
      """;

  private static final String BACK =
      CommittedEvents.back("webhook_queued", "queued_at", "queued_event");

  /** Bounds each statement of a transaction. */
  static void bound(Session session, Duration longest) throws SQLException {
    session.first(
        "select set_config('statement_timeout', ?, true)",
        row -> true,
        Long.toString(longest.toMillis()));
  }

  /**
   * After a failure it reads half as many events, down to one, so that those before the one that
   * cannot be queued are queued; then twice as many again. An event is never passed over: the
   * failure is thrown, and so logged, each time.
   */
  @Override
  public boolean queue() {
    int limit = most;
    Long read;
    try {
      read =
          database.<@Nullable Long>inTransaction(
              session ->
                  Boolean.TRUE.equals(session.first(LOCK, row -> row.getBoolean(1)))
                      ? queue(session, limit)
                      : null);
    } catch (RuntimeException e) {
      most = Math.max(1, limit / 2);
      throw e;
    }
    if (read == null) {
      return false;
    }
    most = Math.min(QUEUED_AT_ONCE, limit * 2);
    return read == limit;
  }

  private Long queue(Session session, int limit) throws SQLException {
    bound(session, longest);
    session.first(EXCLUSIVELY, row -> true);
    session.change(BACK, age.toString());
    OffsetDateTime until = CommittedEvents.until(session, age);
    Cursor cursor = Objects.requireNonNull(session.first(CURSOR, Cursor::of));
    return Objects.requireNonNull(
        session.first(QUEUE, row -> row.getLong(1), CommittedEvents.values(cursor, until, limit)));
  }

  /** Of the kinds that this version knows; those that a newer one has queued are left to it. */
  private static final String KNOWN =
      Arrays.stream(WebhookKind.values())
          .map(WebhookKind::word)
          .filter(word -> WebhookKind.of(word) != null)
          .map("'%s'"::formatted)
          .collect(Collectors.joining(", ", "(", ")"));

  /** So many deliveries that are due are looked at; if there are more, so are all webhooks. */
  private static final int LOOKED_AT = 1_000;

  /**
   * Those of a project or an account that is disabled wait. Each account has its turn: the first of
   * one is taken before the second of another, where those in progress count.
   *
   * <p>Only webhooks with a delivery that is due are looked at: those of the oldest deliveries,
   * which usually are all. If there are many, one webhook could have all of the oldest; then all
   * webhooks with something pending are walked, each by one step in an index. Uses indexes {@code
   * webhook_delivery_by_time} and {@code webhook_delivery_due}. Values: webhooks and accounts of
   * the deliveries in progress, the most of a webhook, the most of an account, the most in all, the
   * lease in seconds.
   */
  public static final String CLAIM =
      """
      with recursive busy as materialized (
        select * from unnest(?::text[], ?::text[]) b(webhook_id, domain_id)
      ), oldest as materialized (
        select webhook_id from webhook_delivery
        where next_at <= (select clock_timestamp())
        order by next_at
        limit %1$d
      ), walked (webhook_id) as (
        select (select min(webhook_id) from webhook_delivery where next_at is not null)
        where (select count(*) from oldest) = %1$d
        union all
        select (
          select d.webhook_id from webhook_delivery d
          where d.next_at is not null and d.webhook_id > w.webhook_id
          order by d.webhook_id
          limit 1)
        from walked w where w.webhook_id is not null
      ), telling as (
        select webhook_id from oldest union select webhook_id from walked
      ), due as (
        select d.webhook_id, d.delivery_id, d.next_at, w.domain_id
        from telling t
        cross join lateral (
          select w.webhook_id, w.domain_id
          from webhook w
          join domain o on o.domain_id = w.domain_id and o.enabled
          left join project p on p.project_id = w.project_id
          where w.webhook_id = t.webhook_id and w.enabled and (w.project_id is null or p.enabled)
          limit 1 -- keeps the planner from reading all webhooks
        ) w
        cross join lateral (
          select webhook_id, delivery_id, next_at from webhook_delivery
          where webhook_id = w.webhook_id and next_at <= (select clock_timestamp()) and kind in %2$s
          order by next_at
          limit greatest(0, ? - (select count(*) from busy b where b.webhook_id = w.webhook_id))
          for update skip locked
        ) d
      ), picked as (
        select webhook_id, delivery_id, domain_id from (
          select *, row_number() over (partition by domain_id order by next_at)
            + (select count(*) from busy b where b.domain_id = due.domain_id) as place
          from due
        ) d
        where place <= ?
        order by place, next_at
        limit ?
      )
      update webhook_delivery d
      set next_at = clock_timestamp() + make_interval(secs => ?), attempts = attempts + 1
      from picked p
      where d.webhook_id = p.webhook_id and d.delivery_id = p.delivery_id
      returning d.webhook_id, p.domain_id, d.delivery_id, d.kind, d.of_image, d.of_event, d.of_job, d.attempts,
        extract(epoch from clock_timestamp() - d.since)::float8 as age
      """
          .formatted(LOOKED_AT, KNOWN);

  @Override
  public List<Claimed> claim(Room room) {
    return database.all(
        CLAIM,
        PostgresDeliveries::claimed,
        room.busy().stream().map(Claimed::webhook).toArray(String[]::new),
        room.busy().stream().map(one -> one.account().value()).toArray(String[]::new),
        room.ofWebhook(),
        room.ofAccount(),
        room.ofAll(),
        (double) LEASE.toSeconds());
  }

  private static Claimed claimed(ResultSet row) throws SQLException {
    return new Claimed(
        row.getString("webhook_id"),
        new DomainId(row.getString("domain_id")),
        row.getLong("delivery_id"),
        Objects.requireNonNull(WebhookKind.of(row.getString("kind"))),
        subject(row),
        row.getInt("attempts"),
        Duration.ofMillis((long) (row.getDouble("age") * 1_000)));
  }

  /** Columns {@code of_image}, {@code of_event} and {@code of_job}. */
  static Subject subject(ResultSet row) throws SQLException {
    UUID image = row.getObject("of_image", UUID.class);
    return image == null
        ? new Subject.OfJob(new JobId(row.getString("of_job")))
        : new Subject.OfImage(new ImageId(image), row.getLong("of_event"));
  }

  @Override
  public @Nullable Notice notice(Claimed delivery) {
    return switch (delivery.subject()) {
      case Subject.OfImage(ImageId image, long event) -> ofImage(delivery, image, event);
      case Subject.OfJob(JobId job) -> ofJob(delivery, job);
    };
  }

  /** Whether a project is one of a webhook {@code w}. */
  private static String isOf(String project) {
    return """
        (w.project_id = %1$s or (w.project_id is null and w.domain_id
          = (select p.domain_id from project p where p.project_id = %1$s)))"""
        .formatted(project);
  }

  /**
   * Whether a project of a webhook {@code w} sees the image {@code i} now, as {@link
   * dev.vitrine.sharing.View#isVisible} says.
   */
  private static final String SEES =
      """
      (i.visibility in ('public', 'community') or %s or (i.visibility = 'shared' and (
        exists (select from image_member m where m.image_id = i.image_id and m.member_id = w.project_id)
        or (w.project_id is null and exists (
          select from project p join image_member m on m.image_id = i.image_id and m.member_id = p.project_id
          where p.domain_id = w.domain_id)))))"""
          .formatted(isOf("i.owner"));

  /** Uses primary keys. Values: webhook, image, event. */
  public static final String EVENT =
      """
      select %s, case when %s then i.name end as name, %s as as_owner, %s as as_member
      from webhook w, image_event e left join image i on i.image_id = e.image_id
      where w.webhook_id = ? and e.image_id = ? and e.event_id = ?
      """
          .formatted(PostgresEvents.COLUMNS, SEES, isOf("e.owner"), isOf("e.member_id"));

  private @Nullable Notice ofImage(Claimed delivery, ImageId image, long event) {
    return database.first(
        EVENT,
        row -> {
          var told =
              PostgresEvents.event(row)
                  .asToldTo(row.getBoolean("as_owner"), row.getBoolean("as_member"));
          return new Notice(
              delivery.subject().id(),
              delivery.kind(),
              told.at(),
              new Content.OfImage(told, row.getString("name")));
        },
        delivery.webhook(),
        image.value(),
        event);
  }

  private @Nullable Notice ofJob(Claimed delivery, JobId id) {
    ProjectId project =
        database.first(
            "select project_id from job where job_id = ?",
            row -> new ProjectId(row.getString("project_id")),
            id.value());
    Job job = project == null ? null : jobs.find(project, id);
    return project == null || job == null
        ? null
        : new Notice(
            delivery.subject().id(),
            delivery.kind(),
            Objects.requireNonNull(job.endedAt()),
            new Content.OfJob(project, job));
  }

  @Override
  public @Nullable WebhookUrl url(String webhook) {
    return database.first(
        "select url from webhook where webhook_id = ?",
        row -> new WebhookUrl(row.getString("url")),
        webhook);
  }

  private static final String END =
      """
      update webhook_delivery set state = ?, status = ?, error = ?, tried_at = clock_timestamp(),
        next_at = clock_timestamp() + ?::interval,
        ended_at = case when ? then clock_timestamp() end
      where webhook_id = ? and delivery_id = ? and attempts = ? and state = 'pending'
      """;

  /** Uses index {@code webhook_delivery_pending}. Values: webhook, webhook, image. */
  public static final String NEXT =
      """
      update webhook_delivery set next_at = clock_timestamp()
      where webhook_id = ? and next_at is null and delivery_id = (
        select d.delivery_id from webhook_delivery d
        where d.webhook_id = ? and d.of_image = ? and d.state = 'pending'
        order by d.delivery_id
        limit 1
      )
      """;

  @Override
  public void end(Claimed delivery, Result result) {
    database.<@Nullable Void>inTransaction(
        session -> {
          session.first(result.isGone() ? EXCLUSIVELY : SHARED, row -> true);
          if (ended(session, delivery, result)) {
            noted(session, delivery.webhook(), result);
            if (result.isGone()) {
              disable(session, delivery.webhook());
            } else if (result.delay() == null
                && delivery.subject() instanceof Subject.OfImage(ImageId image, long _)) {
              session.change(NEXT, delivery.webhook(), delivery.webhook(), image.value());
            }
          }
          return null;
        });
  }

  private static boolean ended(Session session, Claimed delivery, Result result)
      throws SQLException {
    boolean isDelivered = result.isDelivered();
    Duration delay = result.delay();
    return session.change(
            END,
            isDelivered ? "delivered" : delay == null ? "parked" : "pending",
            result.status(),
            result.error(),
            delay == null ? null : delay.toString(),
            delay == null,
            delivery.webhook(),
            delivery.number(),
            delivery.attempt())
        == 1;
  }

  private static void noted(Session session, String webhook, Result result) throws SQLException {
    if (result.isDelivered()) {
      session.change(
          "update webhook set delivered_at = clock_timestamp() where webhook_id = ?", webhook);
    } else {
      session.change(
          "update webhook set failed_at = clock_timestamp(), failure = ? where webhook_id = ?",
          result.error(),
          webhook);
    }
  }

  private static void disable(Session session, String webhook) throws SQLException {
    session.change("update webhook set enabled = false where webhook_id = ?", webhook);
    park(session, webhook);
  }

  /** Parks what is pending of a webhook that is disabled. {@link #EXCLUSIVELY} must be held. */
  static void park(Session session, String webhook) throws SQLException {
    session.change(
        """
        update webhook_delivery
        set state = 'parked', next_at = null, ended_at = clock_timestamp(),
          error = coalesce(error, ?)
        where webhook_id = ? and state = 'pending'
        """,
        Failure.DISABLED.sentence(null),
        webhook);
  }

  /** Uses index {@code webhook_delivery_ended}. */
  @Override
  public void sweep(Duration kept) {
    int swept = SWEPT_AT_ONCE;
    while (swept == SWEPT_AT_ONCE) {
      swept =
          database.change(
              """
              delete from webhook_delivery d using (
                select webhook_id, delivery_id from webhook_delivery
                where ended_at < (select clock_timestamp() - make_interval(secs => ?))
                order by ended_at
                limit ?
                for update skip locked
              ) old
              where d.webhook_id = old.webhook_id and d.delivery_id = old.delivery_id
              """,
              (double) kept.toSeconds(),
              SWEPT_AT_ONCE);
    }
    database.change("delete from webhook_secret where signs_until < clock_timestamp()");
  }

  @Override
  public Queue queued() {
    return Objects.requireNonNull(
        database.first(
            """
            select pending.n as pending, parked.n as parked,
              coalesce(extract(epoch from clock_timestamp() - pending.oldest), 0)::float8 as seconds
            from (
              select count(*) as n, min(since) as oldest
              from (select since from webhook_delivery where state = 'pending' limit 100000) d
            ) pending, (
              select count(*) as n from (select from webhook_delivery where state = 'parked' limit 100000) d
            ) parked
            """,
            row ->
                new Queue(
                    row.getLong("pending"), row.getLong("parked"), row.getDouble("seconds"))));
  }
}
