package dev.vitrine.postgres.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The PostgreSQL settings that we rely on, including defaults that an operator may have changed.
 * Each connection sets them, so that any server will do (ADR 16).
 */
final class SessionSettings {
  /**
   * How long a transaction may be idle. A node that freezes inside one (a stopped process, a paused
   * virtual machine) then loses its locks; a withdrawal on another node may be waiting for them.
   */
  static final int IDLE_MILLIS = 800;

  /**
   * How long a statement waits for a lock before it is retried. This also ends the statements that
   * a frozen node has queued for a lock; otherwise each would hold the lock for {@link
   * #IDLE_MILLIS} in turn. Longer than {@code deadlock_timeout}, so that a deadlock ends with one
   * victim.
   */
  private static final int LOCK_MILLIS = 1_100;

  /**
   * Generic plans: planning a list again costs more than walking its indexes. No sequential scans:
   * a plan made while the tables are small would keep scanning them as they grow. No memoize: a
   * list never looks up an image twice. No JIT and no parallel plans: they do not pay for short
   * queries on few cores, and the estimates under {@code enable_seqscan=off} would trigger both.
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

  /** Settings that affect the meaning of statements and the durability of commits. */
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
   * Settings that depend on the server. Citus plans some statements only with their values (ADR
   * 12). An acknowledged commit survives a crash of the server. If the operator's search path names
   * no existing schema, the tables are in {@code public}.
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

  /** The planner settings as command-line options, the form that libpq and the driver pass. */
  static String planning() {
    return options(PLANNING);
  }

  /** The options of the pool's connections. */
  static String ofRequests() {
    return "%s %s -c idle_in_transaction_session_timeout=%d -c lock_timeout=%d"
        .formatted(planning(), options(MEANING), IDLE_MILLIS, LOCK_MILLIS);
  }

  /**
   * The options of connections that migrate. A migration may wait for locks without a limit, and
   * may be idle for longer, because it is not retried.
   */
  static String ofMigrations() {
    return "%s -c idle_in_transaction_session_timeout=30s -c lock_timeout=0"
        .formatted(options(MEANING));
  }

  /** The options of the circuit breaker's connection: a commit waits for a synchronous standby. */
  static String ofTheBreaker() {
    return options(MEANING) + " -c synchronous_commit=on";
  }

  private static String options(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(one -> "-c %s=%s".formatted(one.getKey(), one.getValue().replace(" ", "\\ ")))
        .collect(Collectors.joining(" "));
  }
}
