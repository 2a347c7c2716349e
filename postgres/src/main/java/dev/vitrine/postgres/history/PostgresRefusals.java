package dev.vitrine.postgres.history;

import static java.time.ZoneOffset.UTC;

import dev.vitrine.history.RefusalStore;
import dev.vitrine.history.RefusedRequests;
import dev.vitrine.history.RefusedRequests.First;
import dev.vitrine.identity.AccessKeyId;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Table {@code refused_request}. */
public final class PostgresRefusals implements RefusalStore {
  private final Database database;

  public PostgresRefusals(Database database) {
    this.database = database;
  }

  @Override
  public void add(List<RefusedRequests> counted, Duration during) {
    database.change(
        """
        insert into refused_request (since, at, user_id, project_id, domain_id, access_key_id, operation, reason,
          count, target, request_id, address)
        select t.now - make_interval(secs => ?), t.now, r.*
        from (select clock_timestamp() as now) t,
          unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[],
            ?::text[]) r
        """,
        during.toMillis() / 1000.0,
        texts(counted, one -> one.user() == null ? null : one.user().value()),
        texts(counted, one -> one.project() == null ? null : one.project().value()),
        texts(counted, one -> one.domain() == null ? null : one.domain().value()),
        texts(counted, one -> one.accessKey() == null ? null : one.accessKey().value()),
        texts(counted, one -> one.operation() == null ? null : one.operation().name()),
        texts(counted, RefusedRequests::reason),
        counted.stream().map(RefusedRequests::count).toArray(Long[]::new),
        texts(counted, one -> one.first() == null ? null : one.first().target()),
        texts(counted, one -> one.first() == null ? null : one.first().request()),
        texts(counted, one -> one.first() == null ? null : one.first().address()));
  }

  private static @Nullable String[] texts(
      List<RefusedRequests> counted, Function<RefusedRequests, @Nullable String> text) {
    return counted.stream().map(text).toArray(String[]::new);
  }

  private static final String LIST =
      """
      select * from refused_request
      where %s and at >= ? and at <= ? and (?::text is null or user_id = ?) and (at, refusal_id) < (?, ?)
      order by at desc, refusal_id desc
      limit ?
      """;

  /** Uses index {@code refused_request_by_project}. */
  private static final String OF_PROJECT = LIST.formatted("project_id = ?");

  /** Uses index {@code refused_request_by_time}. */
  private static final String ALL = LIST.formatted("?::text is null");

  @Override
  public List<Entry> list(Query query) {
    String project = query.project() == null ? null : query.project().value();
    String user = query.user() == null ? null : query.user().value();
    return database.all(
        project == null ? ALL : OF_PROJECT,
        PostgresRefusals::entry,
        project,
        query.since() == null ? OffsetDateTime.MIN : query.since().atOffset(UTC),
        query.until() == null ? OffsetDateTime.MAX : query.until().atOffset(UTC),
        user,
        user,
        query.after() == null ? OffsetDateTime.MAX : query.after().at().atOffset(UTC),
        query.after() == null ? Long.MAX_VALUE : query.after().number(),
        query.limit());
  }

  private static @Nullable Operation operation(@Nullable String name) {
    return Arrays.stream(Operation.values())
        .filter(operation -> operation.name().equals(name))
        .findAny()
        .orElse(null);
  }

  private static Entry entry(ResultSet row) throws SQLException {
    String request = row.getString("request_id");
    return new Entry(
        row.getLong("refusal_id"),
        Rows.time(row, "since"),
        Rows.time(row, "at"),
        new RefusedRequests(
            Rows.mapIfAny(row.getString("user_id"), UserId::new),
            Rows.mapIfAny(row.getString("project_id"), ProjectId::new),
            Rows.mapIfAny(row.getString("domain_id"), DomainId::new),
            Rows.mapIfAny(row.getString("access_key_id"), AccessKeyId::new),
            operation(row.getString("operation")),
            row.getString("reason"),
            row.getLong("count"),
            request == null
                ? null
                : new First(row.getString("target"), request, row.getString("address"))));
  }
}
