package dev.vitrine.postgres.webhook;

import static java.util.stream.Collectors.joining;

import dev.vitrine.postgres.history.PostgresEvents;
import dev.vitrine.webhook.WebhookKind;
import java.util.Arrays;

/** Which webhooks are told of what, in SQL. */
public final class Hearing {
  private Hearing() {}

  /**
   * The webhooks of a project: its own and those of its account. Uses indexes {@code
   * webhook_of_project} and {@code webhook_of_domain}.
   *
   * @param project SQL, a project's id
   */
  private static String of(String project) {
    return """
        (
          select * from webhook where project_id = %1$s
          union all
          select * from webhook
          where project_id is null and domain_id = (select p.domain_id from project p where p.project_id = %1$s)
        ) w"""
        .formatted(project);
  }

  /** What every delivery needs of its webhook. */
  private static final String HEARS = "w.enabled and (w.kinds is null or %s = any (w.kinds))";

  /**
   * Common table expression {@code held}: those webhooks of a relation that nobody deletes until
   * this transaction ends. One that is deleted meanwhile, with its project for example, would make
   * the insert of its deliveries fail, and with it that of all others.
   *
   * @param told SQL, a relation with a column webhook_id
   */
  private static String held(String told) {
    return """
        held as materialized (
          select webhook_id from webhook where webhook_id in (select webhook_id from %s) for key share
        )"""
        .formatted(told);
  }

  /**
   * Queues the ends of jobs {@code ended (job_id, project_id, ended_at)}, a common table
   * expression, in the transaction that ends them.
   */
  public static final String OF_JOBS =
      """
      insert into webhook_delivery (webhook_id, kind, at, of_job, next_at)
      with told as materialized (
        select w.webhook_id, e.ended_at, e.job_id
        from ended e cross join lateral %s
        where %s
      ), %s
      select webhook_id, 'job.ended', ended_at, job_id, clock_timestamp()
      from told join held using (webhook_id)
      """
          .formatted(of("e.project_id"), HEARS.formatted("'job.ended'"), held("told"));

  /** Columns of the events {@code e} that {@link #concerned} needs. */
  static final String COLUMNS =
      """
      e.image_id, e.event_id, e.at, e.owner, e.member_id, %s as kind"""
          .formatted(PostgresEvents.KIND);

  /** Kinds of events that webhooks tell of; a renewed offer is told as an offer. */
  private static final String TOLD =
      Arrays.stream(WebhookKind.values())
          .map(WebhookKind::word)
          .filter(word -> word.startsWith("offer.") || word.startsWith("image."))
          .collect(joining("', '", "('", "', 'offer.renewed')"));

  /**
   * The projects that events concern, as in their histories: the owner's, the member's, and the
   * members that an event of the image itself is told to ({@code ImageEventInserts.told}). Uses the
   * primary key.
   *
   * @param events SQL, a relation with {@link #COLUMNS}
   */
  private static String concerned(String events) {
    return """
        select r.image_id, r.event_id, r.at, c.project_id,
          case r.kind when 'offer.renewed' then 'offer.created' else r.kind end as kind
        from %s r cross join lateral (
          select r.owner as project_id
          union select r.member_id
          union select t.member_id from image_event_member t
          where t.image_id = r.image_id and t.event_id = r.event_id
        ) c
        where r.kind in %s and c.project_id is not null"""
        .formatted(events, TOLD);
  }

  /**
   * Which webhook is told of which event, once each: {@code webhook_id, image_id, event_id, at,
   * kind}.
   *
   * @param events as for {@link #concerned}
   */
  static String told(String events) {
    return """
        select distinct w.webhook_id, h.image_id, h.event_id, h.at, h.kind, w.hears_from
        from (%s) h cross join lateral %s
        where %s"""
        .formatted(concerned(events), of("h.project_id"), HEARS.formatted("h.kind"));
  }

  /**
   * Queues deliveries in the order of time. Only the first of an image that is pending is due, so
   * those of an image are delivered one after the other.
   *
   * @param told SQL, a relation as {@link #told} makes it
   */
  static String queue(String told) {
    return """
        insert into webhook_delivery (webhook_id, kind, at, of_image, of_event, next_at)
        with %1$s
        select webhook_id, kind, at, image_id, event_id,
          case when place = 1 and not exists (
            select from webhook_delivery d
            where d.webhook_id = t.webhook_id and d.of_image = t.image_id and d.state = 'pending'
          ) then clock_timestamp() end
        from (
          select *, row_number() over (partition by webhook_id, image_id order by at, event_id) as place from %2$s
        ) t join held using (webhook_id)
        order by at, event_id
        """
        .formatted(held(told), told);
  }
}
