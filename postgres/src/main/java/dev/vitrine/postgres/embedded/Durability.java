package dev.vitrine.postgres.embedded;

import java.util.List;

/** What a commit survives. */
public enum Durability {
  /** A crash and a power failure. */
  DURABLE("on"),

  /** Neither: for data that nobody keeps (ADR 32). Commits do not wait for the disk. */
  EPHEMERAL("off");

  private final List<String> settings;

  Durability(String value) {
    settings =
        List.of("--fsync=" + value, "--synchronous_commit=" + value, "--full_page_writes=" + value);
  }

  List<String> settings() {
    return settings;
  }
}
