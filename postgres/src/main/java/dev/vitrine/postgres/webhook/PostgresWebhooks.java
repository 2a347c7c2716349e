package dev.vitrine.postgres.webhook;

import static java.time.ZoneOffset.UTC;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.login.EncryptedSecret;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Database.Session;
import dev.vitrine.postgres.engine.DatabaseException;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.postgres.history.PostgresEvents;
import dev.vitrine.postgres.login.EncryptedSecrets;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.refusal.Refused;
import dev.vitrine.webhook.Delivery;
import dev.vitrine.webhook.Webhook;
import dev.vitrine.webhook.Webhook.Owner;
import dev.vitrine.webhook.WebhookKind;
import dev.vitrine.webhook.WebhookStore;
import dev.vitrine.webhook.WebhookUrl;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Webhooks in tables {@code webhook} and {@code webhook_secret}. */
public final class PostgresWebhooks implements WebhookStore {
  private static final String COLUMNS =
      "webhook_id, domain_id, project_id, url, kinds, description, enabled, created_at, created_by";

  /** Values: domain, project or null. */
  private static final String OF_OWNER =
      "domain_id = ? and project_id is not distinct from ?::text";

  /** Of a statement that reads as much as there is of a project's history. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Database database;
  private final Duration longest;
  private final EncryptedSecrets secrets;

  public PostgresWebhooks(Database database) {
    this(database, LONGEST);
  }

  /**
   * @param longest that a statement of a replay may take
   */
  PostgresWebhooks(Database database, Duration longest) {
    this.database = database;
    this.longest = longest;
    this.secrets = new EncryptedSecrets(database, "webhook_secret", "secret_id");
  }

  @Override
  public boolean isSupported() {
    return !database.isSpread();
  }

  private static @Nullable String project(Owner owner) {
    return owner.project() == null ? null : owner.project().value();
  }

  private static String @Nullable [] kinds(Set<WebhookKind> kinds) {
    return kinds.isEmpty() ? null : kinds.stream().map(WebhookKind::word).toArray(String[]::new);
  }

  /**
   * Locks the account in one statement and counts its webhooks in the next, which sees them all.
   */
  @Override
  public @Nullable Webhook add(
      Webhook webhook, String secretId, EncryptedSecret secret, int maximum) {
    return database.<@Nullable Webhook>inTransaction(
        session -> {
          String domain = webhook.owner().domain().value();
          String project = project(webhook.owner());
          lock(session, "domain", domain);
          if (project != null) {
            lock(session, "project", project);
          }
          Webhook added =
              session.first(
                  """
                  insert into webhook (webhook_id, domain_id, project_id, url, kinds, description, created_by)
                  select ?, ?, ?::text, ?, ?::text[], ?, ?
                  where (select count(*) from webhook where %s) < ?
                  returning %s
                  """
                      .formatted(OF_OWNER, COLUMNS),
                  PostgresWebhooks::webhook,
                  webhook.id(),
                  domain,
                  project,
                  webhook.url().value(),
                  kinds(webhook.kinds()),
                  webhook.description(),
                  webhook.createdBy().value(),
                  domain,
                  project,
                  maximum);
          if (added != null) {
            session.change(ADD_SECRET, secretId, added.id(), secret.bytes(), secret.generation());
          }
          return added;
        });
  }

  /**
   * Keeps others from changing or deleting a domain, a project or a webhook.
   *
   * @param kind the name of its table
   * @throws Refused if it was deleted meanwhile
   */
  private static void lock(Session session, String kind, String id) throws SQLException {
    String sql = "select from %1$s where %1$s_id = ? for no key update".formatted(kind);
    if (session.first(sql, row -> true, id) == null) {
      throw new Refusal.Absent(kind, id).asException();
    }
  }

  private static final String ADD_SECRET =
      """
      insert into webhook_secret (secret_id, webhook_id, encrypted_secret, secret_generation)
      values (?, ?, ?, ?)
      """;

  @Override
  public @Nullable Webhook find(Owner owner, String id) {
    return database.first(
        "select %s from webhook where webhook_id = ? and %s".formatted(COLUMNS, OF_OWNER),
        PostgresWebhooks::webhook,
        id,
        owner.domain().value(),
        project(owner));
  }

  /** Uses index {@code webhook_of_domain}. */
  @Override
  public List<Webhook> list(Owner owner, @Nullable Place after, int limit) {
    return database.all(
        """
        select %s from webhook
        where %s and (created_at, webhook_id) > (?, ?)
        order by created_at, webhook_id
        limit ?
        """
            .formatted(COLUMNS, OF_OWNER),
        PostgresWebhooks::webhook,
        owner.domain().value(),
        project(owner),
        after == null ? OffsetDateTime.MIN : after.createdAt().atOffset(UTC),
        after == null ? "" : after.id(),
        limit);
  }

  /** Uses indexes {@code webhook_delivery_pending} and {@code webhook_delivery_parked}. */
  @Override
  public Webhook.Summary summary(String id) {
    return Objects.requireNonNullElse(
        database.first(
            """
            select w.delivered_at, w.failed_at, w.failure,
              (select count(*) from webhook_delivery d
               where d.webhook_id = w.webhook_id and d.state = 'pending') as pending,
              (select count(*) from webhook_delivery d
               where d.webhook_id = w.webhook_id and d.state = 'parked') as parked
            from webhook w where w.webhook_id = ?
            """,
            row ->
                new Webhook.Summary(
                    row.getLong("pending"),
                    row.getLong("parked"),
                    Rows.timeIfAny(row, "delivered_at"),
                    Rows.timeIfAny(row, "failed_at"),
                    row.getString("failure")),
            id),
        new Webhook.Summary(0, 0, null, null, null));
  }

  @Override
  public @Nullable Webhook update(Owner owner, String id, UnaryOperator<Webhook> change) {
    return database.<@Nullable Webhook>inTransaction(
        session -> {
          session.first(PostgresDeliveries.EXCLUSIVELY, row -> true);
          Webhook old =
              session.first(
                  "select %s from webhook where webhook_id = ? and %s for no key update"
                      .formatted(COLUMNS, OF_OWNER),
                  PostgresWebhooks::webhook,
                  id,
                  owner.domain().value(),
                  project(owner));
          if (old == null) {
            return null;
          }
          Webhook changed = change.apply(old);
          session.change(
              """
              update webhook set url = ?, kinds = case when ? then ?::text[] else kinds end, description = ?, enabled = ?,
                hears_from = case when ? then clock_timestamp() else hears_from end
              where webhook_id = ?
              """,
              changed.url().value(),
              // Among those of now may be some that only a newer version knows.
              !changed.kinds().equals(old.kinds()),
              kinds(changed.kinds()),
              changed.description(),
              changed.enabled(),
              changed.enabled() && !old.enabled(),
              id);
          if (!changed.enabled()) {
            PostgresDeliveries.park(session, id);
          }
          return changed;
        });
  }

  /** Not while events are queued, which may be for it. */
  @Override
  public boolean delete(Owner owner, String id) {
    return database.inTransaction(
        session -> {
          session.first(PostgresDeliveries.SHARED, row -> true);
          return session.change(
                  "delete from webhook where webhook_id = ? and %s".formatted(OF_OWNER),
                  id,
                  owner.domain().value(),
                  project(owner))
              == 1;
        });
  }

  @Override
  public boolean hasMoreDeliveries(String webhook, int than) {
    return database.first(
            "select from webhook_delivery where webhook_id = ? offset ? limit 1",
            row -> true,
            webhook,
            than)
        != null;
  }

  @Override
  public void replaceSecret(
      String webhook, String secretId, EncryptedSecret secret, Duration overlap) {
    database.<@Nullable Void>inTransaction(
        session -> {
          lock(session, "webhook", webhook);
          session.change(
              "delete from webhook_secret where webhook_id = ? and signs_until is not null",
              webhook);
          session.change(
              """
              update webhook_secret set signs_until = clock_timestamp() + make_interval(secs => ?)
              where webhook_id = ?
              """,
              (double) overlap.toSeconds(),
              webhook);
          session.change(ADD_SECRET, secretId, webhook, secret.bytes(), secret.generation());
          return null;
        });
  }

  /** Uses index {@code webhook_secret_of_webhook}. */
  @Override
  public Map<String, EncryptedSecret> secrets(String webhook) {
    Map<String, EncryptedSecret> signing = new LinkedHashMap<>();
    database
        .all(
            """
            select secret_id, encrypted_secret, secret_generation from webhook_secret
            where webhook_id = ? and (signs_until is null or signs_until > clock_timestamp())
            order by created_at desc
            """,
            row -> Map.entry(row.getString("secret_id"), EncryptedSecrets.secret(row)),
            webhook)
        .forEach(one -> signing.put(one.getKey(), one.getValue()));
    return signing;
  }

  /** Uses index {@code webhook_secret_by_generation}. */
  @Override
  public Map<String, EncryptedSecret> encryptedOtherwise(int generation, int limit) {
    return secrets.encryptedOtherwise(generation, limit);
  }

  @Override
  public void replaceSecret(String id, int old, EncryptedSecret fresh) {
    secrets.replaceSecret(id, old, fresh);
  }

  private static final String DELIVERY =
      """
      delivery_id, kind, of_image, of_event, of_job, at, state, next_at, attempts, tried_at, status, error
      """;

  /** Uses the primary key, or index {@code webhook_delivery_parked} or {@code …_pending}. */
  @Override
  public List<Delivery> deliveries(String webhook, Query query) {
    List<Object> values = new ArrayList<>(List.of(webhook));
    StringBuilder sql =
        new StringBuilder(
            "select %s from webhook_delivery where webhook_id = ?".formatted(DELIVERY));
    if (query.state() != null) {
      // A literal, so that a partial index serves it.
      sql.append(" and state = '").append(query.state().word()).append('\'');
    }
    if (query.kind() != null) {
      sql.append(" and kind = ?");
      values.add(query.kind().word());
    }
    if (query.after() != null) {
      sql.append(" and delivery_id < ?");
      values.add(query.after());
    }
    values.add(query.limit());
    return database.all(
        sql.append(" order by delivery_id desc limit ?").toString(),
        PostgresWebhooks::delivery,
        values.toArray());
  }

  private static Delivery delivery(ResultSet row) throws SQLException {
    return new Delivery(
        row.getLong("delivery_id"),
        row.getString("kind"),
        PostgresDeliveries.subject(row),
        Rows.time(row, "at"),
        Delivery.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        Rows.timeIfAny(row, "next_at"),
        row.getInt("attempts"),
        Rows.timeIfAny(row, "tried_at"),
        row.getObject("status", Integer.class),
        row.getString("error"));
  }

  /**
   * A delivery that waits for the one before it goes on waiting. One that is in progress is sent
   * twice.
   */
  @Override
  public @Nullable Delivery retry(String webhook, long number) {
    return database.first(
        """
        update webhook_delivery
        set since = clock_timestamp(), state = 'pending', ended_at = null,
          next_at = case when state <> 'pending' or next_at is not null then clock_timestamp() end
        where webhook_id = ? and delivery_id = ?
        returning %s
        """
            .formatted(DELIVERY),
        PostgresWebhooks::delivery,
        webhook,
        number);
  }

  private static final String PROJECTS = "unnest(?::text[]) p(id)";

  /**
   * The events that a webhook is told of. Uses indexes {@code image_event_by_owner}, {@code
   * image_event_by_member} and {@code image_event_member_by_member}. Values: {@link #forReplay}.
   */
  public static final String REPLAY =
      """
      with events as materialized (
        select %s from %s
        where e.at >= ? and e.at <= ?
        union
        select %s from %s
        where e.at >= ? and e.at <= ?
        union
        select %s from %s
        where t.at >= ? and t.at <= ?
      )
      select t.image_id, t.event_id, t.at::text as at, t.kind from (%s) t where t.webhook_id = ? limit ?
      """
          .formatted(
              Hearing.COLUMNS,
              PostgresEvents.of(PROJECTS, "owner"),
              Hearing.COLUMNS,
              PostgresEvents.of(PROJECTS, "member_id"),
              Hearing.COLUMNS,
              PostgresEvents.told(PROJECTS),
              Hearing.told("events"));

  /**
   * Queues what {@link #REPLAY} has found, and the ends of jobs; uses index {@code job_of_project}.
   * What is pending, or still to be queued by itself, is left out.
   */
  private static final String QUEUE_AGAIN =
      """
      with told as materialized (
        select w.webhook_id, t.image_id, t.event_id, t.at::timestamptz as at, t.kind
        from unnest(?::uuid[], ?::bigint[], ?::text[], ?::text[]) t(image_id, event_id, at, kind)
        cross join webhook w cross join webhook_queued q
        where w.webhook_id = ?
          and not (t.at::timestamptz >= w.hears_from
            and (t.at::timestamptz, t.event_id) > (q.queued_at, q.queued_event))
          and not exists (
            select from webhook_delivery d
            where d.webhook_id = w.webhook_id and d.of_image = t.image_id and d.of_event = t.event_id
              and d.state = 'pending')
      ), ended as materialized (
        select j.job_id, j.ended_at from job j
        where j.project_id = any (?) and ? and j.ended_at >= ? and j.ended_at <= ?
          and not exists (
            select from webhook_delivery d
            where d.webhook_id = ? and d.of_job = j.job_id and d.of_image is null and d.state = 'pending')
        limit ?
      ), counted as (
        select (select count(*) from told) + (select count(*) from ended) as n
      ), fitting as (
        select told.* from told, counted where n <= ?
      ), images as (
        %s
      ), jobs as (
        insert into webhook_delivery (webhook_id, kind, at, of_job, next_at)
        select ?, 'job.ended', ended_at, job_id, clock_timestamp() from ended, counted where n <= ?
        order by ended_at
      )
      select n from counted
      """
          .formatted(Hearing.queue("fitting"));

  /** An event that is queued again; {@code at} as text, so that nothing of it is lost. */
  private record Told(UUID image, long event, String at, String kind) {
    static Told of(ResultSet row) throws SQLException {
      return new Told(
          row.getObject("image_id", UUID.class),
          row.getLong("event_id"),
          row.getString("at"),
          row.getString("kind"));
    }
  }

  /** The history is read before anybody who queues or ends deliveries has to wait. */
  @Override
  public @Nullable Integer replay(
      Webhook webhook, Instant since, @Nullable Instant until, int maximum) {
    try {
      return readAndQueue(webhook, since, until, maximum);
    } catch (DatabaseException e) {
      if (e.isTimeout()) {
        return null;
      }
      throw e;
    }
  }

  private @Nullable Integer readAndQueue(
      Webhook webhook, Instant since, @Nullable Instant until, int maximum) {
    ProjectId project = webhook.owner().project();
    String[] projects =
        project != null
            ? new String[] {project.value()}
            : database
                .all(
                    "select project_id from project where domain_id = ?",
                    row -> row.getString(1),
                    webhook.owner().domain().value())
                .toArray(String[]::new);
    List<Told> told =
        database.inTransaction(
            session -> {
              PostgresDeliveries.bound(session, longest);
              return session.all(
                  REPLAY, Told::of, forReplay(webhook, projects, since, until, maximum));
            });
    if (told.size() > maximum) {
      return null;
    }
    Long queued =
        database.inTransaction(
            session -> {
              PostgresDeliveries.bound(session, longest);
              session.first(PostgresDeliveries.EXCLUSIVELY, row -> true);
              lock(session, "webhook", webhook.id());
              return session.first(
                  QUEUE_AGAIN,
                  row -> row.getLong("n"),
                  toQueue(webhook, projects, told, since, until, maximum));
            });
    return queued == null || queued > maximum ? null : Math.toIntExact(queued);
  }

  public static @Nullable Object[] forReplay(
      Webhook webhook, String[] projects, Instant since, @Nullable Instant until, int maximum) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      values.add(projects);
      values.addAll(span(since, until));
    }
    Collections.addAll(values, webhook.id(), maximum + 1);
    return values.toArray();
  }

  private static @Nullable Object[] toQueue(
      Webhook webhook,
      String[] projects,
      List<Told> told,
      Instant since,
      @Nullable Instant until,
      int maximum) {
    boolean hasJobs = webhook.kinds().isEmpty() || webhook.kinds().contains(WebhookKind.JOB_ENDED);
    List<@Nullable Object> values = new ArrayList<>();
    values.add(told.stream().map(Told::image).toArray(UUID[]::new));
    values.add(told.stream().map(Told::event).toArray(Long[]::new));
    values.add(told.stream().map(Told::at).toArray(String[]::new));
    values.add(told.stream().map(Told::kind).toArray(String[]::new));
    Collections.addAll(values, webhook.id(), projects, hasJobs);
    values.addAll(span(since, until));
    Collections.addAll(values, webhook.id(), maximum + 1, maximum, webhook.id(), maximum);
    return values.toArray();
  }

  private static List<OffsetDateTime> span(Instant since, @Nullable Instant until) {
    return List.of(since.atOffset(UTC), until == null ? OffsetDateTime.MAX : until.atOffset(UTC));
  }

  private static Webhook webhook(ResultSet row) throws SQLException {
    return new Webhook(
        row.getString("webhook_id"),
        new Owner(
            new DomainId(row.getString("domain_id")),
            Rows.mapIfAny(row.getString("project_id"), ProjectId::new)),
        new WebhookUrl(row.getString("url")),
        kinds(row.getArray("kinds")),
        row.getString("description"),
        row.getBoolean("enabled"),
        Rows.time(row, "created_at"),
        new UserId(row.getString("created_by")));
  }

  private static Set<WebhookKind> kinds(@Nullable Array words) throws SQLException {
    Set<WebhookKind> kinds = EnumSet.noneOf(WebhookKind.class);
    if (words != null) {
      Arrays.stream((String[]) words.getArray())
          .map(WebhookKind::of)
          .filter(Objects::nonNull)
          .forEach(kinds::add);
    }
    return kinds;
  }
}
