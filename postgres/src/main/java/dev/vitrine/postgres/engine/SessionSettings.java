package dev.vitrine.postgres.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All that we rely on in PostgreSQL beyond its own defaults, and those of its defaults that an
 * operator might have changed: set by each connection, so that any server will do (ADR 16).
 */
final class SessionSettings {
  /**
   * How long a transaction may be silent. A node that is frozen in the middle of one (a stopped
   * process, a paused virtual machine) then loses its locks, for which a withdrawal on another node
   * may be waiting.
   */
  static final int IDLE_MILLIS = 800;

  /**
   * How long a statement waits for a lock before it is sent again. Those that a frozen node has
   * queued for a lock give up, else each would hold it for {@link #IDLE_MILLIS} in its turn. Longer
   * than {@code deadlock_timeout}, so that of two that wait for each other one goes on.
   */
  private static final int LOCK_MILLIS = 1_100;

  /**
   * Plan a statement once: planning a list anew costs more than walking its indexes. A plan made
   * while the tables are small must not scan them for as long as it is kept. No list meets an image
   * twice, so that remembering them is in vain. Short queries on few cores: neither compiling nor
   * splitting them pays, and what {@code enable_seqscan=off} does to estimates would set off both.
   */
  private static final Map<String, String> PLANNING =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("plan_cache_mode", "force_generic_plan"),
              Map.entry("enable_seqscan", "off"),
              Map.entry("enable_memoize", "off"),
              Map.entry("enable_indexscan", "on"),
              Map.entry("enable_indexonlyscan", "on"),
              Map.entry("enable_bitmapscan", "on"),
              Map.entry("enable_nestloop", "on"),
              Map.entry("enable_hashjoin", "on"),
              Map.entry("enable_mergejoin", "on"),
              Map.entry("enable_sort", "on"),
              Map.entry("enable_incremental_sort", "on"),
              Map.entry("enable_hashagg", "on"),
              Map.entry("jit", "off"),
              Map.entry("max_parallel_workers_per_gather", "0"),
              Map.entry("random_page_cost", "1.1"),
              Map.entry("join_collapse_limit", "8"),
              Map.entry("from_collapse_limit", "8"),
              Map.entry("work_mem", "8MB")));

  /** What statements mean, and how they end. */
  private static final Map<String, String> MEANING =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("default_transaction_isolation", "read committed"),
              Map.entry("default_transaction_read_only", "off"),
              Map.entry("default_transaction_deferrable", "off"),
              Map.entry("standard_conforming_strings", "on"),
              Map.entry("transform_null_equals", "off"),
              Map.entry("array_nulls", "on"),
              Map.entry("IntervalStyle", "postgres"),
              Map.entry("extra_float_digits", "1"),
              Map.entry("statement_timeout", "0"),
              Map.entry("idle_session_timeout", "0")));

  /**
   * What depends on where the server is. Citus plans some statements only when it knows their
   * values (ADR 12). A commit that was answered survives a crash of the server. Where the operator
   * has named no schema that is there, the tables are in the usual one.
   */
  static final String ON_CONNECTING =
      """
      select set_config('plan_cache_mode', 'auto', false) from pg_extension where extname = 'citus'
      union all
      select set_config('synchronous_commit', 'on', false)
      where current_setting('synchronous_commit') = 'off'
      union all
      select set_config('search_path', 'public', false) where current_schema() is null
      """;

  private SessionSettings() {}

  /** For the command line of a server process, as libpq and the driver pass it. */
  static String planning() {
    return options(PLANNING);
  }

  /** Of the pool's connections. */
  static String ofRequests() {
    return "%s %s -c idle_in_transaction_session_timeout=%d -c lock_timeout=%d"
        .formatted(planning(), options(MEANING), IDLE_MILLIS, LOCK_MILLIS);
  }

  /**
   * Of the connections that migrate. A migration may wait for a lock as long as it takes; between
   * its statements there is more time, for it cannot be done again.
   */
  static String ofMigrations() {
    return "%s -c idle_in_transaction_session_timeout=30s -c lock_timeout=0"
        .formatted(options(MEANING));
  }

  private static String options(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(one -> "-c %s=%s".formatted(one.getKey(), one.getValue().replace(" ", "\\ ")))
        .collect(Collectors.joining(" "));
  }
}
