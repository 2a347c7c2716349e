package dev.vitrine.postgres.login;

import dev.vitrine.login.KeyGenerationStore;
import dev.vitrine.login.WrappedKeys;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Generations of keys in table {@code key_generation}. */
public final class PostgresKeyGenerations implements KeyGenerationStore {
  private final Database database;

  public PostgresKeyGenerations(Database database) {
    this.database = database;
  }

  @Override
  public List<Row> all() {
    return database.all(
        """
        select generation, wrapped, created_at, signs_from,
          signs_from <= clock_timestamp() as has_begun,
          extract(epoch from longest_token)::bigint as longest_token_seconds
        from key_generation order by generation
        """,
        PostgresKeyGenerations::row);
  }

  /** Uses the indexes of both tables by {@code secret_generation}. */
  @Override
  public Map<Integer, Long> secrets() {
    return database
        .all(
            """
            select secret_generation, count(*)
            from (
              select secret_generation from access_key
              union all select secret_generation from webhook_secret
            ) s
            group by secret_generation
            """,
            row -> Map.entry(row.getInt(1), row.getLong(2)))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Row row(ResultSet row) throws SQLException {
    byte[] wrapped = row.getBytes("wrapped");
    return new Row(
        row.getInt("generation"),
        wrapped == null ? null : new WrappedKeys(wrapped),
        Rows.time(row, "created_at"),
        Rows.time(row, "signs_from"),
        row.getBoolean("has_begun"),
        Duration.ofSeconds(row.getLong("longest_token_seconds")));
  }

  @Override
  public void noteTokenLifetime(int from, Duration lifetime) {
    database.change(
        """
        update key_generation set longest_token = make_interval(secs => ?)
        where generation >= ? and longest_token < make_interval(secs => ?)
        """,
        (double) lifetime.toSeconds(),
        from,
        (double) lifetime.toSeconds());
  }

  @Override
  public boolean add(int generation, WrappedKeys wrapped, Duration delay) {
    return database.change(
            """
            insert into key_generation (generation, wrapped, signs_from)
            values (?, ?, clock_timestamp() + make_interval(secs => ?)) on conflict do nothing
            """,
            generation,
            wrapped.bytes(),
            (double) delay.toSeconds())
        == 1;
  }

  @Override
  public int removeUnused(Duration window) {
    return database.change(
        """
        delete from key_generation g using key_generation next
        where next.generation
            = (select min(later.generation) from key_generation later
               where later.generation > g.generation)
          and next.signs_from + g.longest_token + make_interval(secs => ?) < clock_timestamp()
          and not exists (select from access_key a where a.secret_generation = g.generation)
          and not exists (select from webhook_secret s where s.secret_generation = g.generation)
        """,
        (double) window.toSeconds());
  }
}
