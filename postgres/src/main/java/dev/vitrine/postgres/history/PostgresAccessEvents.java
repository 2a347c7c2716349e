package dev.vitrine.postgres.history;

import static java.time.ZoneOffset.UTC;

import dev.vitrine.history.AccessEvent;
import dev.vitrine.history.AccessEvent.Kind;
import dev.vitrine.history.AccessEventStore;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Table {@code access_event}, whose rows {@link dev.vitrine.postgres.directory.AccessEventRecorder}
 * inserts.
 */
public final class PostgresAccessEvents implements AccessEventStore {
  /** The domain of what belongs to all domains. */
  private static final String ALL = "";

  private final Database database;

  public PostgresAccessEvents(Database database) {
    this.database = database;
  }

  /**
   * What belongs to all domains concerns those that exist when it happens. Uses index {@code
   * access_event_by_domain}.
   */
  private static final String OF_DOMAIN =
      """
      select e.* from (
        select ?::text as domain_id, '-infinity'::timestamptz as since
        union all
        select ?, created_at from domain where domain_id = ?
      ) d cross join lateral (
        select * from access_event e
        where e.domain_id = d.domain_id and e.at >= d.since and e.kind = any (?)
          and e.at >= ? and e.at <= ? and (?::text is null or e.project_id = ?)
          and (?::text is null or e.actor = ?) and (e.at, e.event_id) < (?, ?)
        order by e.at desc, e.event_id desc
        limit ?
      ) e
      order by e.at desc, e.event_id desc
      limit ?
      """;

  @Override
  public List<AccessEvent> ofDomain(DomainId domain, Set<Kind> kinds, Query query) {
    String project = query.project() == null ? null : query.project().value();
    String actor = query.actor() == null ? null : query.actor().value();
    return database.all(
        OF_DOMAIN,
        PostgresAccessEvents::event,
        domain.value(),
        ALL,
        domain.value(),
        kinds.stream().map(Kind::word).toArray(String[]::new),
        query.since() == null ? OffsetDateTime.MIN : query.since().atOffset(UTC),
        query.until() == null ? OffsetDateTime.MAX : query.until().atOffset(UTC),
        project,
        project,
        actor,
        actor,
        query.after() == null ? OffsetDateTime.MAX : query.after().at().atOffset(UTC),
        query.after() == null ? Long.MAX_VALUE : query.after().number(),
        query.limit(),
        query.limit());
  }

  private static AccessEvent event(ResultSet row) throws SQLException {
    String domain = row.getString("domain_id");
    String request = row.getString("request_id");
    return new AccessEvent(
        domain.equals(ALL) ? null : new DomainId(domain),
        row.getLong("event_id"),
        Objects.requireNonNull(Kind.of(row.getString("kind"))),
        Rows.mapIfAny(row.getString("project_id"), ProjectId::new),
        row.getString("before"),
        row.getString("after"),
        Rows.mapIfAny(row.getString("actor"), UserId::new),
        request == null ? null : new Cause(request, row.getString("client_request_id")),
        Rows.time(row, "at"));
  }
}
