package dev.vitrine.postgres.embedded;

import java.util.List;

/** What a commit survives. */
public enum Durability {
  /** A crash and a power failure. Its log suffices to back up the running server. */
  DURABLE("on", List.of(), "replica"),

  /**
   * Neither: for data that nobody keeps (ADR 32). Commits do not wait for the disk, and files are
   * few and small, because they are copied at each start.
   */
  EPHEMERAL("off", List.of("--wal-segsize=1", "--no-sync"), "minimal");

  private final List<String> settings;
  private final List<String> layout;

  Durability(String value, List<String> layout, String walLevel) {
    this.layout = layout;
    settings =
        List.of(
            "--fsync=" + value,
            "--synchronous_commit=" + value,
            "--full_page_writes=" + value,
            "--wal_level=" + walLevel);
  }

  /** Options of {@code initdb}. */
  List<String> layout() {
    return layout;
  }

  /** Options of the server. */
  List<String> settings() {
    return settings;
  }
}
